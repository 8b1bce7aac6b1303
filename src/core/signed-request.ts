import { canonicalJson } from "./canonical.ts";
import type { Json } from "./json.ts";
import type { Operation } from "./operation.ts";

/** What the back office of a POS says may be charged: once, because a request id is never used twice. */
export type SignedRequest = {
  readonly pos: string;
  readonly terminal: string;
  readonly requestId: string;
  readonly operation: Operation;
  /** RFC 3339, exactly as it is sent. */
  readonly expiresAt: string;
};

/** What goes with a request: see `SignedRequest`. */
export type RequestSignature = {
  readonly expiresAt: string;
  /** Ed25519, 64 bytes as base64url. */
  readonly value: string;
};

/** The text that is signed, as UTF-8. */
export function signedText({ expiresAt, operation, pos, requestId, terminal }: SignedRequest): string {
  return canonicalJson({ expiresAt, operation, pos, requestId, terminal } as Json);
}
