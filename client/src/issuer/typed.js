// Drawing without a camera: the code is typed from paper, and the fingerprint, which a link would bring, is compared by
// eye with the paper. Nothing is stored or sent before.

import * as page from "../page/page.js";
import { CodeField } from "./code.js";
import { keepInvitation, loadOf } from "./record.js";

const GROUPS_A_ROW = 4;

/**
 * @param {import("../page/page.js").PageData} data @param {import("../core/manifest.js").Manifest} manifest
 * @param {(key: string) => unknown} open goes on with the record of an invitation
 * @returns {{again: (code: string) => void}} again: the office does not know that code
 */
export function bindTyped(data, manifest, open) {
  const { campaign_id: campaignId, texts } = data;
  const field = new CodeField("typed-code", data, take);
  page.onClick("take-code", take);
  page.onClick("retype", () => page.showStep("nolink"));
  page.onClick("differ", () => page.showProblem(texts.paper_title, texts.paper_text, texts.paper_next));
  page.onClick("same", async () => {
    const typed = field.read();
    if (typed) await goOn({ ...typed, fingerprint: manifest.fingerprint, isTyped: true });
  });

  async function take() {
    const typed = field.read();
    if (!typed) return;
    const known = await loadOf(campaignId, typed.code);
    if (typed.fingerprint || (known && known.phase !== "opened")) return goOn(typed);
    if (data.state !== "issuing") return page.showStep(data.state);
    showRows(manifest.fingerprint);
    page.showStep("compare");
  }

  /** @param {{code: string, fingerprint?: string, isTyped?: boolean}} invitation */
  async function goOn(invitation) {
    const key = await keepInvitation(campaignId, invitation);
    field.fill();
    return open(key);
  }

  return {
    again(code) {
      page.showStep("nolink");
      field.fill(code);
      field.complain("unknown");
    },
  };
}

/** Computed here, not taken from the page. @param {string} fingerprint 64 hex digits; four rows of four groups as on paper */
function showRows(fingerprint) {
  const groups = fingerprint.match(/.{4}/g) ?? [];
  const rows = groups.flatMap((_, start) => (start % GROUPS_A_ROW ? [] : [groups.slice(start, start + GROUPS_A_ROW)]));
  const items = rows.map((row) => {
    const item = document.createElement("li");
    item.append(...row.flatMap((group) => [Object.assign(document.createElement("span"), { textContent: group }), " "]));
    return item;
  });
  page.find("#compare-rows").replaceChildren(...items);
}
