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
import { findRecord, keepInvitation, loadRecord, readLink, removeRecord, updateRecord } from "./record.js";
import { bindTyped } from "./typed.js";

/** @typedef {import("../page/page.js").PageData} PageData */

/** @param {PageData} data */
export async function runDrawPage(data) {
  await openPage(data);
  if (data.state === "issuing") bringSoon(data.api.blinding);
}

/** @typedef {import("../core/manifest.js").Manifest} Manifest */
/**
 * @typedef {object} Session what this window is about
 * @property {string | null} key of the record
 * @property {Manifest} manifest
 * @property {ReturnType<typeof bindTyped>} typed
 */

/** @param {PageData} data */
async function openPage(data) {
  const { texts, campaign_id: campaignId } = data;
  const fragment = page.fragment();
  const link = readLink(fragment);
  if (fragment && !link) {
    page.find("#type-after-problem").hidden = false;
    return page.showProblem(texts.link_title, texts.link_text, texts.link_next);
  }
  try {
    await probe();
  } catch {
    return page.showProblem(texts.storage_title, texts.storage_text, texts.storage_next);
  }
  const found = link ? { key: await keepInvitation(campaignId, link), kept: 1 } : await findRecord(campaignId);
  page.forgetFragment();
  const record = found.key ? await loadRecord(found.key) : null;
  try {
    const manifest = await fetchManifest(data.api.manifest, fingerprintOf(record) ?? data.fingerprint, campaignId);
    const session = bind(data, found.key, manifest);
    if (found.key) return openRecord(data, session);
    return page.showStep(data.state === "issuing" || (found.kept && data.state !== "void") ? "nolink" : data.state);
  } catch (error) {
    return explain(data, error);
  }
}

/** The fingerprint that came with the link, was compared with the paper or is in the token. @param {any} record */
const fingerprintOf = (record) => (record?.token ? toHex(unpackToken(record.token).fingerprint) : record?.fingerprint);

/** @param {PageData} data @param {string | null} key @param {Manifest} manifest @returns {Session} */
function bind(data, key, manifest) {
  const open = async (/** @type {string} */ other) => {
    session.key = other;
    try {
      await fetchManifest(data.api.manifest, fingerprintOf(await loadRecord(other)), data.campaign_id);
      await openRecord(data, session);
    } catch (error) {
      explain(data, error);
    }
  };
  /** @type {Session} */
  const session = { key, manifest, typed: bindTyped(data, manifest, open) };
  page.onClick("draw", () => draw(data, session));
  page.onClick("forget", async () => {
    if (session.key) await removeRecord(session.key);
    page.showStep("forgotten");
  });
  bindName(data, session, { leave: () => openRecord(data, session), explain: (error) => explain(data, error) });
  return session;
}

/** @param {PageData} data @param {Session} session */
async function openRecord(data, session) {
  const { key, manifest } = session;
  const record = key && (await loadRecord(key));
  if (!key || !record) return page.showStep(data.state === "issuing" ? "nolink" : data.state);
  if (isOver(data, manifest.fields) || data.state === "void") {
    await removeRecord(key);
    return page.showStep(data.state === "void" ? "void" : "after");
  }
  if (record.phase === "drawn") return showDrawn(data, manifest.fields, record.token);
  if (record.phase === "broken") return explain(data, new IssuerMisbehaves());
  if (record.phase === "asked" && data.state === "issuing") return draw(data, session);
  return page.showStep(data.state === "issuing" ? "start" : data.state);
}

let isDrawing = false;

/** @param {PageData} data @param {Session} session */
async function draw(data, { key, manifest, typed }) {
  if (isDrawing || !key) return;
  isDrawing = true;
  page.showStep("drawing");
  await page.painted();
  try {
    showDrawn(data, manifest.fields, await drawToken(key, manifest, data.api));
  } catch (error) {
    const record = await loadRecord(key);
    if (record?.isTyped && error instanceof Refused && error.slug === "unknown-code") {
      await removeRecord(key);
      typed.again(record.code);
      return;
    }
    if (isTaken(error)) await updateRecord(key, (old) => ({ ...old, isRefused: true }));
    explain(data, error);
  } finally {
    isDrawing = false;
  }
}

/** @param {PageData} data @param {Record<string, any>} manifest @param {string} token */
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
    page.mention(texts.saved);
  };
  for (const button of page.findAll('[data-do="calendar"]')) button.onclick = () => saveCalendar(manifest, lang, texts.calendar_title);
  page.showStep("drawn");
}

/** @param {unknown} error whether a token was drawn elsewhere with this invitation */
const isTaken = (error) => error instanceof Refused && error.slug === "already-issued";

/** @param {PageData} data @param {unknown} error */
function explain({ texts }, error) {
  if (error instanceof FingerprintDiffers) return page.showProblem(texts.fingerprint_title, texts.fingerprint_text, texts.fingerprint_next);
  if (error instanceof ScriptDiffers) return page.showProblem(texts.script_title, texts.script_text, texts.script_next);
  if (error instanceof IssuerMisbehaves) return page.showProblem(texts.broken_title, texts.broken_text, texts.broken_next);
  if (error instanceof Refused) {
    page.find("#ask-after-problem").hidden = !isTaken(error);
    return page.showProblem(error.message, error.detail, isTaken(error) ? texts.taken_next : texts.refused_next);
  }
  return page.showProblem(texts.unexpected_title, texts.unexpected_text, texts.refused_next);
}
