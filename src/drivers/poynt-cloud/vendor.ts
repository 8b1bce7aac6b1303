import type { JsonObject } from "../../core/json.ts";
import type { Operation, OperationType } from "../../core/operation.ts";
import type { Capabilities, OperationCapability } from "../../core/terminal.ts";
import { totalAsked } from "../../core/total-asked.ts";
import type { OperationRefusal, Vendor } from "../driver.ts";
import { uuidIn } from "../poynt/payment.ts";
import { vendorFieldFault, vendorFieldsOf } from "../poynt/vendor-fields.ts";
import { BASE_URL, poyntCloudAccount } from "./account-driver.ts";
import { isTooLong } from "./asked.ts";
import { poyntCloudWire } from "./codec.ts";
import { deviceMachine } from "./device.ts";
import { DEVICE_FUNCTIONS } from "./functions.ts";
import { screenMs } from "./learning.ts";
import type { CloudMessage } from "./messages.ts";
import { operationMachine } from "./operation.ts";
import { recoverMachine } from "./recovery.ts";
import { poyntCloudSettingsSchema, type PoyntCloudSettings } from "./settings.ts";
import { poyntCloudSimulator } from "./simulator.ts";

/** What is asked of the terminal is never sent again; what the cloud does by itself it knows by its request id (poynt.md 2.6). */
const OPERATIONS: ReadonlyMap<
  OperationType,
  Pick<OperationCapability, "recovery" | "tip" | "cashback" | "partial">
> = new Map([
  ["sale", { recovery: "R2", tip: true, cashback: true, partial: true }],
  ["preauthorization", { recovery: "R2", tip: true, cashback: false, partial: true }],
  ["capture", { recovery: "R3", tip: true, cashback: false, partial: false }],
  ["adjustment", { recovery: "R3", tip: true, cashback: false, partial: false }],
  ["releaseAuthorization", { recovery: "R3", tip: false, cashback: false, partial: false }],
  ["void", { recovery: "R3", tip: false, cashback: false, partial: false }],
  // With its original; without one it is a message to the terminal.
  ["refund", { recovery: "R2", tip: false, cashback: false, partial: false }],
]);

/** Poynt Payment Bridge and the vendor's REST interface (poynt.md 2). */
export const poyntCloud: Vendor<CloudMessage> = {
  id: "poynt-cloud",
  name: "Poynt Payment Bridge",
  version: "1",
  links: ["cloud"],
  linkDefaults: { cloud: { baseUrl: BASE_URL } },
  settingsSchema: poyntCloudSettingsSchema,
  deviceOf: (settings) => typed(settings).deviceId.toLowerCase(),
  account: poyntCloudAccount,
  wire: poyntCloudWire,
  ackDecides: false,
  capabilities: (settings) => capabilitiesOf(typed(settings)),
  refuses: (operation, settings) => refusalOf(operation, typed(settings)),
  originalReferences: () => ["transactionId"],
  fences: () => true,
  repeats: (type, settings) => {
    // A refund without its original is a message; its recovery never asks for a repeat.
    const isPosted = OPERATIONS.get(type)?.recovery === "R3" || type === "refund";
    const { repeatWindowMs, mostRepeats } = typed(settings);
    return isPosted ? { windowMs: repeatWindowMs, memory: { kind: "survivesRestart" }, mostRepeats } : undefined;
  },
  reports: {},
  limits: (settings, operation) => ({ answerMs: answerMs(operation, typed(settings)), cancelGraceMs: 0 }),
  deviceLimits: (settings) => {
    const { probeMs, replyMs } = typed(settings);
    // A probe may have to wait for a token.
    return { probeMs, replyMs: 2 * replyMs + 1_000, restMs: 0, pairMs: replyMs };
  },
  driver: (settings) => {
    const own = typed(settings);
    return {
      device: () => deviceMachine(own),
      operation: (order) => operationMachine(order, own),
      recover: (doubt) => recoverMachine(doubt, own),
    };
  },
  simulator: poyntCloudSimulator,
};

/** They were validated with `settingsSchema` before they came here. */
const typed = (settings: JsonObject): PoyntCloudSettings => settings as PoyntCloudSettings;

const isMessaged = ({ type, original }: Operation): boolean =>
  type === "sale" || type === "preauthorization" || (type === "refund" && original === undefined);

function answerMs(operation: Operation, settings: PoyntCloudSettings): number {
  if (!isMessaged(operation)) return settings.restMs;
  // A refusal is not known before, where the terminal does not call.
  return screenMs(operation, settings) + settings.answerMarginMs;
}

function capabilitiesOf({ currency }: PoyntCloudSettings): Capabilities {
  return {
    currencies: [currency],
    operations: Object.fromEntries(
      Array.from(OPERATIONS, ([type, own]) => [type, { ...own, cancel: "queuedOnly", installments: false }] as const),
    ),
    reports: [],
    device: [...DEVICE_FUNCTIONS],
    receipts: "terminal",
    idleProof: false,
  };
}

const refused = (reason: OperationRefusal["reason"], why: string): OperationRefusal => ({ reason, why });

/** What needs an original that the POS or the journal names. */
const FOLLOWS: ReadonlySet<OperationType> = new Set(["capture", "adjustment", "releaseAuthorization", "void"]);

function refusalOf(operation: Operation, settings: PoyntCloudSettings): OperationRefusal | undefined {
  const { type, amount, original, options } = operation;
  if (!OPERATIONS.has(type)) return refused("unsupportedOperation", `this terminal knows no ${type}`);
  const currency = totalAsked(operation)?.currency ?? settings.currency;
  if (currency !== settings.currency) return refused("unsupportedCurrency", `this terminal takes ${settings.currency}`);
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
  const fault = vendorFieldFault(operation) ?? ownFieldFault(operation, settings);
  return fault === undefined ? undefined : refused("invalidParams", fault);
}

function ownFieldFault(operation: Operation, settings: PoyntCloudSettings): string | undefined {
  if (vendorFieldsOf(operation).receiptPreference !== undefined) {
    return "operation.vendor.receiptPreference has no place in a cloud message: the terminal asks the customer";
  }
  return isTooLong(operation, settings)
    ? "operation.vendor is too long: a message to the terminal holds 4,096 bytes"
    : undefined;
}
