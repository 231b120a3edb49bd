// Scripts that arrive after the page is usable: what only a press of a button needs is not waited for before it. Each
// runs only if it is the file that was built together with the bundle, whose hash the manifest pins.

import { built } from "../built.js";
import { fromHex, sha256, toHex, utf8 } from "../core/bytes.js";
import { getTextOnce, persist, Unreachable } from "./http.js";
import { painted } from "./page.js";

/** The office serves another file than the one that was built with this bundle. */
export class ScriptDiffers extends Error {}

/** @type {Map<string, Promise<unknown>>} scripts by address: arriving, or here */
const asked = new Map();

/**
 * Ask for a script, once; a lost connection is waited out. Throws ScriptDiffers, Refused.
 * @param {string} url @returns {Promise<unknown>} settled when it has run
 */
export function bring(url) {
  const coming = asked.get(url) ?? persist(() => run(url));
  asked.set(url, coming);
  coming.catch(() => asked.delete(url));
  return coming;
}

/** Ask for what the next press will need, when the page is seen. Whoever needs it is told if it does not come. @param {string} url */
export const bringSoon = (url) => painted(3000).then(() => bring(url)).catch(() => undefined);

/** One attempt. @param {string} url */
async function run(url) {
  const hash = built[new URL(url, location.href).pathname.split("/").at(-1) ?? ""];
  if (await attach(url, hash)) return;
  if (toHex(await sha256(utf8(await getTextOnce(url)))) !== hash) throw new ScriptDiffers(`${url} is not the file that was built`);
  throw new Unreachable(`${url} did not arrive`);
}

/** @param {string} url @param {string} hash @returns {Promise<boolean>} whether it has run; a browser does not say why not */
function attach(url, hash) {
  return new Promise((resolve) => {
    const script = document.createElement("script");
    script.integrity = `sha256-${btoa(String.fromCharCode(...fromHex(hash)))}`;
    script.crossOrigin = "anonymous";
    script.onload = () => resolve(true);
    script.onerror = () => {
      script.remove();
      resolve(false);
    };
    script.src = url;
    document.head.append(script);
  });
}
