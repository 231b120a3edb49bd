// What was built together with this bundle. The manifest pins the bundle, the bundle these: an auditor finds them here.

/** SHA-256 in hex by file name. */
export const built = /** @type {Record<string, string>} */ (JSON.parse(PIKIR_BUILT));
