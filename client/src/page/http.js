// Requests to this page's own office: no cookie, no referrer, no cache; problems as RFC 9457 documents.

/** Milliseconds in which nothing at all arrives; a slow line may take as long as it needs. */
const SILENCE = 30_000;
const LONGEST_WAIT = 30_000;

/** The office answered, and said no. */
export class Refused extends Error {
  /** @param {number} status @param {{type?: string, title?: string, detail?: string}} problem */
  constructor(status, problem) {
    super(problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.slug = String(problem.type ?? "").replace("urn:pikir:problem:", "");
    this.detail = problem.detail ?? "";
  }
}

/** No answer came. */
export class Unreachable extends Error {}

/** @param {string} url @param {RequestInit} options */
async function request(url, options) {
  const controller = new AbortController();
  let timer = setTimeout(() => controller.abort(), SILENCE);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(), SILENCE);
  };
  try {
    const response = await fetch(url, {
      mode: "same-origin",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      redirect: "error",
      signal: controller.signal,
      ...options,
      headers: { "Accept-Language": document.documentElement.lang, ...options.headers },
    });
    const text = await readText(response, heard);
    if (!response.ok) throw new Refused(response.status, parseProblem(text));
    return text;
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Unreachable(String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} response @param {() => void} heard called for every piece that arrives */
async function readText(response, heard) {
  const reader = response.body?.getReader();
  if (!reader) return response.text();
  const decoder = new TextDecoder();
  let text = "";
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    heard();
    text += decoder.decode(piece.value, { stream: true });
  }
  return text + decoder.decode();
}

/** @param {string} text */
function parseProblem(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** One attempt. @param {string} url */
export const getTextOnce = (url) => request(url, { headers: { Accept: "application/jose, application/json, text/javascript" } });

/** @param {string} url */
export const getText = (url) => persist(() => getTextOnce(url));

/** @param {string} url */
export const getJson = async (url) => JSON.parse(await getText(url));

/** One attempt. @param {string} url @param {object} body @returns {Promise<any>} */
export async function postJson(url, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json, application/problem+json" };
  const text = await request(url, { method: "POST", headers, body: JSON.stringify(body) });
  return text ? JSON.parse(text) : {};
}

/** @param {unknown} error */
export const isPassing = (error) =>
  error instanceof Unreachable || (error instanceof Refused && (error.status === 429 || error.status >= 500));

/**
 * Try until the office answers for good: 1, 2, 4 ... 30 seconds apart, at once when the device is online again.
 * Only for requests that may be repeated.
 * @template T
 * @param {() => Promise<T>} task @returns {Promise<T>}
 */
export async function persist(task) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const result = await task();
      if (attempt) tellWaiting(0);
      return result;
    } catch (error) {
      if (!isPassing(error)) throw error;
      const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** attempt) * (0.75 + Math.random() / 2);
      tellWaiting(Math.ceil(wait / 1000));
      await pause(wait);
    }
  }
}

/** @param {number} seconds until the next attempt; 0 when the office has answered */
const tellWaiting = (seconds) => document.dispatchEvent(new CustomEvent("pikir:waiting", { detail: seconds }));

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    addEventListener("online", () => (clearTimeout(timer), resolve(undefined)), { once: true });
  });
}
