// The token: the right to respond once. Byte layouts as in survey_app/domain/token.py.

import { concat, equal, fromBase64url, fromHex, Malformed, sha256, toBase64url, toHex, utf8 } from "./bytes.js";
import { publicPoint } from "./p256.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/**
 * @typedef {object} Token
 * @property {string} campaignId 32 hex digits
 * @property {Bytes} fingerprint of the manifest under which it was drawn
 * @property {Bytes} inputMsg
 * @property {Bytes} signature
 * @property {Bytes} scalar the holder's P-256 private key
 */

const DOMAIN = "pikir/token/1\0";
const WIDTHS = [16, 32, 94, 384, 32];
const PACKED = 558;
const PREFIX_BYTES = 32;
const ECDSA = { name: "ECDSA", namedCurve: "P-256" };
const PSS = { name: "RSA-PSS", hash: "SHA-384" };
export const TRANSIT_FORMAT = "pikir-token/1";

/** @param {string} campaignId @param {Uint8Array} holderKey @returns {Promise<Bytes>} msg, 62 bytes */
export const tokenMessage = async (campaignId, holderKey) =>
  concat(utf8(DOMAIN), fromHex(campaignId), await sha256(holderKey));

/** @param {Uint8Array} inputMsg the spent key, 32 bytes */
export const tokenHash = (inputMsg) => sha256(inputMsg);

/** A fresh holder key. @returns {Promise<{scalar: Bytes, holderKey: Bytes}>} */
export async function newHolderKey() {
  const pair = await crypto.subtle.generateKey(ECDSA, true, ["sign", "verify"]);
  const jwk = await crypto.subtle.exportKey("jwk", pair.privateKey);
  const holderKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { scalar: fromBase64url(jwk.d, 32), holderKey };
}

/** @param {Bytes} scalar @param {Bytes} message @returns {Promise<Bytes>} r || s, 64 bytes */
export async function signAsHolder(scalar, message) {
  const point = publicPoint(scalar);
  const jwk = {
    kty: "EC",
    crv: "P-256",
    d: toBase64url(scalar),
    x: toBase64url(point.subarray(1, 33)),
    y: toBase64url(point.subarray(33)),
  };
  const key = await crypto.subtle.importKey("jwk", jwk, ECDSA, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, message));
}

/**
 * The issuer's key with its length and exponent pinned. Throws Malformed.
 * @param {Bytes} spki @returns {Promise<CryptoKey>}
 */
export async function importIssuerKey(spki) {
  const key = await crypto.subtle.importKey("spki", spki, PSS, true, ["verify"]);
  const jwk = await crypto.subtle.exportKey("jwk", key);
  const { modulusLength } = /** @type {RsaHashedKeyAlgorithm} */ (key.algorithm);
  if (jwk.e !== "AQAB" || modulusLength !== 3072) throw new Malformed("the issuer's key must be RSA-3072 with e = 65537");
  return key;
}

export class TokenInvalid extends Error {}

/** Throws TokenInvalid unless the issuer signed this token for this campaign and holder. @param {Token} token @param {Bytes} spki */
export async function verifyToken(token, spki) {
  const message = await tokenMessage(token.campaignId, publicPoint(token.scalar));
  const isBound = equal(token.inputMsg.subarray(PREFIX_BYTES), message);
  const key = await importIssuerKey(spki);
  const isSigned = await crypto.subtle.verify({ name: "RSA-PSS", saltLength: 48 }, key, token.signature, token.inputMsg);
  if (!isBound || !isSigned) throw new TokenInvalid("the token is not signed for this campaign and holder");
}

/** @param {Token} token @returns {string} 744 characters */
export function packToken(token) {
  const fields = [fromHex(token.campaignId), token.fingerprint, token.inputMsg, token.signature, token.scalar];
  if (fields.some((field, index) => field.length !== WIDTHS[index])) throw new Malformed("a token's field has the wrong length");
  return toBase64url(concat(...fields));
}

/** The reverse of packToken. Throws Malformed. @param {string} text @returns {Token} */
export function unpackToken(text) {
  const data = fromBase64url(text, PACKED);
  let start = 0;
  const [campaign, fingerprint, inputMsg, signature, scalar] = WIDTHS.map((width) => data.slice(start, (start += width)));
  return { campaignId: toHex(campaign), fingerprint, inputMsg, signature, scalar };
}
