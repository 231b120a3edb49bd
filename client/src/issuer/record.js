// What this device keeps of a draw, under one key for a campaign and an invitation code.
//   {phase: "opened", code, fingerprint}
//   {phase: "asked",  code, fingerprint, asking}      stored before the request is sent
//   {phase: "drawn",  token}                          the code is gone
//   {phase: "broken"}                                 the issuer's signature did not verify: never tried again

import { sha256, toHex, utf8 } from "../core/bytes.js";
import { entries, load, remove, update } from "../page/store.js";

const LINK = /^#([A-Za-z2-7]{26})\.([0-9a-f]{64})$/;

/** @param {string} campaignId @param {string} id */
const keyOf = (campaignId, id) => `draw/${campaignId}/${id}`;

/** @param {string} hash @returns {{code: string, fingerprint: string} | null} what an invitation link carries */
export function readLink(hash) {
  const match = LINK.exec(hash);
  return match && { code: match[1], fingerprint: match[2] };
}

/**
 * The record that this page is about: of the link, else of this tab, else the only one on this device.
 * @param {string} campaignId @param {{code: string, fingerprint: string} | null} link @returns {Promise<string | null>} its key
 */
export async function findRecord(campaignId, link) {
  const pointer = `pikir/draw/${campaignId}`;
  if (link) {
    const key = keyOf(campaignId, toHex(await sha256(utf8(`pikir/device/1\0${link.code}`))));
    await update(key, (old) => (old && old.phase !== "opened" ? old : { phase: "opened", ...link }));
    sessionStorage.setItem(pointer, key);
    return key;
  }
  const pointed = sessionStorage.getItem(pointer);
  if (pointed && (await load(pointed))) return pointed;
  const found = await entries(keyOf(campaignId, ""));
  return found.length === 1 ? found[0][0] : null;
}

export { load as loadRecord, remove as removeRecord, update as updateRecord };
