import type { Fingerprint } from "../../core/fingerprint.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Operation, OperationType } from "../../core/operation.ts";
import { totalAsked } from "../../core/total-asked.ts";
import type { Capabilities, OperationCapability, RecoveryClass } from "../../core/terminal.ts";
import type { OperationRefusal, Vendor } from "../driver.ts";
import { employeeOf, operationIdOf, saleTypeOf } from "./asked.ts";
import { getnetWire } from "./codec.ts";
import { deviceMachine } from "./device.ts";
import { REST_MS } from "./dialogue.ts";
import type { GetnetMessage } from "./messages.ts";
import { operationMachine } from "./operation.ts";
import { recoverMachine } from "./recovery.ts";
import { DEVICE_FUNCTIONS, REPORTS } from "./reports.ts";
import { getnetSettingsSchema, type GetnetSettings } from "./settings.ts";
import { getnetSimulator } from "./simulator.ts";

/** What a lost answer can be found out by, and whether a running one can be canceled at the terminal (116: assumed, at any time). */
const OPERATIONS: ReadonlyMap<OperationType, readonly [RecoveryClass, OperationCapability["cancel"]]> = new Map([
  ["sale", ["R2", "anytime"]],
  ["void", ["R2", "queuedOnly"]],
  ["refund", ["R1", "queuedOnly"]],
  ["reconciliation", ["R0", "queuedOnly"]],
  ["duplicateReceipt", ["R0", "queuedOnly"]],
]);

/** These move money, and the next operation would wipe what a recovery finds it by. */
const FENCING: ReadonlySet<OperationType> = new Set(["sale", "void", "refund"]);

const SERIAL_DEFAULTS = { baudRate: 115_200, dataBits: 8, stopBits: 1, parity: "none" };

/** PAX makes the terminals that Getnet gives out (getnet.md 1), with this number on USB; it makes those of others as well (assumed: no others here). */
const FINGERPRINTS: readonly Fingerprint[] = [
  { kind: "usb", vendorId: 0x2fb8, score: 60, note: "a PAX terminal, as Getnet gives out" },
];

/** Getnet "POS Integrado" over serial, USB and TCP (getnet.md 1 to 5). */
export const getnet: Vendor<GetnetMessage> = {
  id: "getnet",
  name: "Getnet POS Integrado",
  version: "1",
  links: ["serial", "usb", "tcp"],
  // The port of TCP is not documented: whoever installs the terminal knows it.
  linkDefaults: { serial: SERIAL_DEFAULTS, usb: SERIAL_DEFAULTS },
  settingsSchema: getnetSettingsSchema,
  wire: getnetWire,
  // Assumed: what the terminal does when its reply is not acknowledged is not documented.
  ackDecides: false,
  capabilities: (settings) => capabilitiesOf(typed(settings)),
  refuses: (operation, settings) => refusalOf(operation, typed(settings)),
  originalReferences: (type) => (type === "void" ? ["operationId"] : ["authorizationCode"]),
  fences: (type) => FENCING.has(type),
  reports: REPORTS,
  limits: (settings, operation) => {
    const { answerMs, cancelGraceMs } = typed(settings);
    return { answerMs: Math.max(answerMs, (operation.options?.timeoutSeconds ?? 0) * 1000), cancelGraceMs };
  },
  deviceLimits: (settings) => {
    const { probeMs, replyMs, reportMs } = typed(settings);
    // It knows no pairing: the request is refused at once.
    return { probeMs, replyMs: Math.max(replyMs, reportMs), restMs: REST_MS, pairMs: replyMs };
  },
  driver: (settings) => {
    const own = typed(settings);
    return {
      device: () => deviceMachine(own),
      operation: (order) => operationMachine(order, own),
      recover: (doubt) => recoverMachine(doubt, own),
    };
  },
  simulator: getnetSimulator,
  fingerprints: FINGERPRINTS,
};

/** They were validated with `settingsSchema` before they came here. */
function typed(settings: JsonObject): GetnetSettings {
  return settings as GetnetSettings;
}

function capabilitiesOf(settings: GetnetSettings): Capabilities {
  const onTerminal = { tip: false, cashback: false, partial: false, installments: false };
  return {
    currencies: [settings.currency],
    operations: Object.fromEntries(
      Array.from(OPERATIONS, ([type, [recovery, cancel]]) => [type, { recovery, cancel, ...onTerminal }]),
    ),
    reports: Object.keys(REPORTS),
    device: [...DEVICE_FUNCTIONS],
    receipts: "terminal",
    // Whether a poll is answered only while idle is not documented.
    idleProof: false,
  };
}

const refused = (reason: OperationRefusal["reason"], why: string): OperationRefusal => ({ reason, why });

function refusalOf(operation: Operation, settings: GetnetSettings): OperationRefusal | undefined {
  const { type, amount, original } = operation;
  if (!OPERATIONS.has(type)) return refused("unsupportedOperation", `there is no command for ${type} on this terminal`);
  if (type === "refund" && original === undefined) {
    return refused("unsupportedOperation", "this terminal refunds only what it sold: name the original");
  }
  const currency = totalAsked(operation)?.currency ?? settings.currency;
  if (currency !== settings.currency) {
    return refused("unsupportedCurrency", `this terminal takes ${settings.currency}`);
  }
  if (type === "sale" && (amount?.value ?? 0) === 0) return refused("amountOutOfRange", "a sale needs an amount");
  return refusedField(operation) ?? refusedReferences(operation);
}

/** Fields that this wire has no place for, or not in that form. */
function refusedField({ tip, cashback, installments, options, vendor }: Operation): OperationRefusal | undefined {
  if ((tip?.value ?? 0) > 0) return refused("unsupportedOperation", "the tip is entered at the terminal");
  if ((cashback?.value ?? 0) > 0) return refused("unsupportedOperation", "cashback is entered at the terminal");
  if (installments !== undefined) return refused("unsupportedOperation", "installments are chosen at the terminal");
  if (options?.employee !== undefined && employeeOf(options.employee) === undefined) {
    return refused("invalidParams", "operation.options.employee must be a number of at most 9 digits");
  }
  if (options?.saleType !== undefined && saleTypeOf(options.saleType) === undefined) {
    return refused(
      "invalidParams",
      "operation.options.saleType must be a sale type of this terminal, by name or 0 to 6",
    );
  }
  if (Object.keys(vendor ?? {}).length > 0)
    return refused("invalidParams", "operation.vendor has no fields for this terminal");
  return undefined;
}

/** What the command needs to name its original by, where the POS names it itself. */
function refusedReferences({ type, amount, original }: Operation): OperationRefusal | undefined {
  if (original === undefined || !("terminalReferences" in original)) return undefined;
  const references = original.terminalReferences;
  if (type === "void" && operationIdOf(references) === undefined) {
    return refused("invalidParams", "operation.original.terminalReferences.operationId must be a number");
  }
  if (type !== "refund") return undefined;
  if (references["authorizationCode"] === undefined) {
    return refused("invalidParams", "operation.original.terminalReferences.authorizationCode is missing");
  }
  return amount === undefined
    ? refused("invalidParams", "operation.amount: how much was sold is not known here")
    : undefined;
}
