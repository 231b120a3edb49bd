// "Has someone drawn in my name?": the issuer's answer, the place in the roster checked here, and a dispute.

import { equal, fromBase64url } from "../core/bytes.js";
import { rootFromPath } from "../core/merkle.js";
import { persist, postJson } from "../page/http.js";
import * as page from "../page/page.js";
import { loadRecord, readLink } from "./record.js";

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

/**
 * @param {import("../page/page.js").PageData} data @param {string} key of this device's record @param {Record<string, any>} manifest
 * @param {{leave: () => unknown, explain: (error: unknown) => unknown}} ways
 */
export function bindName(data, key, manifest, ways) {
  const field = page.find("#code-field");
  page.onClick("ask-name", async () => {
    field.hidden = Boolean((await loadRecord(key))?.code);
    page.find("#name-result").hidden = true;
    page.showStep("name");
  });
  page.onClick("leave-name", ways.leave);
  page.onClick("check-name", () => withCode(async (code) => showStatus(data, await askStatus(data.api.status, code, manifest))));
  page.onClick("contest", () =>
    withCode(async (code) => {
      await contest(data.api.contest, code);
      page.showStep("contested");
    }),
  );

  /** @param {(code: string) => Promise<unknown>} act */
  async function withCode(act) {
    const code = (await loadRecord(key))?.code ?? typedCode();
    if (!code) return page.announce(data.texts.code_needed);
    page.announce("");
    try {
      await act(code);
    } catch (error) {
      ways.explain(error);
    }
  }
}

/** The code that was typed or is in the link that was pasted; null if there is none, and the field has the focus. */
function typedCode() {
  const input = /** @type {HTMLInputElement} */ (page.find("#code"));
  const text = input.value.trim();
  const code = readLink(`#${text.slice(text.indexOf("#") + 1)}`)?.code ?? text.replace(/[\s-]/g, "");
  if (/^[A-Za-z2-7]{26}$/.test(code)) return code;
  input.focus();
  return null;
}

/** @param {import("../page/page.js").PageData} data @param {NameStatus} status */
function showStatus({ texts }, { drawn, isOnRoster }) {
  page.fill("name-drawn", drawn ? texts.name_drawn : texts.name_not_drawn);
  page.fill("name-roster", isOnRoster ? texts.roster_yes : texts.roster_no);
  page.find("#name-contest").hidden = !drawn;
  const result = page.find("#name-result");
  result.hidden = false;
  page.focusOn(result);
}
