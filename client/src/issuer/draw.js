// Drawing a token: state is stored before anything is sent, so that nothing is lost by a reload or a lost answer.

import { fromBase64url, fromHex, toBase64url } from "../core/bytes.js";
import { packToken } from "../core/token.js";
import { persist, postJson } from "../page/http.js";
import { bring } from "../page/later.js";
import { loadRecord, updateRecord } from "./record.js";

/** The issuer's signature does not verify: it misbehaves, and no further try is made. */
export class IssuerMisbehaves extends Error {}

/**
 * @param {string} key of the record @param {import("../core/manifest.js").Manifest} manifest @param {Record<string, string>} api
 * @returns {Promise<string>} the packed token, which is in the record as well
 */
export async function drawToken(key, manifest, api) {
  const { campaign_id: campaignId, issuer_key: issuerKey } = manifest.fields;
  await bring(api.blinding);
  const record = await askOnce(key, campaignId, issuerKey);
  if (record.phase === "drawn") return record.token;
  const { asking, code } = record;
  const body = { code, blinded_message: toBase64url(asking.blinded) };
  const answer = await persist(() => postJson(api.issue, body));
  let signature;
  try {
    signature = await pikirBlinding.finishDraw(asking, fromBase64url(answer.blind_signature, 384), issuerKey);
  } catch (error) {
    await updateRecord(key, () => ({ phase: "broken" }));
    throw new IssuerMisbehaves(String(error));
  }
  const { inputMsg, scalar } = asking;
  const token = packToken({ campaignId, fingerprint: fromHex(manifest.fingerprint), inputMsg, signature, scalar });
  await updateRecord(key, () => ({ phase: "drawn", token }));
  return token;
}

/** One blinded message for ever, however many tabs ask. @param {string} key @param {string} campaignId @param {string} issuerKey */
async function askOnce(key, campaignId, issuerKey) {
  const record = await loadRecord(key);
  if (record.phase !== "opened") return record;
  const asking = await pikirBlinding.beginDraw(campaignId, issuerKey);
  return updateRecord(key, (old) => (old.phase === "opened" ? { ...old, phase: "asked", asking } : old));
}
