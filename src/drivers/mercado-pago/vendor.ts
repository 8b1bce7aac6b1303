import type { JsonObject } from "../../core/json.ts";
import { formatMoney } from "../../core/money.ts";
import type { Operation, OperationType } from "../../core/operation.ts";
import type { Capabilities, OperationCapability } from "../../core/terminal.ts";
import type { Conversation, Doubt, OperationLimits, OperationRefusal, Order, Vendor } from "../driver.ts";
import { mercadoPagoAccount } from "./account-driver.ts";
import { mercadoPagoWire } from "./codec.ts";
import { deviceMachine } from "./device.ts";
import { idIn } from "./fields.ts";
import { intentRefusal } from "./intents-asked.ts";
import { intentOperation } from "./intents-operation.ts";
import { intentRecovery } from "./intents-recovery.ts";
import type { MercadoPagoMessage } from "./messages.ts";
import { operationMachine } from "./operation.ts";
import { recoverMachine } from "./recovery.ts";
import { mercadoPagoSettingsSchema, SHORTEST_ORDER_MS, type MercadoPagoSettings } from "./settings.ts";
import { mercadoPagoSimulator } from "./simulator.ts";
import { saleFieldFault } from "./vendor-fields.ts";

/** A key of idempotency is known for so long, to servers that do not forget with a restart (mercado-pago.md 3.1). */
const REPEAT_WINDOW_MS = 24 * 3_600_000;

const NOTHING_MORE = { tip: false, cashback: false, partial: false, installments: false } as const;

/** A void is a refund of the whole: the vendor has no other way to take back an order that was paid. */
const ORDER_OPERATIONS: ReadonlyMap<OperationType, OperationCapability> = new Map([
  ["sale", { ...NOTHING_MORE, recovery: "R3", cancel: "beforeCard", installments: true }],
  ["refund", { ...NOTHING_MORE, recovery: "R3", cancel: "queuedOnly" }],
  ["void", { ...NOTHING_MORE, recovery: "R3", cancel: "queuedOnly" }],
]);

/** Of the older API: no key of idempotency, so nothing is ever sent again. A sale is asked for by our reference; a refund has none. */
const INTENT_OPERATIONS: ReadonlyMap<OperationType, OperationCapability> = new Map([
  ["sale", { ...NOTHING_MORE, recovery: "R2", cancel: "beforeCard", installments: true }],
  ["refund", { ...NOTHING_MORE, recovery: "R1", cancel: "queuedOnly" }],
]);

/** Mercado Pago Point: orders of a cloud, pushed to a terminal (mercado-pago.md). */
export const mercadoPago: Vendor<MercadoPagoMessage> = {
  id: "mercado-pago",
  name: "Mercado Pago Point",
  version: "1",
  links: ["cloud"],
  linkDefaults: { cloud: { baseUrl: "https://api.mercadopago.com" } },
  settingsSchema: mercadoPagoSettingsSchema,
  deviceOf: (settings) => typed(settings).terminalId,
  account: mercadoPagoAccount,
  wire: mercadoPagoWire,
  // The order is final when the cloud says so; nothing is acknowledged.
  ackDecides: false,
  capabilities: (settings) => capabilitiesOf(typed(settings)),
  refuses: (operation, settings) => refusalOf(operation, typed(settings)),
  originalReferences: () => ["orderId", "paymentId"],
  fences: () => true,
  repeats: (type, settings) => {
    const { api, mostRepeats } = typed(settings);
    if (api === "intents" || !ORDER_OPERATIONS.has(type)) return undefined;
    return { windowMs: REPEAT_WINDOW_MS, memory: { kind: "survivesRestart" }, mostRepeats };
  },
  reports: {},
  limits: (settings, operation) => limitsOf(operation, typed(settings)),
  deviceLimits: (settings) => {
    const { probeMs, replyMs, pairMs } = typed(settings);
    // A list that somebody else has just asked for is waited for, and then asked for anew.
    return { probeMs, replyMs: 2 * replyMs, restMs: 0, pairMs: pairMs + 3 * replyMs };
  },
  driver: (settings) => {
    const own = typed(settings);
    return {
      device: () => deviceMachine(own),
      operation: (order) => operationOf(order, own),
      recover: (doubt) => recoveryOf(doubt, own),
    };
  },
  simulator: mercadoPagoSimulator,
};

/** They were validated with `settingsSchema` before they came here. */
function typed(settings: JsonObject): MercadoPagoSettings {
  return settings as MercadoPagoSettings;
}

function operationOf(order: Order, settings: MercadoPagoSettings): Conversation<MercadoPagoMessage> {
  return settings.api === "intents" ? intentOperation(order, settings) : operationMachine(order, settings);
}

function recoveryOf(doubt: Doubt, settings: MercadoPagoSettings): Conversation<MercadoPagoMessage> {
  return settings.api === "intents" ? intentRecovery(doubt, settings) : recoverMachine(doubt, settings);
}

const operationsOf = ({ api }: MercadoPagoSettings) => (api === "intents" ? INTENT_OPERATIONS : ORDER_OPERATIONS);

function capabilitiesOf(settings: MercadoPagoSettings): Capabilities {
  return {
    currencies: [settings.currency],
    operations: Object.fromEntries(operationsOf(settings)),
    reports: [],
    device: settings.api === "intents" ? [] : ["print"],
    receipts: "terminal",
    // That no other order waits for the terminal is known only when ours is refused.
    idleProof: false,
  };
}

function limitsOf(operation: Operation, settings: MercadoPagoSettings): OperationLimits {
  const { saleMs, refundMs, expiryMarginMs, cancelGraceMs } = settings;
  const { timeoutSeconds } = operation.options ?? {};
  const wantedMs = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1_000;
  if (operation.type !== "sale") return { answerMs: wantedMs ?? refundMs, cancelGraceMs: 0 };
  // The order's own end lies before ours, and no order lives shorter than the vendor allows.
  return { answerMs: Math.max(wantedMs ?? saleMs, SHORTEST_ORDER_MS + expiryMarginMs), cancelGraceMs };
}

const refused = (reason: OperationRefusal["reason"], why: string): OperationRefusal => ({ reason, why });

function refusalOf(operation: Operation, settings: MercadoPagoSettings): OperationRefusal | undefined {
  const { type, amount, original, options } = operation;
  if (!operationsOf(settings).has(type)) return refused("unsupportedOperation", `this terminal knows no ${type}`);
  const currency = amount?.currency ?? settings.currency;
  if (currency !== settings.currency) {
    return refused("unsupportedCurrency", `this terminal takes ${settings.currency}`);
  }
  if (options?.employee !== undefined || options?.saleType !== undefined) {
    return refused("invalidParams", "operation.options.employee and saleType have no place in an order");
  }
  if (settings.api === "intents") return intentRefusal(operation, settings);
  return type === "sale" ? saleRefusal(operation, settings) : refundRefusal(operation, original);
}

function saleRefusal(operation: Operation, settings: MercadoPagoSettings): OperationRefusal | undefined {
  const leastMinor = settings.minimumAmounts[settings.currency];
  if ((operation.amount?.value ?? 0) < leastMinor) {
    const setting = `setting minimumAmounts.${settings.currency}`;
    const least = formatMoney({ value: leastMinor, currency: settings.currency });
    return refused("amountOutOfRange", `a sale is of at least ${least} (${setting})`);
  }
  if (operation.original !== undefined) return refused("invalidParams", "a sale has no original");
  const fault = saleFieldFault(operation);
  return fault === undefined ? undefined : refused("invalidParams", fault);
}

function refundRefusal(operation: Operation, original: Operation["original"]): OperationRefusal | undefined {
  const { type, amount, vendor } = operation;
  if (original === undefined) return refused("invalidParams", `a ${type} names its original`);
  if (type === "void" && amount !== undefined) {
    return refused("invalidParams", "a void takes back the whole: a part of it is a refund");
  }
  if (amount?.value === 0) return refused("amountOutOfRange", "a refund needs an amount, or none for the whole");
  if (Object.keys(vendor ?? {}).length > 0) return refused("invalidParams", `operation.vendor of a ${type} is empty`);
  if (!("terminalReferences" in original)) return undefined;
  return idIn("ORD", original.terminalReferences["orderId"]) === undefined
    ? refused("invalidParams", "operation.original.terminalReferences.orderId must be ORD and 26 letters and digits")
    : undefined;
}
