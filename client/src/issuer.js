// Entry of the bundle that the issuer serves. What it exports is for tests of interoperability on the served bytes.

import { startPage } from "./page/start.js";
import { runDrawPage } from "./issuer/view.js";

export { built } from "./built.js";
export { packToken, tokenMessage, unpackToken } from "./core/token.js";
export { inclusionPath, leafHash, rootFromPath, treeRoot } from "./core/merkle.js";

startPage({ draw: runDrawPage });
