// What every page does first.

import { announce, findAll, keepFragmentOnSwitch, readPageData, showProblem } from "./page.js";

/** @typedef {(data: import("./page.js").PageData) => Promise<unknown> | unknown} Run */

/** @param {Partial<Record<import("./page.js").PageData["page"], Run>>} pages */
export async function startPage(pages) {
  const data = readPageData();
  const run = data && pages[data.page];
  if (!data || !run) return;
  keepFragmentOnSwitch();
  if (!globalThis.crypto?.subtle || !globalThis.indexedDB) {
    return showProblem(data.texts.old_title, data.texts.old_text, data.texts.old_next);
  }
  document.addEventListener("pikir:waiting", (event) => {
    const seconds = /** @type {CustomEvent<number>} */ (event).detail;
    announce(seconds ? data.texts.waiting.replace("{seconds}", String(seconds)) : "");
  });
  addEventListener("offline", () => announce(data.texts.offline));
  addEventListener("online", () => announce(""));
  for (const fieldset of findAll("fieldset[data-wait]")) fieldset.removeAttribute("disabled");
  try {
    await run(data);
  } catch (error) {
    console.error(error);
    showProblem(data.texts.unexpected_title, data.texts.unexpected_text, data.texts.refused_next);
  }
}

