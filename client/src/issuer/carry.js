// Carrying the token on: by navigation, as a file, by the address that a QR code holds; and a calendar entry for the window.

import { saveFile } from "../page/files.js";
import { TRANSIT_FORMAT } from "../core/token.js";

/** @param {Record<string, any>} manifest @param {string} lang @param {string} [token] */
export const questionnaireUrl = (manifest, lang, token) =>
  `${manifest.collector_url.replace(/\/$/, "")}/${lang}/c/${manifest.campaign_id}${token ? `#${token}` : ""}`;

/** @param {Record<string, any>} manifest @param {string} lang @param {string} token */
export function saveTokenFile(manifest, lang, token) {
  const content = {
    format: TRANSIT_FORMAT,
    campaign_id: manifest.campaign_id,
    body: manifest.body.name[lang],
    open_with: questionnaireUrl(manifest, lang),
    collection_opens: manifest.schedule.collection_opens,
    collection_closes: manifest.schedule.collection_closes,
    token,
  };
  saveFile(`pikir-token-${manifest.campaign_id.slice(0, 8)}.json`, `${JSON.stringify(content, null, 2)}\n`, "application/json");
}

/** An iCalendar file (RFC 5545) for the answering window. @param {Record<string, any>} manifest @param {string} lang @param {string} title */
export function saveCalendar(manifest, lang, title) {
  const { collection_opens: opens, collection_closes: closes } = manifest.schedule;
  const compact = (/** @type {string} */ time) => time.replace(/[-:]/g, "");
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Pikir//Pikir//EN",
    "BEGIN:VEVENT",
    `UID:${manifest.campaign_id}@pikir`,
    `DTSTAMP:${compact(opens)}`,
    `DTSTART:${compact(opens)}`,
    `DTEND:${compact(closes)}`,
    `SUMMARY:${title.replace(/([,;\\])/g, "\\$1")}`,
    `URL:${questionnaireUrl(manifest, lang)}`,
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ];
  saveFile("pikir.ics", lines.join("\r\n"), "text/calendar");
}
