import { OPERATION_TYPES, type OperationType } from "./operation.ts";
import { NAME_PATTERN, oneOf, Type, type ValueOf } from "./schema.ts";

/**
 * Who a device says it is, by the names that its vendor uses (`serialNumber`, `terminalId`). It decides whether evidence
 * counts, so it holds only what identifies hardware or a merchant's terminal, never an address.
 */
export type DeviceIdentity = Readonly<Record<string, string>>;

/** Two identities are the same device when they agree in all that both tell, and both tell something. */
export function sameDevice(
  one: DeviceIdentity | undefined,
  other: DeviceIdentity | undefined,
): "same" | "different" | "notKnown" {
  if (one === undefined || other === undefined) return "notKnown";
  const shared = Object.keys(one).filter((name) => other[name] !== undefined);
  if (shared.length === 0) return "notKnown";
  return shared.every((name) => one[name] === other[name]) ? "same" : "different";
}

/** It is shown in a command that people paste into a shell, and a stranger may have chosen it. */
export const SERIAL_NUMBER_PATTERN = NAME_PATTERN;
const SERIAL_NUMBER = new RegExp(SERIAL_NUMBER_PATTERN);

/** The number that the maker gave the hardware, where the device tells one. */
export function serialNumberOf(identity: DeviceIdentity | undefined): string | undefined {
  const told = identity?.["serialNumber"];
  return told !== undefined && SERIAL_NUMBER.test(told) ? told : undefined;
}

/** Who answers at a terminal's place and is not taken for it. */
export type TurnedAway =
  /** Another device than the one that is configured. `owner`: the other terminal whose device it is. */
  | { readonly kind: "otherDevice"; readonly told: string; readonly expected: string; readonly owner?: string }
  /** The device of another terminal, at one that was never met. */
  | { readonly kind: "twin"; readonly told: string; readonly owner: string }
  /** It does not tell its serial number, and this one is expected. */
  | { readonly kind: "unnamed"; readonly expected: string };

/** What a terminal's own clock showed when it told us. */
export type ClockReading = {
  /** As it was told: local to the terminal, without a zone, `2026-01-02T03:04:05`. */
  readonly localTime: string;
  /** When it was heard, by our clock: RFC 3339. */
  readonly at: string;
};

export const TERMINAL_STATES = [
  "connecting",
  "ready",
  "busy",
  "recovering",
  "fenced",
  "unpaired",
  "offline",
  "disabled",
] as const;
export type TerminalState = (typeof TERMINAL_STATES)[number];

/** What the terminal can do about a lost answer (`docs/` and ADR "recovery classes"); R4 is the strongest. */
const RECOVERY_CLASSES = ["R4", "R3", "R2", "R1", "R0"] as const;
export type RecoveryClass = (typeof RECOVERY_CLASSES)[number];

const OperationCapabilitySchema = Type.Object({
  recovery: oneOf(RECOVERY_CLASSES),
  cancel: oneOf(["never", "queuedOnly", "beforeCard", "anytime"]),
  tip: Type.Boolean(),
  cashback: Type.Boolean(),
  partial: Type.Boolean(),
  installments: Type.Boolean(),
  maxAmount: Type.Optional(Type.Integer({ minimum: 1, description: "minor units" })),
});
export type OperationCapability = ValueOf<typeof OperationCapabilitySchema>;

export const CapabilitiesSchema = Type.Object({
  currencies: Type.Array(Type.String()),
  operations: Type.Partial(
    Type.Object(
      Object.fromEntries(OPERATION_TYPES.map((type) => [type, OperationCapabilitySchema])) as Record<
        OperationType,
        typeof OperationCapabilitySchema
      >,
    ),
  ),
  reports: Type.Array(Type.String()),
  device: Type.Array(Type.String()),
  receipts: oneOf(["terminal", "pos", "both"]),
  idleProof: Type.Boolean({ description: "whether what is asked before a dispatch proves that the terminal is idle" }),
});
export type Capabilities = ValueOf<typeof CapabilitiesSchema>;

export const STAGES = [
  "waitingForTerminal",
  "presentCard",
  "cardRead",
  "confirmAmount",
  "selectAccount",
  "selectInstallments",
  "enterTip",
  "enterPin",
  "contactingHost",
  "removeCard",
  "printing",
  "signature",
  "other",
] as const;
export type Stage = (typeof STAGES)[number];
