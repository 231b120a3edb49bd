// What every page does first.

import { bringManifest } from "../core/manifest.js";
import { announce, findAll, fragment, keepFragmentOnSwitch, readPageData, showProblem } from "./page.js";
import { showClockNotice, showStanding } from "./standing.js";
import { isClockWrong } from "./time.js";

/** @typedef {(data: import("./page.js").PageData) => Promise<unknown> | unknown} Run */

/** @param {Partial<Record<import("./page.js").PageData["page"], Run>>} pages what the pages do that do more than show */
export async function startPage(pages) {
  await parsed(); // the script may be here before the end of the page
  const data = readPageData();
  if (!data) return;
  keepFragmentOnSwitch();
  showStanding(data);
  const unfit = unfitFor();
  if (unfit) return explain(data, unfit);
  if (data.manifest) bringManifest(data.api.manifest, data.manifest);
  listen(data);
  if (isClockWrong(data)) showClockNotice();
  for (const fieldset of findAll("fieldset[data-wait]")) fieldset.removeAttribute("disabled");
  try {
    await pages[data.page]?.(data);
  } catch (error) {
    console.error(error);
    explain(data, "unexpected");
  }
}

const parsed = () =>
  new Promise((resolve) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", resolve);
    else resolve(undefined);
  });

/** Why this browser at this address cannot do what the page is for; null if it can. */
function unfitFor() {
  if (!globalThis.isSecureContext) return "insecure";
  if (!globalThis.crypto?.subtle || typeof BigInt === "undefined") return "old";
  try {
    return globalThis.indexedDB ? null : "storage";
  } catch {
    return "storage"; // forbidden by the browser's settings
  }
}

/** @param {import("./page.js").PageData} data */
function listen({ texts }) {
  document.addEventListener("pikir:waiting", (event) => {
    const seconds = /** @type {CustomEvent<number>} */ (event).detail;
    const text = navigator.onLine ? texts.waiting : texts.offline;
    announce(seconds ? text.replace("{seconds}", String(seconds)) : "");
  });
  document.addEventListener("pikir:unkept", () => announce(texts.unkept));
  addEventListener("hashchange", () => fragment() && location.reload()); // a link opened in the window that is open already
  addEventListener("offline", () => announce(texts.offline));
  addEventListener("online", () => announce(""));
}

/** As a step of the page where it has steps, else in the line for announcements. @param {import("./page.js").PageData} data @param {string} name */
function explain({ texts }, name) {
  const [title, text, next] = ["title", "text", "next"].map((part) => texts[`${name}_${part}`]);
  if (document.querySelector('[data-step="problem"]')) return showProblem(title, text, next);
  return announce(`${title}. ${text} ${next}`);
}
