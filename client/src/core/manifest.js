// The campaign's manifest as this browser received it, with the fingerprint computed here.

import { fromBase64url, Malformed, sha256, toHex, utf8 } from "./bytes.js";
import { getText } from "../page/http.js";

export class FingerprintDiffers extends Error {}

/**
 * @typedef {object} Manifest
 * @property {string} fingerprint 64 hex digits
 * @property {Record<string, any>} fields
 */

/** @type {Map<string, string>} what came with the page or was fetched once: a manifest never changes */
const known = new Map();

/** Spare a round trip: the page brings the manifest with it; it is checked as if it had been fetched. @param {string} url @param {string} text */
export const bringManifest = (url, text) => known.set(url, text);

/**
 * Fetch the manifest and compare its fingerprint with the one that came by another way. Throws FingerprintDiffers.
 * The signature is not looked at: the fingerprint fixes every byte, the signature included.
 * @param {string} url @param {string} expected 64 hex digits @param {string} campaignId @returns {Promise<Manifest>}
 */
export async function fetchManifest(url, expected, campaignId) {
  const text = known.get(url) ?? (await getText(url)).trim();
  known.set(url, text);
  const fingerprint = toHex(await sha256(utf8(text)));
  if (fingerprint !== expected) throw new FingerprintDiffers(`${fingerprint} is not ${expected}`);
  const fields = JSON.parse(new TextDecoder().decode(fromBase64url(text.split(".")[1])));
  if (fields.format !== "pikir-manifest/1" || fields.campaign_id !== campaignId) throw new Malformed("not this campaign's manifest");
  return { fingerprint, fields };
}
