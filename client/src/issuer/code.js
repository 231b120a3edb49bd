// An invitation code as people type it from paper: taken as it was meant where that is certain, else told what is wrong.

import * as page from "../page/page.js";
import { readLink } from "./record.js";

const LENGTH = 26;
/** As the letters print it: two rows of three groups. */
const GROUPS = /^(.{0,4})(.{0,4})(.{0,5})(.{0,4})(.{0,4})(.*)$/;
/** 128 bits in 26 signs of five bits: the two that are left over in the last sign are zero. */
const LAST = "AEIMQUY4";
/** Signs that no code has but that look like one that it may have; letters of a Cyrillic keyboard that look Latin. @type {Record<string, string>} */
const LOOKALIKES = {
  ...{ 0: "O", 1: "I", 8: "B", "|": "I" },
  ...{ А: "A", В: "B", Е: "E", З: "3", І: "I", К: "K", М: "M", Н: "H", О: "O", Р: "P", С: "C", Т: "T", У: "Y", Ү: "Y", Х: "X" },
};

/** @typedef {"empty" | "short" | "long" | "strange" | "keyboard" | "last" | "link" | "other" | "unknown"} Fault */

export class CodeUnreadable extends Error {
  /** @param {Fault} fault @param {Record<string, string>} [values] for the text about it */
  constructor(fault, values = {}) {
    super(fault);
    this.fault = fault;
    this.values = values;
  }
}

/**
 * A typed code, or a whole link that was pasted; only a link brings a fingerprint. Throws CodeUnreadable.
 * @param {string} text @param {string} campaignId @returns {{code: string, fingerprint?: string}}
 */
export function readCode(text, campaignId) {
  if (text.includes("#")) return readPasted(text.trim(), campaignId);
  const signs = meantSigns(text);
  const strange = [...new Set(signs)].filter((sign) => !/[A-Z2-7]/.test(sign));
  if (!signs.length) throw new CodeUnreadable("empty");
  if (strange.some((sign) => /\p{Script=Cyrillic}/u.test(sign))) throw new CodeUnreadable("keyboard", { signs: strange.join(" ") });
  if (strange.length) throw new CodeUnreadable("strange", { signs: strange.join(" ") });
  if (signs.length !== LENGTH) throw new CodeUnreadable(signs.length < LENGTH ? "short" : "long", { count: String(signs.length) });
  if (!LAST.includes(signs[LENGTH - 1])) throw new CodeUnreadable("last", { signs: signs[LENGTH - 1] });
  return { code: signs.join("") };
}

/** @param {string} text @param {string} campaignId */
function readPasted(text, campaignId) {
  const link = readLink(text.slice(text.indexOf("#")));
  if (!link) throw new CodeUnreadable("link");
  if (text.includes("/c/") && !text.includes(`/c/${campaignId}/`)) throw new CodeUnreadable("other");
  return link;
}

/** Spaces, hyphens and dots aside. @param {string} text @returns {string[]} */
const meantSigns = (text) =>
  [...text.normalize("NFKC").toUpperCase()].filter((sign) => /[\p{L}\p{N}|]/u.test(sign)).map((sign) => LOOKALIKES[sign] ?? sign);

/** A field for a code, with what was understood below it and what is wrong above it. */
export class CodeField {
  /** @param {string} id @param {import("../page/page.js").PageData} data @param {() => unknown} onEnter */
  constructor(id, { texts, campaign_id }, onEnter) {
    this.input = /** @type {HTMLInputElement} */ (page.find(`#${id}`));
    this.group = page.find(`#${id}-group`);
    this.problem = page.find(`#${id}-problem`);
    this.understood = page.find(`#${id}-read`);
    this.texts = texts;
    this.campaignId = campaign_id;
    this.input.addEventListener("input", () => this.#tellUnderstood());
    this.input.addEventListener("keydown", (event) => event.key === "Enter" && onEnter());
  }

  /** What is in the field; null if that is no code: then the field says why and has the focus. */
  read() {
    try {
      const found = readCode(this.input.value, this.campaignId);
      this.#show("");
      return found;
    } catch (error) {
      if (!(error instanceof CodeUnreadable)) throw error;
      return this.complain(error.fault, error.values);
    }
  }

  /** @param {Fault} fault @param {Record<string, string>} [values] @returns {null} */
  complain(fault, values = {}) {
    this.#show(Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), this.texts[`code_${fault}`]));
    this.input.focus();
    return null;
  }

  /** @param {string} [text] */
  fill(text = "") {
    this.input.value = text;
    this.#show("");
    this.#tellUnderstood();
  }

  /** @param {string} problem */
  #show(problem) {
    this.problem.textContent = problem;
    this.problem.hidden = !problem;
    this.input.setAttribute("aria-invalid", String(Boolean(problem)));
    this.input.classList.toggle("govuk-input--error", Boolean(problem));
    this.group.classList.toggle("govuk-form-group--error", Boolean(problem));
  }

  #tellUnderstood() {
    const signs = this.input.value.includes("#") ? [] : meantSigns(this.input.value);
    this.understood.hidden = !signs.length;
    const groups = GROUPS.exec(signs.join(""))?.slice(1).filter(Boolean) ?? [];
    page.find("b", this.understood).textContent = groups.join(" ");
    page.find("span", this.understood).textContent = this.texts.code_read.replace("{count}", String(signs.length));
  }
}
