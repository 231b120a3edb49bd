// Sending: sealed and stored first, then sent until the collector answers, then the receipt is verified.

import { equal, fromBase64url } from "../core/bytes.js";
import { readDocument } from "../core/documents.js";
import { unpackToken } from "../core/token.js";
import { persist, postJson } from "../page/http.js";
import { bring } from "../page/later.js";
import { loadRecord, updateRecord, wipe } from "./record.js";

export class AlreadySent extends Error {}
export class ReceiptInvalid extends Error {}

/**
 * @param {string} key of the record @param {Record<string, any>} manifest @param {Record<string, string>} api
 * @param {number[]} positions chosen, in the questionnaire's order
 * @returns {Promise<string>} the verified receipt; by then the state is wiped
 */
export async function send(key, manifest, api, positions) {
  const { body, leaf } = await sealOnce(key, manifest, api, positions);
  const { receipt } = await persist(() => postJson(api.responses, body));
  await verifyReceipt(receipt, manifest, leaf);
  await wipe(manifest.campaign_id, key, receipt);
  return receipt;
}

/** One envelope for ever, however many tabs and clicks. @param {string} key @param {Record<string, any>} manifest @param {Record<string, string>} api @param {number[]} positions */
async function sealOnce(key, manifest, api, positions) {
  const record = await loadRecord(key);
  if (!record) throw new AlreadySent();
  if (record.phase === "sealed") return record;
  await bring(api.sealing);
  const sealingKey = fromBase64url(manifest.sealing_key, 65);
  const submission = await pikirSealing.makeSubmission(unpackToken(record.token), sealingKey, positions);
  const sealed = await updateRecord(key, (old) =>
    old?.phase === "answering" ? { phase: "sealed", token: old.token, ...submission } : old,
  );
  if (!sealed) throw new AlreadySent();
  return sealed;
}

/** @param {unknown} receipt @param {Record<string, any>} manifest @param {Uint8Array} leaf */
async function verifyReceipt(receipt, manifest, leaf) {
  try {
    const payload = await readReceipt(String(receipt), manifest);
    if (equal(payload.leaf, leaf)) return;
  } catch (error) {
    throw new ReceiptInvalid(String(error));
  }
  throw new ReceiptInvalid("the receipt is for something else");
}

/**
 * A receipt's contents, if this campaign's collector signed it. Throws Malformed, SignatureInvalid, ReceiptInvalid.
 * @param {string} receipt @param {Record<string, any>} manifest
 */
export async function readReceipt(receipt, manifest) {
  const payload = await readDocument(receipt, "pikir-receipt/1", fromBase64url(manifest.collector_key, 32));
  if (payload.campaign_id !== manifest.campaign_id) throw new ReceiptInvalid("the receipt is for another campaign");
  return { leaf: fromBase64url(payload.leaf, 64) };
}
