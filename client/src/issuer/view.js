// The drawing page: one document, steps in it.

import { toHex } from "../core/bytes.js";
import { FingerprintDiffers, fetchManifest } from "../core/manifest.js";
import { unpackToken } from "../core/token.js";
import { Refused } from "../page/http.js";
import { bring, bringSoon, ScriptDiffers } from "../page/later.js";
import * as page from "../page/page.js";
import { probe } from "../page/store.js";
import { isOver, officeTime } from "../page/time.js";
import { questionnaireUrl, saveCalendar, saveTokenFile } from "./carry.js";
import { drawToken, IssuerMisbehaves } from "./draw.js";
import { bindName } from "./name.js";
import { findRecord, loadRecord, readLink, removeRecord } from "./record.js";

/** @param {import("../page/page.js").PageData} data */
export async function runDrawPage(data) {
  await openPage(data);
  if (data.state === "issuing") bringSoon(data.api.blinding);
}

/** @param {import("../page/page.js").PageData} data */
async function openPage(data) {
  const { texts } = data;
  const fragment = page.fragment();
  const link = readLink(fragment);
  if (fragment && !link) return page.showProblem(texts.link_title, texts.link_text, texts.link_next);
  try {
    await probe();
  } catch {
    return page.showProblem(texts.storage_title, texts.storage_text, texts.storage_next);
  }
  const key = await findRecord(data.campaign_id, link);
  page.forgetFragment();
  return key ? openRecord(data, key) : showNoLink(data);
}

/** Nothing is known here of who this is; whoever types a code may still ask about his name. @param {import("../page/page.js").PageData} data */
async function showNoLink(data) {
  const step = data.state === "void" ? "void" : "nolink";
  page.showStep(step);
  const { fields } = await fetchManifest(data.api.manifest, data.fingerprint, data.campaign_id);
  bindName(data, null, fields, { leave: () => page.showStep(step), explain: (error) => explain(data, error) });
}

/** @param {import("../page/page.js").PageData} data @param {string} key */
async function openRecord(data, key) {
  const record = await loadRecord(key);
  let manifest;
  try {
    manifest = await fetchManifest(data.api.manifest, fingerprintOf(record) ?? data.fingerprint, data.campaign_id);
  } catch (error) {
    return explain(data, error);
  }
  bindSteps(data, key, manifest);
  if (isOver(data, manifest.fields) || data.state === "void") {
    await removeRecord(key);
    return page.showStep(data.state === "void" ? "void" : "after");
  }
  if (record.phase === "drawn") return showDrawn(data, manifest.fields, record.token);
  if (record.phase === "broken") return explain(data, new IssuerMisbehaves());
  if (record.phase === "asked" && data.state === "issuing") return draw(data, key, manifest);
  return page.showStep(data.state === "issuing" ? "start" : data.state);
}

/** The fingerprint that came with the link or is in the token. @param {any} record */
const fingerprintOf = (record) => (record.token ? toHex(unpackToken(record.token).fingerprint) : record.fingerprint);

/** @param {import("../page/page.js").PageData} data @param {string} key @param {import("../core/manifest.js").Manifest} manifest */
function bindSteps(data, key, manifest) {
  page.onClick("draw", () => draw(data, key, manifest));
  page.onClick("forget", async () => {
    await removeRecord(key);
    page.showStep("forgotten");
  });
  bindName(data, key, manifest.fields, { leave: () => openStepOf(data, key, manifest), explain: (error) => explain(data, error) });
}

/** @param {import("../page/page.js").PageData} data @param {string} key @param {import("../core/manifest.js").Manifest} manifest */
async function openStepOf(data, key, manifest) {
  const record = await loadRecord(key);
  if (record?.phase === "drawn") return showDrawn(data, manifest.fields, record.token);
  return page.showStep(data.state === "issuing" ? "start" : data.state);
}

let isDrawing = false;

/** @param {import("../page/page.js").PageData} data @param {string} key @param {import("../core/manifest.js").Manifest} manifest */
async function draw(data, key, manifest) {
  if (isDrawing) return;
  isDrawing = true;
  page.showStep("drawing");
  await page.painted();
  try {
    showDrawn(data, manifest.fields, await drawToken(key, manifest, data.api));
  } catch (error) {
    explain(data, error);
  } finally {
    isDrawing = false;
  }
}

/** @param {import("../page/page.js").PageData} data @param {Record<string, any>} manifest @param {string} token */
function showDrawn(data, manifest, token) {
  const { lang, texts } = data;
  const isOpen = data.extra?.visits === "single" || officeTime(data) >= Date.parse(manifest.schedule.collection_opens);
  for (const element of page.findAll("[data-when]")) element.hidden = (element.dataset.when === "open") !== isOpen;
  for (const element of page.findAll('[data-do="carry"]')) {
    /** @type {HTMLAnchorElement} */ (element).href = questionnaireUrl(manifest, lang, token);
  }
  bring(data.api.blinding)
    .then(() => pikirBlinding.drawQr(page.find("#token-qr"), questionnaireUrl(manifest, lang, token), texts.qr_label))
    .catch(() => page.announce(texts.script_text));
  page.find('[data-do="save"]').onclick = () => {
    saveTokenFile(manifest, lang, token);
    page.announce(texts.saved);
  };
  for (const button of page.findAll('[data-do="calendar"]')) button.onclick = () => saveCalendar(manifest, lang, texts.calendar_title);
  page.showStep("drawn");
}

/** @param {import("../page/page.js").PageData} data @param {unknown} error */
function explain({ texts }, error) {
  if (error instanceof FingerprintDiffers) return page.showProblem(texts.fingerprint_title, texts.fingerprint_text, texts.fingerprint_next);
  if (error instanceof ScriptDiffers) return page.showProblem(texts.script_title, texts.script_text, texts.script_next);
  if (error instanceof IssuerMisbehaves) return page.showProblem(texts.broken_title, texts.broken_text, texts.broken_next);
  if (error instanceof Refused) {
    const isTaken = error.slug === "already-issued";
    page.find("#ask-after-problem").hidden = !isTaken;
    return page.showProblem(error.message, error.detail, isTaken ? texts.taken_next : texts.refused_next);
  }
  return page.showProblem(texts.unexpected_title, texts.unexpected_text, texts.refused_next);
}
