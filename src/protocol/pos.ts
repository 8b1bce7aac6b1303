import { MAX_AMOUNT_MINOR } from "../core/money.ts";
import { OPERATION_TYPES } from "../core/operation.ts";
import { oneOf, Type } from "../core/schema.ts";
import { exactly, Time } from "./fields.ts";

const AmountMinor = Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_AMOUNT_MINOR, description: "minor units" }));

/** How much a POS may move with one type of operation in one currency. */
export const PosLimitSchema = exactly({
  operation: oneOf(OPERATION_TYPES),
  currency: Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217" }),
  perOperation: AmountMinor,
  perDay: AmountMinor,
});

export const PosLimits = Type.Array(PosLimitSchema, {
  maxItems: 64,
  description:
    "How much it may move, tip and cashback included; a type that has a limit may be asked for in the currencies of its limits alone",
});

/** An Ed25519 public key: 32 bytes. */
export const SigningKey = Type.String({
  pattern: "^[A-Za-z0-9_-]{43}$",
  description: "Ed25519 public key, 32 bytes as base64url: what moves money must be signed with its private half",
});

/** What the back office of a POS said may be charged. */
export const SignatureSchema = exactly({
  expiresAt: Time,
  value: Type.String({
    pattern: "^[A-Za-z0-9_-]{86}$",
    description:
      "Ed25519 over the canonical JSON (RFC 8785) of {expiresAt, operation, pos, requestId, terminal}, 64 bytes as base64url",
  }),
});
