// Bytes and their texts; strict: one text for one value.

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

export class Malformed extends Error {}

const encoder = new TextEncoder();

/** @param {string} text */
export const utf8 = (text) => /** @type {Bytes} */ (encoder.encode(text));

/** @param {...Uint8Array} parts @returns {Bytes} */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** @param {Uint8Array} bytes base64url without padding */
export function toBase64url(bytes) {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Throws Malformed for anything but the one canonical text of those bytes.
 * @param {unknown} text @param {number} [length] how many bytes there must be @returns {Bytes}
 */
export function fromBase64url(text, length) {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text)) throw new Malformed("not base64url");
  let binary;
  try {
    binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    throw new Malformed("not base64url");
  }
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  if (toBase64url(bytes) !== text) throw new Malformed("not canonical base64url");
  if (length !== undefined && bytes.length !== length) throw new Malformed(`expected ${length} bytes`);
  return bytes;
}

/** @param {Uint8Array} bytes */
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} text @returns {Bytes} */
export function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Malformed("not hexadecimal");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export const equal = (a, b) => a.length === b.length && a.every((byte, index) => byte === b[index]);

/** @param {Uint8Array} data */
export const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {Bytes} */ (data)));
