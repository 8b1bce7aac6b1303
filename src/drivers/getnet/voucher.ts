import type { Json, JsonObject } from "../../core/json.ts";
import type { DeviceIdentity } from "../../core/terminal.ts";
import { COMMANDS, RECORDED_FUNCTIONS } from "./messages.ts";

/** A sale record of a reply or of the terminal's memory (getnet.md 4). What is missing or of another type is undefined. */
export type Voucher = {
  /** Of the recorded operation. The records of Details carry none: they are taken for sales. */
  readonly functionCode: number | undefined;
  readonly responseCode: number | undefined;
  readonly ticket: string | undefined;
  readonly operationId: number | undefined;
  readonly authorizationCode: string | undefined;
  readonly commerceCode: string | undefined;
  readonly terminalId: string | undefined;
  readonly amountMinor: number | undefined;
  /** Zero where the field is missing; undefined where it holds no amount. */
  readonly tipMinor: number | undefined;
  readonly cashbackMinor: number | undefined;
  readonly success: boolean | undefined;
  readonly brand: string | undefined;
  readonly last4: string | undefined;
};

/** The brands whose letters are known (getnet.md 4); others keep the vendor's letters. */
const BRANDS: ReadonlyMap<string, string> = new Map([
  ["VI", "visa"],
  ["MC", "mastercard"],
]);

export function readVoucher(fields: JsonObject, functionCode: number | undefined, responseCode?: number): Voucher {
  const brand = textIn(fields["CardBrand"]);
  const last4 = textIn(fields["Last4Digits"]);
  return {
    functionCode: functionCode ?? amountIn(fields["FunctionCode"]),
    responseCode: responseCode ?? amountIn(fields["ResponseCode"]),
    ticket: textIn(fields["Ticket"]),
    operationId: amountIn(fields["OperationId"]),
    authorizationCode: textIn(fields["AuthorizationCode"]),
    commerceCode: textIn(fields["CommerceCode"]),
    terminalId: textIn(fields["TerminalId"]),
    amountMinor: amountIn(fields["Amount"]),
    tipMinor: amountIn(fields["Tip"] ?? 0),
    cashbackMinor: amountIn(fields["Cashback"] ?? 0),
    success: typeof fields["Success"] === "boolean" ? fields["Success"] : undefined,
    brand: brand === undefined ? undefined : (BRANDS.get(brand) ?? brand),
    last4: last4 !== undefined && /^\d{4}$/.test(last4) ? last4 : undefined,
  };
}

function textIn(value: Json | undefined): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && text.trim() !== "" ? text.trim().slice(0, 64) : undefined;
}

function amountIn(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/**
 * What moved, named for ever, and the same whichever message tells of it: merchant, terminal, operation and authorization,
 * and for a sale its ticket. Undefined where a record names nothing of its own.
 */
export function movementOf(voucher: Voucher): string | undefined {
  return movementAs(voucher, voucher.functionCode ?? COMMANDS.sale);
}

/** What a record may be called where another message told of it: one that does not say its function may be any. */
export function possibleMovements(voucher: Voucher): readonly string[] {
  const functions = voucher.functionCode === undefined ? [...RECORDED_FUNCTIONS] : [voucher.functionCode];
  return functions.flatMap((command) => movementAs(voucher, command) ?? []);
}

function movementAs(voucher: Voucher, command: number): string | undefined {
  const { commerceCode, terminalId, operationId, authorizationCode, ticket } = voucher;
  const own = command === COMMANDS.sale ? ticket : undefined;
  if (operationId === undefined && authorizationCode === undefined && own === undefined) return undefined;
  return ["getnet", command, commerceCode, terminalId, operationId, authorizationCode, own]
    .map((part) => part ?? "-")
    .join("/");
}

/** The terminal's own names for it: what a later void, refund or reprint refers to. */
export function referencesOf(voucher: Voucher): Readonly<Record<string, string>> {
  const { ticket, operationId, authorizationCode, commerceCode, terminalId } = voucher;
  const named = { ticket, operationId, authorizationCode, commerceCode, terminalId };
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const])),
  );
}

export function cardOf(voucher: Voucher): { readonly brand?: string; readonly last4?: string } | undefined {
  const { brand, last4 } = voucher;
  if (brand === undefined && last4 === undefined) return undefined;
  return { ...(brand === undefined ? {} : { brand }), ...(last4 === undefined ? {} : { last4 }) };
}

/**
 * Who answers: the serial number of the parameter report, where it is answered, and merchant and terminal of the last voucher,
 * where there is one. The same reading is made before a dispatch and in a recovery, so that the two can be compared.
 */
export function identityOf(parameters: JsonObject | undefined, lastVoucher: Voucher | undefined): DeviceIdentity {
  const serialNumber = textIn(parameters?.["Sn"]);
  const terminalId = lastVoucher?.terminalId ?? textIn(parameters?.["TerminalId"]);
  const commerceCode = lastVoucher?.commerceCode;
  return {
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(terminalId === undefined ? {} : { terminalId }),
    ...(commerceCode === undefined ? {} : { commerceCode }),
  };
}

/** Whether a voucher names another merchant or terminal than the device that the operation was sent to. */
export function isOfAnotherDevice(voucher: Voucher, identity: DeviceIdentity | undefined): boolean {
  const differs = (one: string | undefined, other: string | undefined): boolean =>
    one !== undefined && other !== undefined && withoutZeros(one) !== withoutZeros(other);
  return (
    differs(voucher.commerceCode, identity?.["commerceCode"]) || differs(voucher.terminalId, identity?.["terminalId"])
  );
}

/** The same of the reply to an operation, by its terminal alone: whether one terminal may have several merchants is not documented. */
export function isByAnotherTerminal({ terminalId }: Voucher, identity: DeviceIdentity | undefined): boolean {
  const known = identity?.["terminalId"];
  return terminalId !== undefined && known !== undefined && withoutZeros(terminalId) !== withoutZeros(known);
}

const withoutZeros = (text: string): string => text.replace(/^0+/, "");

/** The voucher at the end of the terminal's memory before an operation. `notKnown`: it was not asked, or did not answer. */
export type Baseline =
  | { readonly kind: "notKnown" }
  | { readonly kind: "none" }
  | { readonly kind: "voucher"; readonly movement: string; readonly operationId: number | undefined };

const BASELINE_VERSION = 1;

/** What is stored with a dispatch. Undefined where the voucher names nothing that could be found again. */
export function writeBaseline(lastVoucher: Voucher | undefined): JsonObject | undefined {
  if (lastVoucher === undefined) return { version: BASELINE_VERSION, movement: null };
  const movement = movementOf(lastVoucher);
  if (movement === undefined) return undefined;
  return { version: BASELINE_VERSION, movement, operationId: lastVoucher.operationId ?? null };
}

export function readBaseline(stored: JsonObject | undefined): Baseline {
  if (stored?.["version"] !== BASELINE_VERSION) return { kind: "notKnown" };
  const { movement, operationId } = stored;
  if (movement === null) return { kind: "none" };
  if (typeof movement !== "string") return { kind: "notKnown" };
  return { kind: "voucher", movement, operationId: amountIn(operationId) };
}
