// The questionnaire's page: token in, questions, check, send, receipt.

import { fromBase64url, Malformed, toHex } from "../core/bytes.js";
import { FingerprintDiffers, fetchManifest } from "../core/manifest.js";
import { TokenInvalid, unpackToken, verifyToken } from "../core/token.js";
import { onFile, onPicture, saveFile } from "../page/files.js";
import { Refused } from "../page/http.js";
import { bring, bringSoon, ScriptDiffers } from "../page/later.js";
import * as page from "../page/page.js";
import { PictureUnreadable, readQr } from "../page/picture.js";
import { probe } from "../page/store.js";
import { isOver } from "../page/time.js";
import { Questions } from "./questions.js";
import { findRecords, keepToken, keptReceipt, loadRecord, point, removeRecord } from "./record.js";
import { AlreadySent, ReceiptInvalid, send } from "./submission.js";

/** @typedef {import("../page/page.js").PageData} PageData */

class OtherCampaign extends Error {}

/** What is chosen before the page has found its own record waits for that: otherwise both would begin to ask. @type {Promise<unknown>} */
let opening = Promise.resolve();

/** @param {PageData} data */
export async function runQuestionnairePage(data) {
  bindTokenInput(data); // before anything is waited for: a file chosen early is not missed
  opening = openPage(data);
  await opening;
  if (data.state === "collecting") bringSoon(data.api.sealing);
}

/** @param {PageData} data */
async function openPage(data) {
  const { texts, campaign_id: campaignId } = data;
  try {
    await probe();
  } catch {
    return page.showProblem(texts.storage_title, texts.storage_text, texts.storage_next);
  }
  if (page.fragment()) return takeToken(data, page.fragment());
  if (keptReceipt(campaignId)) return showDone(data);
  const { mine, others } = await findRecords(campaignId);
  if (data.state === "void") return page.showStep("void");
  if (mine) return openRecord(data, mine);
  if (others.length) return offerResume(data, others[0]);
  return page.showStep(data.state === "collecting" ? "open" : data.state);
}

/** A token in any of its wrappings: link, file, bare text. @param {string} text */
export function findToken(text) {
  const candidates = text.match(/[A-Za-z0-9_-]{744}/g) ?? [];
  if (!candidates.length) throw new Malformed("no token in this text");
  return unpackToken(candidates[candidates.length - 1]);
}

/** @param {PageData} data @param {string} text */
async function takeToken(data, text) {
  try {
    const token = findToken(text);
    if (token.campaignId !== data.campaign_id) throw new OtherCampaign();
    const manifest = await fetchManifest(data.api.manifest, toHex(token.fingerprint), token.campaignId);
    await verifyToken(token, fromBase64url(manifest.fields.issuer_key));
    const key = await keepToken(token);
    page.forgetFragment();
    return openRecord(data, key);
  } catch (error) {
    return explain(data, error);
  }
}

/** @param {PageData} data */
function bindTokenInput(data) {
  const field = /** @type {HTMLTextAreaElement} */ (page.find("#token-text"));
  onFile(/** @type {HTMLInputElement} */ (page.find("#token-file")), async (text) => {
    await opening;
    await takeToken(data, text);
  });
  onPicture(/** @type {HTMLInputElement} */ (page.find("#token-picture")), async (picture) => {
    page.announce(data.texts.reading);
    await opening;
    try {
      await takeToken(data, await readQr(picture, data.api.qr_reader));
    } catch (error) {
      explain(data, error);
    }
    page.announce("");
  });
  page.onClick("take", () => takeToken(data, field.value));
  page.onClick("open-token", () => page.showStep("open"));
}

/** Someone began here: perhaps another person at a shared computer. @param {PageData} data @param {string} key */
function offerResume(data, key) {
  page.onClick("resume", () => {
    point(data.campaign_id, key);
    return openRecord(data, key);
  });
  page.onClick("discard", async () => {
    await removeRecord(key);
    page.showStep(data.state === "collecting" ? "open" : data.state);
  });
  page.showStep("resume");
}

/** @param {PageData} data @param {string} key */
async function openRecord(data, key) {
  const record = await loadRecord(key);
  const fingerprint = toHex(unpackToken(record.token).fingerprint);
  let fields;
  try {
    ({ fields } = await fetchManifest(data.api.manifest, fingerprint, data.campaign_id));
  } catch (error) {
    return explain(data, error);
  }
  page.onClick("forget", async () => {
    await removeRecord(key);
    page.showStep("forgotten");
  });
  if (data.state === "void" || isOver(data, fields)) {
    await removeRecord(key);
    return page.showStep(data.state === "void" ? "void" : "after");
  }
  if (data.state === "before") return page.showStep("waiting");
  if (data.state === "after" && record.phase !== "sealed") return page.showStep("late");
  return answer(data, fields, key, record); // what was sealed in time may be stored, and only its receipt missing
}

/** @param {PageData} data @param {Record<string, any>} manifest @param {string} key @param {any} record */
function answer(data, manifest, key, record) {
  const questions = new Questions(key, record.answers ?? {});
  let isSending = false;
  const submit = async () => {
    if (isSending) return;
    isSending = true;
    questions.isLive = false;
    page.showStep("sending");
    await page.painted();
    try {
      await send(key, manifest, data.api, questions.positions());
      showDone(data);
    } catch (error) {
      questions.isLive = (await loadRecord(key))?.phase === "answering";
      if (error instanceof Refused && error.slug === "collection-closed") return page.showStep("late");
      explain(data, error);
    } finally {
      isSending = false;
    }
  };
  page.onClick("send", submit);
  return record.phase === "sealed" ? submit() : questions.resume();
}

/** @param {PageData} data */
function showDone(data) {
  const receipt = keptReceipt(data.campaign_id) ?? "";
  page.fill("receipt", receipt);
  bring(data.api.sealing)
    .then(() => pikirSealing.drawQr(page.find("#receipt-qr"), `${new URL(data.api.board, location.href)}#${receipt}`, data.texts.receipt_qr_label))
    .catch(() => page.announce(data.texts.script_text));
  page.find('[data-do="save-receipt"]').onclick = () => {
    saveFile(`pikir-receipt-${data.campaign_id.slice(0, 8)}.txt`, `${receipt}\n`, "text/plain");
    page.mention(data.texts.saved);
  };
  history.replaceState(null, "", location.pathname);
  page.showStep("done");
}

/** @param {PageData} data @param {unknown} error */
function explain({ texts }, error) {
  const known = [
    [FingerprintDiffers, "fingerprint"],
    [TokenInvalid, "token"],
    [Malformed, "unreadable"],
    [PictureUnreadable, "picture"],
    [ScriptDiffers, "script"],
    [OtherCampaign, "other"],
    [AlreadySent, "sent"],
    [ReceiptInvalid, "receipt"],
  ];
  const isInput = [TokenInvalid, Malformed, PictureUnreadable, OtherCampaign].some((kind) => error instanceof kind);
  page.find("#again-after-problem").hidden = !isInput;
  if (error instanceof Refused) return page.showProblem(error.message, error.detail, texts.refused_next);
  const found = known.find(([kind]) => error instanceof /** @type {any} */ (kind));
  const name = found ? found[1] : "unexpected";
  return page.showProblem(texts[`${name}_title`], texts[`${name}_text`], texts[`${name}_next`]);
}
