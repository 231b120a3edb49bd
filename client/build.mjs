// Builds what browsers are served: two script bundles and what they ask for later, one style sheet, the licences of what is in them.
// Usage: node build.mjs [--out DIR]. DIR stands for the top folder of the repository; the fonts must be there already.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] === "--out" ? process.argv[3] : dirname(here);

const STYLES = "survey_app/web/static/pikir.css";
const LICENCES = "survey_app/web/static/licences.txt";
const NOSCRIPT = "survey_app/web/static/noscript.css";
const ICON = "survey_app/web/static/pikir.svg";
const FONTS = ["survey_app/web/static/golos-text-400.woff2", "survey_app/web/static/golos-text-700.woff2"];
const SCRIPTS = {
  "survey_app/identity/static/issuer.js": "src/issuer.js",
  "survey_app/responses/static/collector.js": "src/collector.js",
};
// Asked for by a bundle when the page is usable already, or when a picture is chosen.
const LATER = {
  "survey_app/identity/static/blinding.js": "src/blinding.js",
  "survey_app/responses/static/sealing.js": "src/sealing.js",
  "survey_app/responses/static/qr-reader.js": "src/qr-reader.js",
};
const NOMODULE = "survey_app/web/static/nomodule.js";
const BANNER = "/* Pikir. The licences of the libraries in this file: licences.txt */";
const LICENCE_FILES = {
  "@cloudflare/blindrsa-ts (Apache-2.0)": "@cloudflare/blindrsa-ts/LICENSE.txt",
  "sjcl, the big number part (BSD-2-Clause or GPL-2.0)": "sjcl/LICENSE.txt",
  "@hpke/core (MIT)": "@hpke/core/LICENSE",
  "@noble/ed25519 (MIT)": "@noble/ed25519/LICENSE",
  "uqr (MIT)": "uqr/LICENSE",
  "jsqr (Apache-2.0)": "jsqr/LICENSE",
  "govuk-frontend (MIT)": "../licences/govuk-frontend.txt",
  "Golos Text (OFL-1.1)": "@fontsource/golos-text/LICENSE",
};

const read = (name) => readFileSync(join(out, name));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

function write(name, content) {
  mkdirSync(dirname(join(out, name)), { recursive: true });
  writeFileSync(join(out, name), content);
}

async function buildScript(source, { built = {}, format = "esm", target = "es2020" } = {}) {
  const result = await esbuild.build({
    entryPoints: [join(here, source)],
    absWorkingDir: here,
    bundle: true,
    minify: true,
    format,
    target,
    define: { PIKIR_BUILT: JSON.stringify(JSON.stringify(built)) },
    charset: "utf8",
    legalComments: "none",
    banner: { js: BANNER },
    write: false,
  });
  return result.outputFiles[0].contents;
}

// The address of a font carries its content hash, exactly as the server writes it, so that a preload is used.
function fontAddress(name) {
  const file = name.split("/").at(-1);
  return `${file}?v=${sha256(read(name)).slice(0, 12)}`;
}

async function buildStyles() {
  const compiled = sass.compile(join(here, "styles/pikir.scss"), {
    loadPaths: [join(here, "node_modules/govuk-frontend/dist/govuk")],
    style: "compressed",
    quietDeps: true,
    charset: false,
  });
  const css = FONTS.reduce((text, name) => text.replaceAll(name.split("/").at(-1), fontAddress(name)), compiled.css);
  const result = await esbuild.transform(css, { loader: "css", minify: true, charset: "utf8", target: ["chrome90", "firefox90", "safari14"], legalComments: "none" });
  return result.code;
}

const licences = Object.entries(LICENCE_FILES).map(([name, file]) => {
  const text = readFileSync(join(here, "node_modules", file), "utf8").replaceAll("\r\n", "\n").trim();
  return `${name}\n${"=".repeat(name.length)}\n\n${text}\n`;
});
write(LICENCES, licences.join("\n\n"));
write(ICON, readFileSync(join(here, "styles/pikir.svg")));
write(STYLES, await buildStyles());
write(NOSCRIPT, readFileSync(join(here, "styles/noscript.css")));
write(NOMODULE, await buildScript("src/nomodule.js", { format: "iife", target: "es5" }));
for (const [name, source] of Object.entries(LATER)) write(name, await buildScript(source, { format: "iife" }));
// The manifest pins the bundles; through them it pins what they are used with.
const pinned = Object.fromEntries([STYLES, NOSCRIPT, NOMODULE, ...Object.keys(LATER)].map((name) => [name.split("/").at(-1), sha256(read(name))]));
for (const [name, source] of Object.entries(SCRIPTS)) write(name, await buildScript(source, { built: pinned }));

const built = [STYLES, NOSCRIPT, LICENCES, ICON, NOMODULE, ...FONTS, ...Object.keys(LATER), ...Object.keys(SCRIPTS)].sort();
write("client/built.sha256", built.map((name) => `${sha256(read(name))}  ${name}\n`).join(""));
