// "Has someone drawn in my name?": the issuer's answer, the place in the roster checked here, and a dispute.

import { equal, fromBase64url, toHex } from "../core/bytes.js";
import { rootFromPath } from "../core/merkle.js";
import { persist, postJson } from "../page/http.js";
import * as page from "../page/page.js";
import { loadRecord, readLink } from "./record.js";

/** @typedef {{drawn: boolean, proof: string[] | null}} NameStatus proof: hex hashes from the roster leaf to the root */

/** @param {string} url @param {string} code @param {Record<string, any>} manifest @returns {Promise<NameStatus>} */
export async function askStatus(url, code, manifest) {
  const answer = await persist(() => postJson(url, { code }));
  return { drawn: answer.drawn === true, proof: await provePlace(answer, manifest) };
}

/** @param {string} url @param {string} code */
export const contest = (url, code) => persist(() => postJson(url, { code }));

/**
 * The path from this person's roster leaf, if it leads to the root that the manifest fixed; else null.
 * @param {any} answer @param {Record<string, any>} manifest @returns {Promise<string[] | null>}
 */
async function provePlace(answer, manifest) {
  try {
    const { index, size, path: texts } = answer.roster_path;
    const leaf = fromBase64url(answer.roster_leaf, 32);
    const path = texts.map((/** @type {string} */ part) => fromBase64url(part, 32));
    const root = await rootFromPath(leaf, index, size, path);
    if (size !== manifest.eligible || !equal(root, fromBase64url(manifest.roster_commitment, 32))) return null;
    return [leaf, ...path, root].map(toHex);
  } catch {
    return null;
  }
}

/**
 * @param {import("../page/page.js").PageData} data @param {string | null} key of this device's record @param {Record<string, any>} manifest
 * @param {{leave: () => unknown, explain: (error: unknown) => unknown}} ways
 */
export function bindName(data, key, manifest, ways) {
  const field = page.find("#code-field");
  const keptCode = async () => (key ? (await loadRecord(key))?.code : null);
  page.onClick("ask-name", async () => {
    field.hidden = Boolean(await keptCode());
    page.find("#code-problem").hidden = true;
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
    const code = (await keptCode()) ?? typedCode();
    page.find("#code-problem").hidden = Boolean(code);
    if (!code) return;
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
  const isWhole = /^[A-Za-z2-7]{26}$/.test(code);
  input.setAttribute("aria-invalid", String(!isWhole));
  if (isWhole) return code;
  input.focus();
  return null;
}

/** @param {import("../page/page.js").PageData} data @param {NameStatus} status */
function showStatus({ texts }, { drawn, proof }) {
  page.fill("name-drawn", drawn ? texts.name_drawn : texts.name_not_drawn);
  page.fill("name-roster", proof ? texts.roster_yes : texts.roster_no);
  page.find("#roster-proof").hidden = !proof;
  page.fillList("#roster-path", proof ?? []);
  page.find("#name-contest").hidden = !drawn;
  const result = page.find("#name-result");
  result.hidden = false;
  page.focusOn(result);
}
