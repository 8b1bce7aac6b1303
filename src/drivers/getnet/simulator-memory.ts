import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { COMMANDS } from "./messages.ts";
import type { Hits } from "./simulator-scenario.ts";

/** What the terminal keeps of one operation: for LastVoucher, Details and Duplicate. */
export type Voucher = {
  readonly functionCode: number;
  readonly operationId: number;
  readonly authorizationCode: string;
  readonly ticket: string;
  readonly amount: number;
  readonly tip: number;
  readonly cashback: number;
  readonly cardType: string;
  readonly cardBrand: string;
  readonly last4: string;
  readonly employeeId: number;
  readonly saleType: number;
  /** Wall clock, milliseconds. */
  readonly at: number;
};

/** All that survives a restart that remembers. JSON through and through. */
export type Memory = {
  readonly version: 1;
  /** Since the last close, oldest first. */
  readonly batch: readonly Voucher[];
  /** Of closed batches, oldest first; later refunds find their sale here. */
  readonly closed: readonly Voucher[];
  readonly nextOperationId: number;
  readonly saleType: number;
  /** Of the scenario, not of the terminal: a restart that forgets keeps them. */
  readonly hits: Hits;
};

const MAX_CLOSED = 1_000;

const CARDS = [
  { cardType: "CR", cardBrand: "VI", last4: "0042" },
  { cardType: "DB", cardBrand: "MC", last4: "1881" },
  { cardType: "CR", cardBrand: "MC", last4: "0005" },
] as const;

export function emptyMemory(hits: Hits): Memory {
  return { version: 1, batch: [], closed: [], nextOperationId: 1, saleType: 0, hits };
}

/** What an earlier process saved; anything else is as good as nothing. */
export function restoredMemory(saved: Json | undefined): Memory {
  const empty = emptyMemory([]);
  if (!isJsonObject(saved) || saved["version"] !== 1) return empty;
  return { ...empty, ...(saved as unknown as Memory) };
}

export type NewSale = Pick<Voucher, "ticket" | "amount" | "tip" | "cashback" | "employeeId" | "saleType" | "at">;

export function recordSale(memory: Memory, sale: NewSale): readonly [Memory, Voucher] {
  const operationId = memory.nextOperationId;
  const card = CARDS[operationId % CARDS.length] ?? CARDS[0];
  return append(memory, {
    functionCode: COMMANDS.sale,
    operationId,
    authorizationCode: String(250_348 + operationId),
    ...card,
    ...sale,
  });
}

/** What takes back a sale of the open batch. It keeps the sale's OperationId (assumed). */
export function recordVoid(memory: Memory, sale: Voucher, at: number): readonly [Memory, Voucher] {
  return append(memory, { ...sale, functionCode: COMMANDS.void, at });
}

/** It keeps the sale's AuthorizationCode, and has an OperationId of its own (both assumed). */
export function recordRefund(memory: Memory, sale: Voucher, amount: number, at: number): readonly [Memory, Voucher] {
  const refund = {
    functionCode: COMMANDS.refund,
    operationId: memory.nextOperationId,
    amount,
    tip: 0,
    cashback: 0,
    at,
  };
  return append(memory, { ...sale, ...refund });
}

function append(memory: Memory, voucher: Voucher): readonly [Memory, Voucher] {
  const nextOperationId = Math.max(memory.nextOperationId, voucher.operationId + 1);
  return [{ ...memory, nextOperationId, batch: [...memory.batch, voucher] }, voucher];
}

export function closeBatch(memory: Memory): Memory {
  return { ...memory, batch: [], closed: [...memory.closed, ...memory.batch].slice(-MAX_CLOSED) };
}

export function isVoided(memory: Memory, operationId: number): boolean {
  return memory.batch.some((voucher) => voucher.functionCode === COMMANDS.void && voucher.operationId === operationId);
}

/** The sale or refund of the open batch with this number. */
export function operationWith(memory: Memory, operationId: number): Voucher | undefined {
  return memory.batch.find((voucher) => voucher.functionCode !== COMMANDS.void && voucher.operationId === operationId);
}

/** The latest sale with this AuthorizationCode, closed batches included, and what of it was not given back yet. */
export function refundableSale(
  memory: Memory,
  authorizationCode: string,
): { readonly sale: Voucher; readonly leftover: number } | undefined {
  const known = [...memory.closed, ...memory.batch].filter(
    (voucher) => voucher.authorizationCode === authorizationCode,
  );
  const sale = known.findLast((voucher) => voucher.functionCode === COMMANDS.sale);
  if (sale === undefined || known.some((voucher) => voucher.functionCode === COMMANDS.void)) return undefined;
  const refunded = known.filter((voucher) => voucher.functionCode === COMMANDS.refund);
  return { sale, leftover: sale.amount - refunded.reduce((sum, voucher) => sum + voucher.amount, 0) };
}

/** All that moves with a voucher, signed: a sale brings money in, the others take it out. */
export function movedBy(voucher: Voucher): number {
  const total = voucher.amount + voucher.tip + voucher.cashback;
  return voucher.functionCode === COMMANDS.sale ? total : -total;
}

/** One line of the ledger. */
export function movementOf(voucher: Voucher, identity: JsonObject): JsonObject {
  const { functionCode, ticket, tip, cashback, operationId, authorizationCode, at } = voucher;
  return {
    at: new Date(at).toISOString(),
    kind: KINDS[functionCode] ?? "other",
    function: functionCode,
    ticket,
    amount: movedBy(voucher),
    tip,
    cashback,
    operationId,
    authorizationCode,
    ...identity,
  };
}

const KINDS: Readonly<Record<number, string>> = {
  [COMMANDS.sale]: "sale",
  [COMMANDS.void]: "void",
  [COMMANDS.refund]: "refund",
};
