// One document, several steps: exactly one of the elements with data-step is shown.

/**
 * @typedef {object} PageData what the server says about this page
 * @property {"draw" | "questionnaire" | "board" | "stored" | "lost"} page
 * @property {"kk" | "ru" | "en"} lang
 * @property {string} campaign_id
 * @property {string} fingerprint
 * @property {string} state
 * @property {string} now the office's time, RFC 3339
 * @property {string} [manifest] the signed document
 * @property {Record<string, string>} api
 * @property {Record<string, string>} texts
 * @property {Record<string, any>} [extra]
 */

/** @returns {PageData | null} */
export function readPageData() {
  const element = document.getElementById("page-data");
  return element ? JSON.parse(element.textContent ?? "null") : null;
}

/** @template {HTMLElement} [T=HTMLElement] @param {string} selector @param {ParentNode} [within] */
export function find(selector, within = document) {
  const element = /** @type {T | null} */ (within.querySelector(selector));
  if (!element) throw new Error(`nothing matches ${selector}`);
  return element;
}

/** @param {string} selector @param {ParentNode} [within] */
export const findAll = (selector, within = document) => /** @type {HTMLElement[]} */ ([...within.querySelectorAll(selector)]);

const product = document.title;
let isFirst = true;

/** @param {string} name @param {{focus?: boolean}} [options] */
export function showStep(name, { focus = !isFirst } = {}) {
  isFirst = false;
  const step = find(`[data-step="${name}"]`);
  for (const other of findAll("[data-step]")) other.hidden = other !== step;
  const heading = step.querySelector("h1");
  if (heading) setTitle(heading.textContent ?? "");
  if (focus) {
    scrollTo(0, 0);
    focusOn(heading ?? step);
  }
  return step;
}

/** @param {string} text */
export function setTitle(text) {
  document.title = `${text.trim().replace(/\s+/g, " ")} – ${product}`;
}

/** @param {HTMLElement} element */
export function focusOn(element) {
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

/** @param {string} action @param {(event: Event) => unknown} handler */
export function onClick(action, handler) {
  for (const element of findAll(`[data-do="${action}"]`)) element.addEventListener("click", handler);
}

/** @param {string} name @param {string} text fills every element with data-slot="name" */
export function fill(name, text) {
  for (const element of findAll(`[data-slot="${name}"]`)) element.textContent = text;
}

/** @param {string} selector of a list @param {string[]} texts of its items */
export function fillList(selector, texts) {
  const items = texts.map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  });
  find(selector).replaceChildren(...items);
}

/** Words for screen readers and for the line under the header. @param {string} text */
export function announce(text) {
  find("#status").textContent = text;
}

/** The same for a while: what was done, and need not stay. @param {string} text */
export function mention(text) {
  announce(text);
  setTimeout(() => {
    if (find("#status").textContent === text) announce("");
  }, 8_000);
}

/** A dead end with a way out. @param {string} title @param {string} text @param {string} [next] */
export function showProblem(title, text, next = "") {
  fill("problem-title", title);
  fill("problem-text", text);
  fill("problem-next", next);
  const step = showStep("problem", { focus: false });
  focusOn(find(".govuk-error-summary", step));
  scrollTo(0, 0);
}

/** Let the browser paint before long work; a tab in the background does not paint, and waits no longer than patience. */
export const painted = (patience = 100) =>
  new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, patience);
  });

/** The other languages keep what is in the address after #. */
export function keepFragmentOnSwitch() {
  for (const link of /** @type {HTMLAnchorElement[]} */ (findAll("a[data-language]"))) {
    link.addEventListener("click", () => (link.hash = location.hash));
  }
}

/** What came after # in the address, the skip link's target aside. */
export const fragment = () => (location.hash.length > 1 && location.hash !== "#main" ? location.hash : "");

/** Take the secret out of the address bar and the history entry. */
export function forgetFragment() {
  history.replaceState(history.state, "", location.pathname + location.search);
}
