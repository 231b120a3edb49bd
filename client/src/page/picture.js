// QR codes from pictures: by the browser's own reader where it has one, else by a script that is loaded for it.

import { bring } from "./later.js";

export class PictureUnreadable extends Error {}

/** Widths to try, small pictures enlarged: the reader may find a code at one size that it misses at another. */
const WIDTHS = [1000, 1600, 640, 2200];

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
  await bring(url);
  for (const wanted of WIDTHS) {
    const [width, height] = [wanted, Math.round((image.height * wanted) / image.width)];
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return null;
    context.drawImage(image, 0, 0, width, height);
    const text = pikirReadQr(context.getImageData(0, 0, width, height).data, width, height);
    if (text) return text;
  }
  return null;
}
