// The state of the token on this device, shown on every page of its campaign.

import { fill, find } from "./page.js";
import { entries, onChange } from "./store.js";

/** @typedef {"none" | "several" | "opened" | "asked" | "broken" | "drawn" | "answering" | "sealed" | "sent" | "unknown"} Standing */

/** Phases in which a record of a draw or a response holds a token or is about to. */
const HOLDING = ["asked", "drawn", "answering", "sealed"];

/** @param {string} campaignId @returns {Promise<Standing>} */
export async function readStanding(campaignId) {
  const records = [...(await entries(`response/${campaignId}/`)), ...(await entries(`draw/${campaignId}/`))].map(([, record]) => record);
  const holding = records.filter(({ phase, isRefused }) => HOLDING.includes(phase) && !isRefused);
  const tokens = new Set(holding.map(({ token }) => token ?? "being drawn"));
  if (tokens.size > 1) return "several";
  if (holding.length) return holding[0].phase;
  if (sessionStorage.getItem(`pikir/receipt/${campaignId}`)) return "sent";
  return "none";
}

/** Say it now, and again whenever it changes in this tab. @param {import("./page.js").PageData} data */
export async function showStanding(data) {
  const line = document.getElementById("token-standing");
  if (!line) return;
  const tell = async () => {
    /** @type {Standing} */
    let standing;
    try {
      standing = await readStanding(data.campaign_id);
    } catch {
      standing = "unknown";
    }
    line.dataset.standing = standing;
    fill("token-standing", data.texts[`standing_${standing}`]);
  };
  onChange(tell);
  await tell();
}

/** The office's time beside a clock that is wrong. */
export function showClockNotice() {
  find("#clock-notice").hidden = false;
}
