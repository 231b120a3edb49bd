// The public point of a P-256 private scalar. A token in transit carries the scalar alone, and browsers do not
// agree on importing a private key without its public half. What comes out is always compared with the hash of the
// public key that the issuer signed, so a wrong point cannot go unnoticed.

import { concat, fromHex, toHex } from "./bytes.js";

/** @typedef {{x: bigint, y: bigint} | null} Point null is the point at infinity */

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const BASE = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};

/** @param {bigint} value */
const reduce = (value) => ((value % P) + P) % P;

/** @param {bigint} value inverse modulo P by Euclid */
function invert(value) {
  let [a, b, x, y] = [reduce(value), P, 1n, 0n];
  while (b) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return reduce(x);
}

/** @param {Point} p @param {Point} q @returns {Point} */
function add(p, q) {
  if (!p) return q;
  if (!q) return p;
  if (p.x === q.x && p.y !== q.y) return null;
  const slope = p.x === q.x ? reduce((3n * p.x * p.x - 3n) * invert(2n * p.y)) : reduce((q.y - p.y) * invert(q.x - p.x));
  const x = reduce(slope * slope - p.x - q.x);
  return { x, y: reduce(slope * (p.x - x) - p.y) };
}

/** @param {bigint} value */
const field = (value) => fromHex(value.toString(16).padStart(64, "0"));

/** @param {Uint8Array} scalar 32 bytes @returns {import("./bytes.js").Bytes} uncompressed point, 65 bytes */
export function publicPoint(scalar) {
  /** @type {Point} */
  let sum = null;
  /** @type {Point} */
  let power = BASE;
  for (let k = BigInt(`0x${toHex(scalar)}`); k; k >>= 1n) {
    if (k & 1n) sum = add(sum, power);
    power = add(power, power);
  }
  if (!sum) throw new RangeError("not a private key");
  return concat(Uint8Array.of(4), field(sum.x), field(sum.y));
}
