// QR codes from pictures: by the browser's own reader where it has one, else by a script that is loaded for it.

import { fromHex } from "../core/bytes.js";
import { built } from "../built.js";

export class PictureUnreadable extends Error {}

/** Widths to try: a reader may find a code in a smaller picture that it misses in a larger one, and the reverse. */
const WIDTHS = [1000, 1600, 640];

/** @param {Blob} picture @param {string} readerUrl @returns {Promise<string>} the text of the QR code; throws PictureUnreadable */
export async function readQr(picture, readerUrl) {
  let image;
  try {
    image = await createImageBitmap(picture);
  } catch {
    throw new PictureUnreadable("not a picture");
  }
  const text = (await readWithBrowser(image)) ?? (await readWithScript(image, readerUrl));
  if (!text) throw new PictureUnreadable("no QR code in this picture");
  return text;
}

/** @param {ImageBitmap} image */
async function readWithBrowser(image) {
  const { BarcodeDetector } = /** @type {any} */ (globalThis);
  try {
    const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(image);
    return found[0]?.rawValue || null;
  } catch {
    return null;
  }
}

/** @param {ImageBitmap} image @param {string} url */
async function readWithScript(image, url) {
  const read = await loadReader(url);
  for (const wanted of WIDTHS) {
    const scale = Math.min(1, wanted / image.width);
    const [width, height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return null;
    context.drawImage(image, 0, 0, width, height);
    const text = read(context.getImageData(0, 0, width, height).data, width, height);
    if (text) return text;
  }
  return null;
}

/** @param {string} url @returns {Promise<(pixels: Uint8ClampedArray, width: number, height: number) => string | null>} */
function loadReader(url) {
  const global = /** @type {any} */ (globalThis);
  if (global.pikirReadQr) return global.pikirReadQr;
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.integrity = `sha256-${btoa(String.fromCharCode(...fromHex(built["qr-reader.js"])))}`;
    script.crossOrigin = "anonymous";
    script.onload = () => resolve(global.pikirReadQr);
    script.onerror = () => reject(new Error("the reader of pictures did not load"));
    script.src = url;
    document.head.append(script);
  });
}
