// Written into the bundles by build.mjs: JSON of {file name: SHA-256 in hex}.
declare const PIKIR_BUILT: string;
// What the scripts offer that arrive later (page/later.js).
declare var pikirBlinding: typeof import("./issuer/blinding.js") & typeof import("./page/qr.js");
declare var pikirSealing: typeof import("./collector/sealing.js") & typeof import("./page/qr.js");
declare var pikirReadQr: (pixels: Uint8ClampedArray, width: number, height: number) => string | null;
