import type { Fingerprint } from "../../core/fingerprint.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Operation, OperationType } from "../../core/operation.ts";
import { totalAsked } from "../../core/total-asked.ts";
import type { Capabilities, OperationCapability } from "../../core/terminal.ts";
import type { OperationRefusal, Vendor } from "../driver.ts";
import { bodyTimeoutMs } from "./asked.ts";
import { poyntAccount } from "./cloud.ts";
import { poyntWire } from "./codec.ts";
import { deviceMachine } from "./device.ts";
import { DEVICE_FUNCTIONS, REPORTS } from "./functions.ts";
import type { PoyntMessage } from "./messages.ts";
import { operationMachine } from "./operation.ts";
import { uuidIn } from "./payment.ts";
import { recoverMachine } from "./recovery.ts";
import { LONGEST_MS, poyntSettingsSchema, type PoyntSettings } from "./settings.ts";
import { poyntSimulator } from "./simulator.ts";
import { vendorFieldFault } from "./vendor-fields.ts";

/** Each has a command of its own; there is none to cancel what runs (poynt.md 1.5). A batch cannot be asked about again. */
const OPERATIONS: ReadonlyMap<
  OperationType,
  Pick<OperationCapability, "recovery" | "tip" | "cashback" | "partial">
> = new Map([
  ["sale", { recovery: "R3", tip: true, cashback: true, partial: true }],
  ["preauthorization", { recovery: "R3", tip: true, cashback: false, partial: true }],
  ["capture", { recovery: "R3", tip: true, cashback: false, partial: false }],
  ["adjustment", { recovery: "R3", tip: true, cashback: false, partial: false }],
  ["releaseAuthorization", { recovery: "R3", tip: false, cashback: false, partial: false }],
  ["void", { recovery: "R3", tip: false, cashback: false, partial: false }],
  ["refund", { recovery: "R3", tip: false, cashback: false, partial: false }],
  ["reconciliation", { recovery: "R0", tip: false, cashback: false, partial: false }],
]);

const SERVICE = "_http._tcp";
const INSTANCE = "PoyntPOSConnector";

/** How a terminal shows itself (poynt.md 1.2). Of its HTTPS variant neither port nor trust is known, so it cannot be added by itself. */
const FINGERPRINTS: readonly Fingerprint[] = [
  { kind: "mdns", service: SERVICE, nameContains: INSTANCE, nameLacks: "HTTPS", link: "http", score: 90 },
  {
    kind: "mdns",
    service: SERVICE,
    nameContains: INSTANCE,
    score: 40,
    note: "it wants HTTPS, of which neither the port nor the certificate is documented: it cannot be added by itself",
  },
];

/** Poynt POS Bridge on the LAN (poynt.md 1). */
export const poynt: Vendor<PoyntMessage> = {
  id: "poynt",
  name: "Poynt POS Bridge",
  version: "1",
  links: ["http"],
  linkDefaults: { http: { port: 55_555 } },
  settingsSchema: poyntSettingsSchema,
  account: poyntAccount,
  wire: poyntWire,
  // The answer is final when it is written; nothing is acknowledged.
  ackDecides: false,
  capabilities: (settings) => capabilitiesOf(typed(settings)),
  refuses: (operation, settings) => refusalOf(operation, typed(settings)),
  originalReferences: () => ["transactionId"],
  fences: (type) => type !== "reconciliation",
  repeats: (type, settings) => {
    if (OPERATIONS.get(type)?.recovery !== "R3") return undefined;
    const { repeatWindowMs, answerMarginMs, restartSuspicionMs, mostRepeats } = typed(settings);
    return {
      // The deadline ends repeats in any case.
      windowMs: repeatWindowMs ?? LONGEST_MS + answerMarginMs,
      memory: { kind: "oneRun", restartSuspicionMs },
      mostRepeats,
    };
  },
  reports: REPORTS,
  limits: (settings, operation) => {
    const own = typed(settings);
    return { answerMs: bodyTimeoutMs(operation, own) + own.answerMarginMs, cancelGraceMs: 0 };
  },
  deviceLimits: (settings) => {
    const { probeMs, replyMs, functionMs, pairMs } = typed(settings);
    // Behind a pairing stands a ping.
    return { probeMs, replyMs: Math.max(replyMs, functionMs), restMs: 0, pairMs: pairMs + 2 * replyMs };
  },
  driver: (settings) => {
    const own = typed(settings);
    return {
      device: () => deviceMachine(own),
      operation: (order) => operationMachine(order, own),
      recover: (doubt) => recoverMachine(doubt, own),
    };
  },
  simulator: poyntSimulator,
  fingerprints: FINGERPRINTS,
  announcement: { name: INSTANCE, type: SERVICE },
};

/** They were validated with `settingsSchema` before they came here. */
function typed(settings: JsonObject): PoyntSettings {
  return settings as PoyntSettings;
}

function capabilitiesOf({ currency }: PoyntSettings): Capabilities {
  return {
    currencies: [currency],
    operations: Object.fromEntries(
      Array.from(OPERATIONS, ([type, own]) => [type, { ...own, cancel: "queuedOnly", installments: false }] as const),
    ),
    reports: Object.keys(REPORTS),
    device: [...DEVICE_FUNCTIONS],
    receipts: "terminal",
    // What the states of the payment screen are called is not documented.
    idleProof: false,
  };
}

const refused = (reason: OperationRefusal["reason"], why: string): OperationRefusal => ({ reason, why });

/** What needs an original that the POS or the journal names. */
const FOLLOWS: ReadonlySet<OperationType> = new Set(["capture", "adjustment", "releaseAuthorization", "void"]);

function refusalOf(operation: Operation, settings: PoyntSettings): OperationRefusal | undefined {
  const { type, amount, original, options } = operation;
  if (!OPERATIONS.has(type)) return refused("unsupportedOperation", `this terminal knows no ${type}`);
  const currency = totalAsked(operation)?.currency ?? settings.currency;
  if (currency !== settings.currency) {
    return refused("unsupportedCurrency", `this terminal takes ${settings.currency}`);
  }
  if (amount?.value === 0) return refused("amountOutOfRange", `a ${type} needs an amount`);
  if (FOLLOWS.has(type) && original === undefined) return refused("invalidParams", `a ${type} names its original`);
  if (original !== undefined && "terminalReferences" in original) {
    const named = uuidIn(original.terminalReferences["transactionId"]);
    if (named === undefined) {
      return refused("invalidParams", "operation.original.terminalReferences.transactionId must be a UUID");
    }
  }
  if (options?.employee !== undefined || options?.saleType !== undefined) {
    return refused(
      "invalidParams",
      "operation.options.employee and saleType have no place in this terminal's requests",
    );
  }
  const fault = vendorFieldFault(operation);
  return fault === undefined ? undefined : refused("invalidParams", fault);
}
