import type { JsonObject } from "../../core/json.ts";
import type { Operation, OperationType } from "../../core/operation.ts";
import type { Capabilities, OperationCapability, RecoveryClass } from "../../core/terminal.ts";
import type { OperationRefusal, Vendor } from "../driver.ts";
import { getnet } from "../getnet/vendor.ts";
import { getnetCloudAccount } from "./account.ts";
import { dayIn } from "./asked.ts";
import { getnetCloudWire } from "./codec.ts";
import { deviceMachine } from "./device.ts";
import type { CloudMessage } from "./messages.ts";
import { operationMachine } from "./operation.ts";
import { recoverMachine } from "./recovery.ts";
import { DEVICE_FUNCTIONS, REPORTS } from "./reports.ts";
import { getnetCloudSettingsSchema, recordSettings, type CloudSettings } from "./settings.ts";
import { getnetCloudSimulator } from "./simulator.ts";

/** Once the cloud has named it, its result can be asked for; until then its records tell, of which a close's tells nothing. */
const OPERATIONS: ReadonlyMap<OperationType, readonly [RecoveryClass, OperationCapability["cancel"]]> = new Map([
  ["sale", ["R2", "anytime"]],
  ["void", ["R2", "queuedOnly"]],
  ["refund", ["R2", "queuedOnly"]],
  ["reconciliation", ["R0", "queuedOnly"]],
  ["duplicateReceipt", ["R0", "queuedOnly"]],
]);

/** These move money, and the next operation would wipe what a recovery finds it by. */
const FENCING: ReadonlySet<OperationType> = new Set(["sale", "void", "refund"]);

/** Chile's. A terminal in Argentina names its own in its link. */
const BASE_URL = "https://api-getnet-posintegrado.ione.cl/api/postxs";

/** Getnet's terminals through the cloud, Chile and Argentina (getnet.md 6). */
export const getnetCloud: Vendor<CloudMessage> = {
  id: "getnet-cloud",
  name: "Getnet POS Integrado, cloud",
  version: "1",
  links: ["cloud"],
  linkDefaults: { cloud: { baseUrl: BASE_URL } },
  settingsSchema: getnetCloudSettingsSchema,
  deviceOf: (settings) => {
    const { idTerminal, serialNumber } = typed(settings);
    return `${idTerminal}/${serialNumber}`;
  },
  account: getnetCloudAccount,
  wire: getnetCloudWire,
  // Nothing is acknowledged: whoever asks twice gets the same result.
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
    const { probeMs, questionMs, postMs } = typed(settings);
    // It knows no pairing: the request is refused at once.
    return { probeMs, replyMs: 2 * (questionMs + postMs), restMs: REST_MS, pairMs: postMs };
  },
  driver: (settings) => {
    const own = typed(settings);
    return {
      device: () => deviceMachine(own),
      operation: (order) => operationMachine(order, own),
      recover: (doubt) => recoverMachine(doubt, own),
    };
  },
  simulator: getnetCloudSimulator,
};

/** The terminal's own rest between two commands (getnet.md 3). */
const REST_MS = 250;

/** They were validated with `settingsSchema` before they came here. */
function typed(settings: JsonObject): CloudSettings {
  return settings as CloudSettings;
}

function capabilitiesOf({ currency }: CloudSettings): Capabilities {
  const onTerminal = { tip: false, cashback: false, partial: false, installments: false };
  return {
    currencies: [currency],
    operations: Object.fromEntries(
      Array.from(OPERATIONS, ([type, [recovery, cancel]]) => [type, { recovery, cancel, ...onTerminal }] as const),
    ),
    reports: Object.keys(REPORTS),
    device: [...DEVICE_FUNCTIONS],
    receipts: "terminal",
    // Whether a poll waits for what runs is not documented.
    idleProof: false,
  };
}

/** What the same terminal refuses on a cable, and in Argentina a refund without the day of its sale. */
function refusalOf(operation: Operation, settings: CloudSettings): OperationRefusal | undefined {
  const refusal = getnet.refuses(operation, recordSettings(settings));
  if (refusal !== undefined) return refusal;
  const { type, original } = operation;
  if (settings.country !== "AR" || type !== "refund" || original === undefined) return undefined;
  if (!("terminalReferences" in original) || dayIn(original.terminalReferences) !== undefined) return undefined;
  return {
    reason: "invalidParams",
    why: "operation.original.terminalReferences.date must be the day of the sale, as 2026-01-02",
  };
}
