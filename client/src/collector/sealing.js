// Answers into a sealed, signed envelope. Byte layouts as in survey_app/domain/{answers,sealing,batch}.py.

import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import { concat, fromHex, sha256, toBase64url, utf8 } from "../core/bytes.js";
import { publicPoint } from "../core/p256.js";
import { signAsHolder, tokenHash } from "../core/token.js";

/** @typedef {import("../core/bytes.js").Bytes} Bytes */
/** @typedef {{body: Record<string, string>, leaf: Bytes}} Submission */

const PLAINTEXT_BYTES = 64;
const VERSION = 1;

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** @param {number[]} positions in the questionnaire's order: 0 blank, 1..k option @returns {Bytes} always 64 bytes */
export function encodeAnswers(positions) {
  const plaintext = new Uint8Array(PLAINTEXT_BYTES);
  plaintext.set([VERSION, ...positions]);
  return plaintext;
}

/** @param {string} campaignId @param {Uint8Array} spent token hash @returns {Bytes} 72 bytes */
export const sealingInfo = (campaignId, spent) => concat(utf8("pikir/sealed-response/1\0"), fromHex(campaignId), spent);

/** @param {Bytes} sealingKey 65 bytes @param {Bytes} info @param {Bytes} plaintext @returns {Promise<Bytes>} 145 bytes */
export async function seal(sealingKey, info, plaintext) {
  const recipientPublicKey = await suite.kem.deserializePublicKey(sealingKey);
  const { enc, ct } = await suite.seal({ recipientPublicKey, info }, plaintext);
  return concat(new Uint8Array(enc), new Uint8Array(ct));
}

/** Only for tests of interoperability: the agency opens with its own software. @param {Bytes} sealed @param {Bytes} info @param {JsonWebKey} privateKey */
export async function open(sealed, info, privateKey) {
  const recipientKey = await suite.kem.importKey("jwk", privateKey, false);
  return new Uint8Array(await suite.open({ recipientKey, enc: sealed.slice(0, 65), info }, sealed.slice(65)));
}

/**
 * Everything that is submitted for one token.
 * @param {import("../core/token.js").Token} token @param {Bytes} sealingKey @param {number[]} positions @returns {Promise<Submission>}
 */
export async function makeSubmission(token, sealingKey, positions) {
  const { campaignId, inputMsg, signature, scalar } = token;
  const spent = await tokenHash(inputMsg);
  const sealed = await seal(sealingKey, sealingInfo(campaignId, spent), encodeAnswers(positions));
  const leaf = concat(spent, await sha256(sealed));
  const holderSignature = await signAsHolder(scalar, concat(utf8("pikir/submission/1\0"), fromHex(campaignId), leaf));
  const fields = { token: inputMsg, signature, holder_key: publicPoint(scalar), sealed, holder_signature: holderSignature };
  return { body: Object.fromEntries(Object.entries(fields).map(([name, bytes]) => [name, toBase64url(bytes)])), leaf };
}
