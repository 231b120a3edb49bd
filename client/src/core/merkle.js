// Merkle tree of RFC 6962, section 2.1, over SHA-256.

import { concat, sha256 } from "./bytes.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

/** @param {Uint8Array} data */
export const leafHash = (data) => sha256(concat(Uint8Array.of(0), data));

/** @param {Uint8Array} left @param {Uint8Array} right */
export const nodeHash = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

/** Parents of one level; an odd last node moves up unchanged. @param {Bytes[]} level @returns {Promise<Bytes[]>} */
async function levelAbove(level) {
  const pairs = Array.from({ length: level.length >> 1 }, (_, i) => nodeHash(level[2 * i], level[2 * i + 1]));
  const parents = await Promise.all(pairs);
  return level.length % 2 ? [...parents, level[level.length - 1]] : parents;
}

/** @param {Bytes[]} leafHashes in their order @returns {Promise<Bytes>} */
export async function treeRoot(leafHashes) {
  if (!leafHashes.length) return sha256(new Uint8Array());
  let level = leafHashes;
  while (level.length > 1) level = await levelAbove(level);
  return level[0];
}

/** Sibling hashes from leaf to root. @param {Bytes[]} leafHashes @param {number} index @returns {Promise<Bytes[]>} */
export async function inclusionPath(leafHashes, index) {
  const path = [];
  let level = leafHashes;
  for (let position = index; level.length > 1; position >>= 1) {
    const sibling = level[position ^ 1];
    if (sibling) path.push(sibling);
    level = await levelAbove(level);
  }
  return path;
}

/** Root to which a path leads (RFC 9162, section 2.1.3.2). @param {Bytes} leaf @param {number} index @param {number} size @param {Bytes[]} path */
export async function rootFromPath(leaf, index, size, path) {
  let [position, last, reached] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) throw new RangeError("the path is too long");
    if (position & 1 || position === last) {
      reached = await nodeHash(sibling, reached);
      while (!(position & 1) && position) [position, last] = [position >> 1, last >> 1];
    } else {
      reached = await nodeHash(reached, sibling);
    }
    [position, last] = [position >> 1, last >> 1];
  }
  if (last !== 0) throw new RangeError("the path is too short");
  return reached;
}
