// Entry of the bundle that the collector serves. What it exports is for tests of interoperability on the served bytes.

import { startPage } from "./page/start.js";
import { runBoardPage } from "./collector/board.js";
import { runQuestionnairePage } from "./collector/view.js";

export { built } from "./built.js";
export { readBoard } from "./collector/board.js";
export { readDocument } from "./core/documents.js";
export { publicPoint } from "./core/p256.js";
export { packToken, signAsHolder, unpackToken, verifyToken } from "./core/token.js";

startPage({ questionnaire: runQuestionnairePage, board: runBoardPage });
