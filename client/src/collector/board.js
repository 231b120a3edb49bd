// "Check my receipt": everything is recomputed in this browser from the public board; the server is asked nothing
// about the receipt.

import { equal, fromBase64url, Malformed, toHex } from "../core/bytes.js";
import { readDocument, SignatureInvalid } from "../core/documents.js";
import { FingerprintDiffers, fetchManifest } from "../core/manifest.js";
import { inclusionPath, leafHash, treeRoot } from "../core/merkle.js";
import { onFile, onPicture } from "../page/files.js";
import { getJson } from "../page/http.js";
import { ScriptDiffers } from "../page/later.js";
import * as page from "../page/page.js";
import { PictureUnreadable, readQr } from "../page/picture.js";
import { keptReceipt } from "./record.js";
import { readReceipt, ReceiptInvalid } from "./submission.js";

/** @typedef {import("../core/bytes.js").Bytes} Bytes */
/** @typedef {{leaves: Bytes[], hashes: Bytes[], root: Bytes}} Board */

class BoardInvalid extends Error {}

/** @param {import("../page/page.js").PageData} data */
export function runBoardPage(data) {
  if (!document.getElementById("receipt-text")) return;
  const field = /** @type {HTMLTextAreaElement} */ (page.find("#receipt-text"));
  const linked = decodeURIComponent(page.fragment().slice(1));
  page.forgetFragment();
  field.value = linked || (keptReceipt(data.campaign_id) ?? "");
  onFile(/** @type {HTMLInputElement} */ (page.find("#receipt-file")), (text) => {
    field.value = text.trim();
    return check(data, field.value);
  });
  onPicture(/** @type {HTMLInputElement} */ (page.find("#receipt-picture")), async (picture) => {
    page.announce(data.texts.reading);
    try {
      field.value = findReceipt(await readQr(picture, data.api.qr_reader));
      await check(data, field.value);
    } catch (error) {
      page.announce("");
      explain(data, error);
    }
  });
  page.onClick("check-receipt", () => check(data, field.value));
  if (linked) return check(data, linked);
}

/** @param {import("../page/page.js").PageData} data @param {string} text */
async function check(data, text) {
  page.announce(data.texts.checking);
  page.find("#check-problem").hidden = true;
  try {
    const { fields } = await fetchManifest(data.api.manifest, data.fingerprint, data.campaign_id);
    const { leaf } = await readReceipt(findReceipt(text), fields);
    const board = await readBoard(await getJson(data.api.board), fields, data.fingerprint);
    await showResult(board, leaf);
  } catch (error) {
    explain(data, error);
  }
  page.announce("");
}

/** @param {string} text @returns {string} the receipt in it */
function findReceipt(text) {
  const match = /[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}/.exec(text);
  if (!match) throw new Malformed("no receipt in this text");
  return match[0];
}

/**
 * The leaves of the board, if they are what the collector signed. Throws BoardInvalid, SignatureInvalid, Malformed.
 * @param {{statement: string, leaves: string[]}} document @param {Record<string, any>} manifest @param {string} fingerprint
 * @returns {Promise<Board>}
 */
export async function readBoard(document, manifest, fingerprint) {
  const statement = await readDocument(document.statement, "pikir-board/1", fromBase64url(manifest.collector_key, 32));
  const leaves = document.leaves.map((leaf) => fromBase64url(leaf, 64));
  const hashes = await Promise.all(leaves.map(leafHash));
  const root = await treeRoot(hashes);
  const texts = leaves.map(toHex);
  const isHonest =
    statement.campaign_id === manifest.campaign_id &&
    toHex(fromBase64url(statement.manifest, 32)) === fingerprint &&
    statement.received === leaves.length &&
    texts.every((leaf, index) => !index || texts[index - 1] < leaf) &&
    equal(root, fromBase64url(statement.root, 32));
  if (!isHonest) throw new BoardInvalid("the board is not what the collector signed");
  return { leaves, hashes, root };
}

/** @param {Board} board @param {Bytes} leaf */
async function showResult({ leaves, hashes, root }, leaf) {
  const index = leaves.findIndex((other) => equal(other, leaf));
  page.find("#found").hidden = index < 0;
  page.find("#missing").hidden = index >= 0;
  if (index >= 0) {
    page.fill("position", String(index + 1));
    const path = await inclusionPath(hashes, index);
    page.fillList("#path", [hashes[index], ...path, root].map(toHex));
  }
  page.focusOn(page.find(index >= 0 ? "#found" : "#missing"));
}

/** @param {import("../page/page.js").PageData} data @param {unknown} error */
function explain({ texts }, error) {
  page.find("#found").hidden = page.find("#missing").hidden = true;
  /** @type {[any, string][]} */
  const known = [
    [BoardInvalid, "board"],
    [SignatureInvalid, "forged"],
    [ReceiptInvalid, "forged"],
    [Malformed, "unreadable"],
    [PictureUnreadable, "picture"],
    [ScriptDiffers, "script"],
    [FingerprintDiffers, "fingerprint"],
  ];
  const name = known.find(([kind]) => error instanceof kind)?.[1] ?? "unexpected";
  page.fill("problem-title", texts[`${name}_title`]);
  page.fill("problem-text", texts[`${name}_text`]);
  page.fill("problem-next", texts[`${name}_next`]);
  const summary = page.find("#check-problem");
  summary.hidden = false;
  page.focusOn(summary);
}
