import type { Json, JsonObject } from "../../core/json.ts";

/** An answer before it is written. JSON through and through: some of them are kept for repeats. */
export type Reply = {
  readonly status: number;
  readonly body: Json;
  readonly retryAfterS?: number;
};

export const done = (status: number, body: Json): Reply => ({ status, body });

/** The envelope of Orders and Terminals (mercado-pago.md 1.2). */
export function failure(status: number, code: string, message: string, details: readonly string[] = []): Reply {
  const error: JsonObject = { code, message, ...(details.length === 0 ? {} : { details }) };
  return { status, body: { errors: [error] } };
}

/** Of authentication: flat, and without a list. */
export function unauthorized(message: string): Reply {
  return { status: 401, body: { code: "unauthorized", message } };
}

/** Of the older API. */
export function legacyFailure(status: number, error: string, message: string): Reply {
  return { status, body: { status, error, message } };
}

/** Reads "error" and "message" as RFC 6749 has them. */
export function oauthFailure(error: string, message: string): Reply {
  return { status: 400, body: { error, message, status: 400 } };
}
