// Entry of the script that the drawing page asks for once it is usable: the blind signature, and QR codes.

import { beginDraw, finishDraw } from "./issuer/blinding.js";
import { drawQr } from "./page/qr.js";

Object.assign(globalThis, { pikirBlinding: { beginDraw, finishDraw, drawQr } });
