import { refused } from "../core/errors.ts";
import { movesMoney } from "../core/operation-type.ts";
import type { Clock, SignatureCheck } from "../core/ports.ts";
import { signedText } from "../core/signed-request.ts";
import type { StartRequest } from "./api.ts";

/** A signature that is good for longer than a day is one that somebody forgot. */
const LONGEST_LIFE_MS = 24 * 3_600_000;

export type SignaturePorts = { readonly clock: Clock; readonly crypto: SignatureCheck };

/**
 * Whether the back office of the POS signed this very request. A signature that nobody can check is refused as well: whoever signs
 * believes that it protects him.
 */
export function signatureFault(
  signingKey: string | undefined,
  pos: string,
  request: StartRequest,
  { clock, crypto }: SignaturePorts,
): ReturnType<typeof refused> | undefined {
  const { signature, terminal, requestId, operation } = request;
  if (signingKey === undefined) {
    return signature === undefined
      ? undefined
      : fault("signature", `${pos} has no signing key here, so nobody can check this signature. ${GIVE_KEY}`);
  }
  if (signature === undefined) {
    return movesMoney(operation.type)
      ? fault("signature", `A ${operation.type} of ${pos} has to be signed by its back office, and this one is not.`)
      : undefined;
  }
  const { expiresAt, value } = signature;
  const message = new TextEncoder().encode(signedText({ expiresAt, operation, pos, requestId, terminal }));
  if (!crypto.verifyEd25519(bytesOf(signingKey), message, bytesOf(value))) {
    return fault(
      "signature.value",
      "The signature does not belong to this terminal, request id, operation and expiry, or another key made it.",
    );
  }
  const endsMs = Date.parse(expiresAt);
  const nowMs = clock.now();
  const times = `It is good until ${expiresAt}, and here it is ${new Date(nowMs).toISOString()}`;
  if (!(nowMs < endsMs)) return fault("signature.expiresAt", `The signature is too old. ${times}. ${COMPARE_CLOCKS}`);
  return endsMs - nowMs > LONGEST_LIFE_MS
    ? fault("signature.expiresAt", `The signature is good for more than 24 hours. ${times}. ${COMPARE_CLOCKS}`)
    : undefined;
}

const GIVE_KEY =
  "An administrator gives it with `tillbridge pos set NAME --signing-key FILE`, or the program stops signing.";
const COMPARE_CLOCKS = "Sign it anew; if that does not help, compare the clocks of the two machines.";

function fault(field: string, message: string): ReturnType<typeof refused> {
  return refused("signatureRequired", message, { field });
}

function bytesOf(base64url: string): Uint8Array {
  return Buffer.from(base64url, "base64url");
}
