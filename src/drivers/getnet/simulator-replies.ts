import type { JsonObject } from "../../core/json.ts";
import { COMMANDS, RECORDED_FUNCTIONS, type Request } from "./messages.ts";
import {
  closeBatch,
  isVoided,
  movedBy,
  movementOf,
  operationWith,
  recordRefund,
  recordSale,
  recordVoid,
  refundableSale,
  type Memory,
  type Voucher,
} from "./simulator-memory.ts";
import { employeeTips, parameterRecord, salesOf, simRecord, totalsOf } from "./simulator-reports.ts";
import type { Scenario } from "./simulator-scenario.ts";

/** A reply's inner message: FunctionCode, ResponseCode, ResponseMessage and the fields of the command. */
export type Content = JsonObject;

/** What carrying out a request comes to. */
export type Carried = {
  readonly memory: Memory;
  readonly content: Content;
  /** Where money moved. */
  readonly movement?: JsonObject;
};

type Identity = Scenario["identity"];

/** The codes other than 0 are assumed: the table is not published, small ones mean a refusal (getnet.md 4.1). */
export const CODES = { approved: 0, canceled: 1, noRecord: 2, notAllowed: 3, declined: 5 } as const;

export const TEXTS = {
  approved: "Aprobado",
  canceled: "Operacion Cancelada",
  declined: "Transaccion rechazada",
  malformed: "Mensaje mal formado",
  failed: "Error durante el procesamiento",
} as const;

export function replyContent(functionCode: number, code: number, text: string, fields: JsonObject = {}): Content {
  return { FunctionCode: functionCode, ResponseCode: code, ResponseMessage: text, ...fields };
}

/** Malformed requests and internal errors come with FunctionCode 0 and ResponseCode 0 (getnet.md 4.1). */
export function errorContent(text: string): Content {
  return replyContent(0, 0, text);
}

const KNOWN_COMMANDS: ReadonlySet<number> = new Set(
  Object.values(COMMANDS).filter((command) => command !== COMMANDS.intermediate),
);

/** Letters and digits, 1 to 24: a real terminal refused others (getnet.md 4). */
const TICKET = /^[0-9A-Za-z]{1,24}$/;

/** Whether the request makes sense, whatever the terminal's memory says to it. */
export function isWellFormed({ command, fields }: Request): boolean {
  switch (command) {
    case COMMANDS.sale:
      return (
        isAmount(fields["Amount"]) && typeof fields["TicketNumber"] === "string" && TICKET.test(fields["TicketNumber"])
      );
    case COMMANDS.void:
    case COMMANDS.duplicate:
      return isCount(fields["OperationId"]);
    case COMMANDS.refund:
      return isAmount(fields["Amount"]) && typeof fields["AuthorizationCode"] === "string";
    case COMMANDS.defaultSaleType:
      return isCount(fields["SaleType"]) && fields["SaleType"] <= 6;
    default:
      return KNOWN_COMMANDS.has(command);
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isAmount(value: unknown): value is number {
  return isCount(value) && value > 0;
}

/** What a sale comes to other than what was asked. */
export type SaleTwist = {
  readonly ticket?: string;
  readonly amount?: number;
  readonly tip?: number;
  readonly cashback?: number;
};

/** Carries out a well-formed request. */
export function carryOut(memory: Memory, request: Request, scenario: Scenario, twist: SaleTwist, now: number): Carried {
  const { command, fields } = request;
  const { identity } = scenario;
  const isFull = memory.batch.length >= scenario.batchLimit;
  if (isFull && RECORDED_FUNCTIONS.has(command))
    return refuse(memory, command, CODES.notAllowed, "Debe realizar cierre");
  const answer = (extra: JsonObject): Carried => ({
    memory,
    content: replyContent(command, CODES.approved, TEXTS.approved, extra),
  });
  switch (command) {
    case COMMANDS.sale:
      return sell(memory, fields, scenario, twist, now);
    case COMMANDS.lastVoucher:
      return tellRecord(memory, command, memory.batch.at(-1), scenario);
    case COMMANDS.void:
      return takeBack(memory, fields, identity, now);
    case COMMANDS.close:
      return close(memory, identity, now);
    case COMMANDS.totals:
      return answer(totalsOf(memory.batch));
    case COMMANDS.details:
      return answer({ SaleDetails: memory.batch.map((voucher) => detailOf(voucher, scenario)) });
    case COMMANDS.poll:
      return answer({ Connected: true });
    case COMMANDS.setNormalMode:
      return answer({ ChangeToNormalMode: true });
    case COMMANDS.refund:
      return giveBack(memory, fields, scenario, now);
    case COMMANDS.duplicate:
      return tellRecord(memory, command, operationWith(memory, numberIn(fields, "OperationId")), scenario);
    case COMMANDS.salesBySeller:
      return answer({ SaleDetails: salesOf(memory.batch, numberIn(fields, "EmployeeId")) });
    case COMMANDS.tips:
      return answer({ TipReport: employeeTips(memory.batch, numberIn(fields, "EmployeeId")) });
    case COMMANDS.defaultSaleType: {
      const saleType = numberIn(fields, "SaleType");
      return { ...answer({ SaleType: saleType }), memory: { ...memory, saleType } };
    }
    case COMMANDS.parameters:
      return answer(parameterRecord(identity));
    case COMMANDS.sim:
      return answer(simRecord());
    case COMMANDS.cancelSale:
      return refuse(memory, command, CODES.notAllowed, "No hay venta en curso");
    default:
      return { memory, content: errorContent(TEXTS.malformed) };
  }
}

function refuse(memory: Memory, command: number, code: number, text: string): Carried {
  return { memory, content: replyContent(command, code, text) };
}

function sell(memory: Memory, fields: JsonObject, scenario: Scenario, twist: SaleTwist, now: number): Carried {
  const ticket = fields["TicketNumber"];
  const [next, voucher] = recordSale(memory, {
    ticket: twist.ticket ?? (typeof ticket === "string" ? ticket : ""),
    amount: twist.amount ?? numberIn(fields, "Amount"),
    tip: twist.tip ?? 0,
    cashback: twist.cashback ?? 0,
    employeeId: isCount(fields["EmployeeId"]) ? fields["EmployeeId"] : 1,
    saleType: isCount(fields["SaleType"]) ? fields["SaleType"] : memory.saleType,
    at: now,
  });
  const content = replyContent(COMMANDS.sale, CODES.approved, TEXTS.approved, recordOf(voucher, scenario));
  return { memory: next, content, movement: movementOf(voucher, placeOf(scenario.identity)) };
}

function takeBack(memory: Memory, fields: JsonObject, identity: Identity, now: number): Carried {
  const operationId = numberIn(fields, "OperationId");
  const sale = operationWith(memory, operationId);
  if (sale === undefined) return refuse(memory, COMMANDS.void, CODES.noRecord, "Operacion no encontrada");
  if (isVoided(memory, operationId)) return refuse(memory, COMMANDS.void, CODES.notAllowed, "Operacion ya anulada");
  const refunded = refundableSale(memory, sale.authorizationCode)?.leftover !== sale.amount;
  if (sale.functionCode !== COMMANDS.sale || refunded) {
    return refuse(memory, COMMANDS.void, CODES.notAllowed, "Operacion no permitida");
  }
  return returned(recordVoid(memory, sale, now), COMMANDS.void, identity, {});
}

function giveBack(memory: Memory, fields: JsonObject, scenario: Scenario, now: number): Carried {
  const amount = numberIn(fields, "Amount");
  const code = fields["AuthorizationCode"];
  const found = refundableSale(memory, typeof code === "string" ? code : "");
  if (found === undefined) return refuse(memory, COMMANDS.refund, CODES.noRecord, "Operacion no encontrada");
  if (amount > found.leftover) return refuse(memory, COMMANDS.refund, CODES.notAllowed, "Monto no permitido");
  const recorded = recordRefund(memory, found.sale, amount, now);
  return returned(recorded, COMMANDS.refund, scenario.identity, { DateTime: dateText(now, scenario) });
}

function returned(
  [memory, voucher]: readonly [Memory, Voucher],
  command: number,
  identity: Identity,
  extra: JsonObject,
): Carried {
  const content = replyContent(command, CODES.approved, TEXTS.approved, {
    CommerceCode: identity.commerceCode,
    TerminalId: identity.terminalId,
    AuthorizationCode: voucher.authorizationCode,
    OperationId: voucher.operationId,
    Success: true,
    ...extra,
  });
  return { memory, content, movement: movementOf(voucher, placeOf(identity)) };
}

function close(memory: Memory, identity: Identity, now: number): Carried {
  const { commerceCode, terminalId } = identity;
  const content = replyContent(COMMANDS.close, CODES.approved, TEXTS.approved, {
    CommerceCode: commerceCode,
    TerminalId: terminalId,
    Success: true,
  });
  const total = memory.batch.reduce((sum, voucher) => sum + movedBy(voucher), 0);
  const movement = {
    at: new Date(now).toISOString(),
    kind: "close",
    function: COMMANDS.close,
    amount: 0,
    total,
    ...placeOf(identity),
  };
  return { memory: closeBatch(memory), content, movement };
}

/** LastVoucher answers with the FunctionCode of what it tells, Duplicate with its own. */
function tellRecord(memory: Memory, command: number, voucher: Voucher | undefined, scenario: Scenario): Carried {
  if (voucher === undefined) return refuse(memory, command, CODES.noRecord, "No existen transacciones");
  const functionCode = command === COMMANDS.lastVoucher ? voucher.functionCode : command;
  const record = recordOf(voucher, scenario);
  // A number here, text in a sale's reply (getnet.md 4).
  const content = { ...record, Last4Digits: Number(voucher.last4) };
  return { memory, content: replyContent(functionCode, CODES.approved, TEXTS.approved, content) };
}

/** A sale record (getnet.md 4). */
function recordOf(voucher: Voucher, scenario: Scenario): JsonObject {
  const { identity } = scenario;
  const date = dateText(voucher.at, scenario);
  return {
    CommerceCode: identity.commerceCode,
    TerminalId: identity.terminalId,
    Ticket: voucher.ticket,
    AuthorizationCode: voucher.authorizationCode,
    Amount: voucher.amount,
    SharesNumber: 0,
    SharesAmount: 0,
    Last4Digits: voucher.last4,
    OperationId: voucher.operationId,
    CardType: voucher.cardType,
    AccountingDate: date,
    AccountNumber: "",
    CardBrand: voucher.cardBrand,
    RealDate: date,
    EmployeeId: voucher.employeeId,
    Tip: voucher.tip,
    SaleType: voucher.saleType,
    PosMode: 0,
    Cashback: voucher.cashback,
  };
}

function detailOf(voucher: Voucher, scenario: Scenario): JsonObject {
  const record = recordOf(voucher, scenario);
  return scenario.detailsTellFunction ? { FunctionCode: voucher.functionCode, ...record } : record;
}

function placeOf(identity: Identity): JsonObject {
  return { commerceCode: identity.commerceCode, terminalId: identity.terminalId };
}

/** `2026-01-02 03:04:05`, as the cloud's records have it (getnet.md 6): what the terminal's clock on the wall of this shop shows. */
function dateText(at: number, { clockSkewMs }: Scenario): string {
  const local = at - new Date(at).getTimezoneOffset() * 60_000;
  return new Date(local + clockSkewMs).toISOString().slice(0, 19).replace("T", " ");
}

function numberIn(fields: JsonObject, name: string): number {
  const value = fields[name];
  return isCount(value) ? value : 0;
}
