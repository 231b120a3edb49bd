// Entry of the script that reads a QR code from a picture where the browser itself cannot. Loaded only when a picture
// is chosen, and only if it is the file that was built together with the bundle (its hash is in the bundle).

import jsQR from "jsqr";

/** Ours are never drawn the other way round; looking for both takes twice as long. @type {import("jsqr").Options} */
const ONLY_BLACK_ON_WHITE = { inversionAttempts: "dontInvert" };

/** @param {Uint8ClampedArray} pixels RGBA @param {number} width @param {number} height @returns {string | null} */
const pikirReadQr = (pixels, width, height) => jsQR(pixels, width, height, ONLY_BLACK_ON_WHITE)?.data || null;

Object.assign(globalThis, { pikirReadQr });
