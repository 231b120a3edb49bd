// "Has someone drawn in my name?": the issuer's answer, the place in the roster checked here, and a dispute.

import { equal, fromBase64url } from "../core/bytes.js";
import { rootFromPath } from "../core/merkle.js";
import { persist, postJson } from "../page/http.js";

/** @typedef {{drawn: boolean, isOnRoster: boolean}} NameStatus */

/** @param {string} url @param {string} code @param {Record<string, any>} manifest @returns {Promise<NameStatus>} */
export async function askStatus(url, code, manifest) {
  const answer = await persist(() => postJson(url, { code }));
  return { drawn: answer.drawn === true, isOnRoster: await isOnRoster(answer, manifest) };
}

/** @param {string} url @param {string} code */
export const contest = (url, code) => persist(() => postJson(url, { code }));

/**
 * Whether the path that the issuer gives leads from this person's roster leaf to the root that the manifest fixed.
 * @param {any} answer @param {Record<string, any>} manifest
 */
async function isOnRoster(answer, manifest) {
  try {
    const { index, size, path } = answer.roster_path;
    const leaf = fromBase64url(answer.roster_leaf, 32);
    const root = await rootFromPath(leaf, index, size, path.map((/** @type {string} */ part) => fromBase64url(part, 32)));
    return size === manifest.eligible && equal(root, fromBase64url(manifest.roster_commitment, 32));
  } catch {
    return false;
  }
}
