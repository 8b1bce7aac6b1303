import { createPrivateKey, sign, type KeyObject } from "node:crypto";
import { signedText, type RequestSignature, type SignedRequest } from "../core/signed-request.ts";

/**
 * For the back office of a hosted POS: signs what may be charged. The result goes with `pay`, for this terminal, request id and
 * operation alone, and charges at most once.
 *
 * @param privateKey Ed25519: as PEM, or read before with `createPrivateKey`
 * @throws TypeError where the key is none of Ed25519, or `expiresAt` no moment in time
 */
export function signPayment(privateKey: KeyObject | string, request: SignedRequest): RequestSignature {
  const key = typeof privateKey === "string" ? createPrivateKey(privateKey) : privateKey;
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError("The private key is none of Ed25519.");
  if (Number.isNaN(Date.parse(request.expiresAt))) throw new TypeError("`expiresAt` is no moment in time.");
  const value = sign(undefined, new TextEncoder().encode(signedText(request)), key).toString("base64url");
  return { expiresAt: request.expiresAt, value };
}
