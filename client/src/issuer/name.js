// "Has someone drawn in my name?": the issuer's answer, the place in the roster checked here, and a dispute.

import { equal, fromBase64url, toHex } from "../core/bytes.js";
import { rootFromPath } from "../core/merkle.js";
import { persist, postJson, Refused } from "../page/http.js";
import * as page from "../page/page.js";
import { CodeField } from "./code.js";
import { loadRecord } from "./record.js";

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
 * @param {import("../page/page.js").PageData} data
 * @param {{key: string | null, manifest: import("../core/manifest.js").Manifest}} session with the key of this device's record
 * @param {{leave: () => unknown, explain: (error: unknown) => unknown}} ways
 */
export function bindName(data, session, ways) {
  const { fields } = session.manifest;
  const ask = () => withCode(async (code) => showStatus(data, await askStatus(data.api.status, code, fields)));
  const field = new CodeField("code", data, ask);
  const keptCode = async () => (session.key ? (await loadRecord(session.key))?.code : null);
  page.onClick("ask-name", async () => {
    field.group.hidden = Boolean(await keptCode());
    field.fill();
    page.find("#name-result").hidden = true;
    page.showStep("name");
  });
  for (const action of ["leave-name", "leave-contested"]) page.onClick(action, ways.leave);
  page.onClick("check-name", ask);
  page.onClick("contest", () =>
    withCode(async (code) => {
      await contest(data.api.contest, code);
      page.showStep("contested");
    }),
  );

  /** @param {(code: string) => Promise<unknown>} act */
  async function withCode(act) {
    const kept = await keptCode();
    const code = kept ?? field.read()?.code;
    if (!code) return;
    try {
      await act(code);
    } catch (error) {
      if (!kept && error instanceof Refused && error.slug === "unknown-code") field.complain("unknown");
      else ways.explain(error);
    }
  }
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
