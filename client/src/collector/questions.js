// The questions: one a screen or all on one page; every choice is kept at once; the browser's back button works.

import * as page from "../page/page.js";
import { keepAnswer, keepPlace, keptPlace } from "./record.js";

/**
 * @typedef {object} Place
 * @property {"intro" | "questions" | "check"} name
 * @property {number} [question] from 0
 * @property {boolean} [isChange] came from the check page and goes back to it
 * @property {number} [depth] how many places of this document lie before it in the browser's history
 */

const VIEW = "pikir/view";

export class Questions {
  /** @param {string} key of the record @param {Record<string, number>} answers */
  constructor(key, answers) {
    this.key = key;
    this.answers = { ...answers };
    this.sections = page.findAll("[data-question]");
    this.ids = this.sections.map((section) => section.dataset.question ?? "");
    this.isLive = true;
    for (const section of this.sections) this.#bind(section);
    page.onClick("begin", () => this.go({ name: "questions", question: 0 }));
    page.onClick("next", () => this.#next());
    page.onClick("back", () => this.#back());
    page.onClick("view", () => this.#toggleView());
    addEventListener("popstate", () => this.isLive && this.#show(this.#place(), true));
    for (const link of page.findAll("[data-change]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.go({ name: "questions", question: this.ids.indexOf(link.dataset.change ?? ""), isChange: true });
      });
    }
  }

  /** Where the page was before a reload or a change of language, else the first empty question, else the beginning. */
  resume() {
    const place = this.#place();
    history.replaceState(place, "");
    this.#show(place);
  }

  /** @param {Place} place */
  go(place) {
    history.pushState({ ...place, depth: (this.#place().depth ?? 0) + 1 }, "");
    this.#show(place, true);
  }

  /** As the browser's own button, except where that would leave this document. */
  #back() {
    const place = this.#place();
    if (place.depth) return history.back();
    const before = this.#before(place);
    history.replaceState(before, "");
    this.#show(before, true);
  }

  /** @param {Place} place @returns {Place} */
  #before({ name, question = 0, isChange }) {
    if (name === "check") return { name: "questions", question: this.sections.length - 1 };
    if (isChange) return { name: "check" };
    return question > 0 && !this.#isAll ? { name: "questions", question: question - 1 } : { name: "intro" };
  }

  /** What this window shows, in the questionnaire's order: another window may have kept something else meanwhile. */
  positions = () => this.ids.map((id) => this.answers[id] ?? 0);

  /** @returns {Place} */
  #place() {
    const isPlace = (/** @type {any} */ state) => ["intro", "questions", "check"].includes(state?.name);
    if (isPlace(history.state)) return history.state;
    const kept = keptPlace();
    if (isPlace(kept)) return { ...kept, depth: 0 };
    if (!Object.values(this.answers).some(Boolean)) return { name: "intro" };
    const blank = this.ids.findIndex((id) => !this.answers[id]);
    return blank < 0 ? { name: "check" } : { name: "questions", question: blank };
  }

  get #isAll() {
    return sessionStorage.getItem(VIEW) === "all";
  }

  /** @param {HTMLElement} section */
  #bind(section) {
    const id = section.dataset.question ?? "";
    const inputs = /** @type {HTMLInputElement[]} */ (page.findAll("input", section));
    const clear = page.find('[data-do="clear"]', section);
    const draw = () => {
      for (const input of inputs) input.checked = Number(input.value) === this.answers[id];
      clear.hidden = !this.answers[id];
    };
    const keep = (/** @type {number} */ position) => {
      this.answers[id] = position;
      draw();
      return keepAnswer(this.key, id, position).catch(() => document.dispatchEvent(new Event("pikir:unkept")));
    };
    for (const input of inputs) input.addEventListener("change", () => keep(Number(input.value)));
    clear.addEventListener("click", () => {
      keep(0);
      inputs[0].focus();
    });
    draw();
  }

  #next() {
    const { question = 0, isChange } = this.#place();
    const isLast = this.#isAll || isChange || question + 1 >= this.sections.length;
    this.go(isLast ? { name: "check" } : { name: "questions", question: question + 1 });
  }

  #toggleView() {
    sessionStorage.setItem(VIEW, this.#isAll ? "one" : "all");
    this.#show(this.#place(), true);
  }

  /** @param {Place} place @param {boolean} [focus] */
  #show(place, focus) {
    keepPlace(place);
    if (place.name === "check") this.#fillCheck();
    const step = page.showStep(place.name, { focus: focus && place.name !== "questions" });
    if (place.name !== "questions") return;
    const current = Math.min(place.question ?? 0, this.sections.length - 1);
    step.classList.toggle("pk-all", this.#isAll);
    this.sections.forEach((section, index) => (section.hidden = !this.#isAll && index !== current));
    /** @type {HTMLProgressElement} */ (page.find("progress", step)).value = current + 1;
    for (const button of page.findAll('[data-do="view"]', step)) button.hidden = (button.dataset.view === "all") === this.#isAll;
    for (const button of page.findAll('[data-do="next"]', step)) button.hidden = (button.dataset.then === "check") !== Boolean(place.isChange || this.#isAll);
    this.#present(this.sections[current], Boolean(focus));
  }

  /** @param {HTMLElement} section @param {boolean} focus */
  #present(section, focus) {
    const heading = page.find("h1", section);
    page.setTitle(`${page.find(".pk-progress", section).textContent}. ${heading.textContent}`);
    if (!focus) return;
    if (this.#isAll) section.scrollIntoView();
    else scrollTo(0, 0);
    page.focusOn(heading);
  }

  #fillCheck() {
    let blank = 0;
    for (const row of page.findAll("[data-answer]")) {
      const id = row.dataset.answer ?? "";
      const position = this.answers[id] ?? 0;
      const label = document.querySelector(`label[for="${CSS.escape(`${id}-${position - 1}`)}"]`);
      row.textContent = position && label ? (label.textContent ?? "").trim() : (row.dataset.blank ?? "");
      row.classList.toggle("pk-blank", !position);
      blank += position ? 0 : 1;
    }
    page.find("#reminder").hidden = !blank;
  }
}
