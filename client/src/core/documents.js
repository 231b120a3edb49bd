// Signed documents: compact JWS with EdDSA over Ed25519; the header's typ is the document's format.

import { verifyAsync } from "@noble/ed25519";
import { fromBase64url, Malformed, utf8 } from "./bytes.js";

/** @typedef {Record<string, any>} Payload */

export class SignatureInvalid extends Error {}

/** Unverified contents. Throws Malformed. @param {string} text @param {string} format @returns {Payload} */
export function peekDocument(text, format) {
  const parts = text.split(".");
  if (parts.length !== 3) throw new Malformed("not a compact JWS");
  const header = parseJson(parts[0]);
  const payload = parseJson(parts[1]);
  if (header.alg !== "EdDSA" || header.typ !== format || payload.format !== format) {
    throw new Malformed(`expected a document ${format}`);
  }
  return payload;
}

/**
 * Contents of a document signed under publicKey (32 bytes). Throws Malformed, SignatureInvalid.
 * @param {string} text @param {string} format @param {Uint8Array} publicKey @returns {Promise<Payload>}
 */
export async function readDocument(text, format, publicKey) {
  const payload = peekDocument(text, format);
  const dot = text.lastIndexOf(".");
  const signature = fromBase64url(text.slice(dot + 1), 64);
  const isValid = await verifyAsync(signature, utf8(text.slice(0, dot)), publicKey, { zip215: false });
  if (!isValid) throw new SignatureInvalid(`the signature of this ${format} does not verify`);
  return payload;
}

/** @param {string} part */
function parseJson(part) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(fromBase64url(part)));
  } catch {
    throw new Malformed("not a JSON document");
  }
}
