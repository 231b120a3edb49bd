// What this device keeps of a response, under one key for a campaign and a token.
//   {phase: "answering", token, answers}    answers: {question id: option position}
//   {phase: "sealed", token, body, leaf}    the answers themselves are gone; exactly this is sent, however often

import { toHex } from "../core/bytes.js";
import { packToken, tokenHash } from "../core/token.js";
import { entries, load, remove, update } from "../page/store.js";

/** @param {string} campaignId */
const pointerOf = (campaignId) => `pikir/response/${campaignId}`;
/** @param {string} campaignId */
const receiptOf = (campaignId) => `pikir/receipt/${campaignId}`;

const PLACE = "pikir/place";

/** Where in the questions this tab is: survives a change of language. @param {object} place */
export const keepPlace = (place) => sessionStorage.setItem(PLACE, JSON.stringify(place));
export const keptPlace = () => JSON.parse(sessionStorage.getItem(PLACE) ?? "null");

/** @param {import("../core/token.js").Token} token @returns {Promise<string>} key of the record, new or found */
export async function keepToken(token) {
  const key = `response/${token.campaignId}/${toHex(await tokenHash(token.inputMsg))}`;
  await update(key, (old) => old ?? { phase: "answering", token: packToken(token), answers: {} });
  point(token.campaignId, key);
  return key;
}

/** @param {string} campaignId @param {string} key this tab is about that record */
export function point(campaignId, key) {
  sessionStorage.removeItem(receiptOf(campaignId));
  if (sessionStorage.getItem(pointerOf(campaignId)) !== key) sessionStorage.removeItem(PLACE);
  sessionStorage.setItem(pointerOf(campaignId), key);
}

/** @param {string} campaignId @returns {Promise<{mine: string | null, others: string[]}>} keys: this tab's, and what else is here */
export async function findRecords(campaignId) {
  const pointed = sessionStorage.getItem(pointerOf(campaignId));
  const keys = (await entries(`response/${campaignId}/`)).map(([key]) => key);
  const mine = pointed && keys.includes(pointed) ? pointed : null;
  return { mine, others: keys.filter((key) => key !== mine) };
}

/** @param {string} key @param {string} question @param {number} position 0 to clear */
export const keepAnswer = (key, question, position) =>
  update(
    key,
    (old) => (old?.phase === "answering" ? { ...old, answers: { ...old.answers, [question]: position } } : old),
    "relaxed",
  );

/**
 * Forget everything about a sent response, the issuer's page's copy of the token included where both pages share an
 * origin. The receipt stays with this tab until it is closed: it proves taking part, never an answer.
 * @param {string} campaignId @param {string} key @param {string} receipt
 */
export async function wipe(campaignId, key, receipt) {
  const record = await load(key);
  for (const [other, draw] of await entries(`draw/${campaignId}/`)) {
    if (record && draw.token === record.token) await remove(other);
  }
  sessionStorage.setItem(receiptOf(campaignId), receipt);
  sessionStorage.removeItem(pointerOf(campaignId));
  sessionStorage.removeItem(PLACE);
  await remove(key);
}

/** @param {string} campaignId @returns {string | null} the receipt that this tab got */
export const keptReceipt = (campaignId) => sessionStorage.getItem(receiptOf(campaignId));

export { load as loadRecord, remove as removeRecord, update as updateRecord };
