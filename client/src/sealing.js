// Entry of the script that the questionnaire asks for once it is usable: sealing, and QR codes. What the page itself
// does not use is for tests of interoperability on the served bytes.

import { encodeAnswers, makeSubmission, open, seal, sealingInfo } from "./collector/sealing.js";
import { drawQr } from "./page/qr.js";

Object.assign(globalThis, { pikirSealing: { makeSubmission, drawQr, encodeAnswers, open, seal, sealingInfo } });
