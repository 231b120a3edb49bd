// RSABSSA-SHA384-PSS-Randomized (RFC 9474) with the published library; ours only joins it to the token's bytes.

import { BlindRSA, Params } from "@cloudflare/blindrsa-ts";
import { fromBase64url } from "../core/bytes.js";
import { importIssuerKey, newHolderKey, tokenMessage } from "../core/token.js";

/** @typedef {import("../core/bytes.js").Bytes} Bytes */
/**
 * @typedef {object} Asking what has to be kept until the issuer has signed
 * @property {Bytes} inputMsg
 * @property {Bytes} scalar
 * @property {Bytes} blinded
 * @property {Bytes} inverse
 */

const suite = new BlindRSA({ ...Params.RSABSSA_SHA384_PSS_Randomized, supportsRSARAW: false });

/** @param {string} campaignId @param {string} issuerKey SPKI in base64url @returns {Promise<Asking>} */
export async function beginDraw(campaignId, issuerKey) {
  const key = await importIssuerKey(fromBase64url(issuerKey));
  const { scalar, holderKey } = await newHolderKey();
  const inputMsg = suite.prepare(await tokenMessage(campaignId, holderKey));
  const { blindedMsg, inv } = await suite.blind(key, inputMsg);
  return { inputMsg: /** @type {Bytes} */ (inputMsg), scalar, blinded: /** @type {Bytes} */ (blindedMsg), inverse: /** @type {Bytes} */ (inv) };
}

/**
 * The finished signature, verified under the published key. Throws if it does not verify: then stop for good.
 * @param {Asking} asking @param {Bytes} blindSignature @param {string} issuerKey @returns {Promise<Bytes>}
 */
export async function finishDraw(asking, blindSignature, issuerKey) {
  const key = await importIssuerKey(fromBase64url(issuerKey));
  return /** @type {Bytes} */ (await suite.finalize(key, asking.inputMsg, blindSignature, asking.inverse));
}
