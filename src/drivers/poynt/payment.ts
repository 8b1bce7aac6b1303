import { holdsIssuedCard, maskCardNumbers } from "../../codec/card-numbers.ts";
import { LONGEST_SPELLING } from "../../codec/digit-runs.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";

/**
 * A payment as the terminal tells it (poynt.md 1.6), by a list of what is wanted: names, first digits, tracks and chip data are never
 * looked at, so they get no further than the bytes. What is missing or of another type is left out.
 */
export type Payment = {
  readonly status?: string;
  readonly referenceId?: string;
  readonly currency?: string;
  readonly tenders: readonly Tender[];
};

/** One card's, or one other means', part in a payment: a `transaction` in the vendor's words. */
export type Tender = {
  readonly id?: string;
  readonly parentId?: string;
  /** The ids in its links: what it is about. */
  readonly linkedIds: readonly string[];
  readonly action?: string;
  readonly status?: string;
  readonly currency?: string;
  /** With tip and cashback in it. */
  readonly amountMinor?: number;
  readonly tipMinor?: number;
  readonly cashbackMinor?: number;
  readonly optedNoTip: boolean;
  readonly isPartial: boolean;
  readonly isVoided: boolean;
  readonly isAdjusted: boolean;
  readonly approvalCode?: string;
  /** CREDIT_DEBIT, CASH, ... */
  readonly source?: string;
  readonly cardType?: string;
  readonly last4?: string;
  readonly entryMode?: string;
  readonly processor: Processor;
};

type Processor = {
  readonly status?: string;
  readonly code?: string;
  readonly text?: string;
  readonly approvedMinor?: number;
  readonly approvalCode?: string;
  readonly retrievalNumber?: string;
  readonly batchId?: string;
};

/** More tenders than anybody pays with. */
export const MOST_TENDERS = 24;
const MOST_LINKS = 16;
const LONGEST_TEXT = 200;
const LONGEST_WORD = 64;
const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const IS_UUID = new RegExp(`^${UUID}$`, "i");
const LINKED = new RegExp(`(?:^|/)(${UUID})(?:[/?#]|$)`, "gi");

/** Undefined where its transactions are no list, or more than can be. */
export function readPayment(told: JsonObject): Payment | undefined {
  const transactions = told["transactions"] ?? [];
  if (!Array.isArray(transactions) || transactions.length > MOST_TENDERS) return undefined;
  return {
    ...optional("status", wordIn(told["status"])),
    ...optional("referenceId", wordIn(told["referenceId"])),
    ...optional("currency", wordIn(told["currency"])),
    tenders: transactions.map((transaction: Json) => readTender(objectIn(transaction))),
  };
}

function readTender(told: JsonObject): Tender {
  const amounts = objectIn(told["amounts"]);
  const source = objectIn(told["fundingSource"]);
  const card = objectIn(source["card"]);
  const last4 = card["numberLast4"];
  return {
    ...optional("id", uuidIn(told["id"])),
    ...optional("parentId", uuidIn(told["parentId"])),
    linkedIds: linkedIdsIn(told["links"]),
    ...optional("action", wordIn(told["action"])),
    ...optional("status", wordIn(told["status"])),
    ...optional("currency", wordIn(amounts["currency"])),
    ...optional("amountMinor", amountIn(amounts["transactionAmount"])),
    ...optional("tipMinor", amountIn(amounts["tipAmount"] ?? 0)),
    ...optional("cashbackMinor", amountIn(amounts["cashbackAmount"] ?? 0)),
    optedNoTip: amounts["customerOptedNoTip"] === true,
    isPartial: told["partiallyApproved"] === true,
    isVoided: told["voided"] === true,
    isAdjusted: told["adjusted"] === true || told["amountsAdjusted"] === true,
    ...optional("approvalCode", wordIn(told["approvalCode"])),
    ...optional("source", wordIn(source["type"])),
    ...optional("cardType", wordIn(card["type"])),
    ...optional("last4", typeof last4 === "string" && /^\d{4}$/.test(last4) ? last4 : undefined),
    ...optional("entryMode", wordIn(objectIn(source["entryDetails"])["entryMode"])),
    processor: readProcessor(objectIn(told["processorResponse"])),
  };
}

function readProcessor(told: JsonObject): Processor {
  return {
    ...optional("status", wordIn(told["status"])),
    ...optional("code", wordIn(told["statusCode"])),
    ...optional("text", plainText(told["statusMessage"])),
    ...optional("approvedMinor", amountIn(told["approvedAmount"])),
    ...optional("approvalCode", wordIn(told["approvalCode"])),
    ...optional("retrievalNumber", wordIn(told["retrievalRefNum"])),
    ...optional("batchId", wordIn(told["batchId"])),
  };
}

/** A text for people, with whatever could be a card number masked; undefined where there is none. */
export function plainText(value: Json | undefined): string | undefined {
  if (typeof value !== "string" || value.trim() === "") return undefined;
  return shortened(value, LONGEST_TEXT);
}

/** A code or name: short, and no card number. A UUID is none, whatever its digits. */
export function wordIn(value: Json | undefined): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text.trim() === "") return undefined;
  return IS_UUID.test(text) ? text : shortened(text, LONGEST_WORD);
}

/** A card number that the end of what is left would halve is still looked at whole; the rest costs time only. */
const shortened = (text: string, longest: number): string =>
  maskCardNumbers(text.trim().slice(0, longest + LONGEST_SPELLING)).slice(0, longest);

/** In lower case, because either is allowed (poynt.md 1.5.1). */
export function uuidIn(value: Json | undefined): string | undefined {
  return typeof value === "string" && IS_UUID.test(value) ? value.toLowerCase() : undefined;
}

function amountIn(value: Json | undefined): number | undefined {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) return undefined;
  // No sale is worth as much as a card's number says, and what is no amount is believed by nobody.
  return holdsIssuedCard(String(value)) ? undefined : value;
}

function linkedIdsIn(links: Json | undefined): readonly string[] {
  return listIn(links)
    .slice(0, MOST_LINKS)
    .flatMap((link) => {
      const href = objectIn(link)["href"];
      return typeof href === "string" ? Array.from(href.matchAll(LINKED), ([, id = ""]) => id.toLowerCase()) : [];
    });
}

const listIn = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
const objectIn = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Readonly<Partial<Record<Name, Value>>> {
  return (value === undefined ? {} : { [name]: value }) as Partial<Record<Name, Value>>;
}
