import { SCOPES } from "../core/pos.ts";
import { NAME_PATTERN, oneOf, Type, type TSchema } from "../core/schema.ts";

/** An object whose fields are all known: what a request may hold. */
export function exactly<Fields extends Record<string, TSchema>>(fields: Fields) {
  return Type.Object(fields, { additionalProperties: false });
}

export const PosName = Type.String({
  pattern: NAME_PATTERN,
  description: "The name of a POS program: 1 to 64 letters, digits, dots, hyphens and underscores",
});

export const TerminalId = Type.String({
  pattern: NAME_PATTERN,
  description: "A terminal's id in the configuration: 1 to 64 letters, digits, dots, hyphens and underscores",
});

export const TransactionId = Type.String({
  minLength: 1,
  maxLength: 64,
  description: "A transaction's id, made by the daemon",
});

export const RequestId = Type.String({
  pattern: "^[A-Za-z0-9._:-]{1,64}$",
  description:
    "Chosen by the POS, never used twice in the life of its name: a UUID, not a bare counter; 1 to 64 of A-Z a-z 0-9 . _ : -",
});

export const ScopeName = oneOf(SCOPES);

export const Time = Type.String({
  pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})$",
  description: "RFC 3339, as 2026-11-20T10:15:03Z; the server's own are in UTC",
});

export const PersonName = Type.String({
  minLength: 1,
  maxLength: 64,
  description: "The person who decides, for the record",
});

export const Reason = Type.String({ minLength: 1, maxLength: 500, description: "Why, for the record" });

/** Free JSON that a driver validates with a schema of its own. */
export const FreeObject = Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), { maxProperties: 64 });

/** How a terminal is reached: `type` and what that medium needs. */
export const LinkDescription = Type.Intersect([
  Type.Object({ type: Type.String({ minLength: 1, maxLength: 32, description: "serial, usb, tcp, http or cloud" }) }),
  FreeObject,
]);

/** A transaction by its id, or by the caller's own request id. */
export const transactionName = {
  transaction: Type.Optional(TransactionId),
  requestId: Type.Optional(RequestId),
};
