// Written into the bundles by build.mjs: JSON of {file name: SHA-256 in hex}.
declare const PIKIR_BUILT: string;
