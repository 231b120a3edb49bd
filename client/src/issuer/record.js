// What this device keeps of a draw, under one key for a campaign and an invitation code.
//   {phase: "opened", code, fingerprint}              also isTyped if the code was typed and the fingerprint compared by eye
//   {phase: "asked",  code, fingerprint, asking}      stored before the request is sent; isRefused if it was drawn elsewhere
//   {phase: "drawn",  token}                          the code is gone
//   {phase: "broken"}                                 the issuer's signature did not verify: never tried again

import { sha256, toHex, utf8 } from "../core/bytes.js";
import { entries, load, remove, update } from "../page/store.js";

const LINK = /^#([A-Za-z2-7]{26})\.([0-9a-f]{64})$/;

/** @param {string} campaignId */
const pointerOf = (campaignId) => `pikir/draw/${campaignId}`;

/** @param {string} campaignId @param {string} code in capital or small letters */
const keyOf = async (campaignId, code) => `draw/${campaignId}/${toHex(await sha256(utf8(`pikir/device/1\0${code.toUpperCase()}`)))}`;

/** @param {string} hash @returns {{code: string, fingerprint: string} | null} what an invitation link carries */
export function readLink(hash) {
  const match = LINK.exec(hash);
  return match && { code: match[1], fingerprint: match[2] };
}

/**
 * This tab is about that invitation from now on; what was begun with it goes on.
 * @param {string} campaignId @param {{code: string, fingerprint?: string, isTyped?: boolean}} invitation @returns {Promise<string>} its record's key
 */
export async function keepInvitation(campaignId, invitation) {
  const key = await keyOf(campaignId, invitation.code);
  await update(key, (old) => (old && old.phase !== "opened" ? old : { phase: "opened", ...invitation }));
  sessionStorage.setItem(pointerOf(campaignId), key);
  return key;
}

/** The record of a code, if there is one. @param {string} campaignId @param {string} code */
export const loadOf = async (campaignId, code) => load(await keyOf(campaignId, code));

/** @param {string} campaignId @returns {Promise<{key: string | null, kept: number}>} this tab's record or the only one; how many there are */
export async function findRecord(campaignId) {
  const pointed = sessionStorage.getItem(pointerOf(campaignId));
  const found = (await entries(`draw/${campaignId}/`)).map(([key]) => key);
  if (pointed && found.includes(pointed)) return { key: pointed, kept: found.length };
  return { key: found.length === 1 ? found[0] : null, kept: found.length };
}

export { load as loadRecord, remove as removeRecord, update as updateRecord };
