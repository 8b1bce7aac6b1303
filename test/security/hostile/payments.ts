/** Payments that are none, and questions about what is not there. */
import { asks, refusal, request, type MessageRow } from "./row.ts";

const WELL = { type: "sale", amount: { value: 1_250, currency: "CLP" } };

/** A sale that is refused, and stored nowhere. */
function sale(what: string, changes: object, field: string, reason = "invalidParams"): MessageRow {
  const params = { terminal: "counter-1", requestId: "hostile", operation: WELL, ...changes };
  return asks("till", `a start: ${what}`, "transactions.start", params, refusal(reason, field));
}

function operation(what: string, changes: object, field: string, reason = "invalidParams"): MessageRow {
  return sale(what, { operation: { ...WELL, ...changes } }, field, reason);
}

function value(what: string, amount: unknown, field = "operation.amount.value"): MessageRow {
  return operation(`an amount: ${what}`, { amount }, field);
}

const money = (amount: unknown) => ({ value: amount, currency: "CLP" });
const NOT_THERE = refusal("transactionNotFound");

export const SALE_ROWS: readonly MessageRow[] = [
  value("below zero", money(-1)),
  value("zero", money(0)),
  value("a fraction", money(12.5)),
  value("1e21", money(1e21)),
  value("a unit more than there may be", money(1_000_000_000_000)),
  value("a text", money("1250")),
  value("true", money(true)),
  value("nothing", money(null)),
  value("a list", money([1_250])),
  value("no value", { currency: "CLP" }),
  value("a currency that nobody knows", { value: 1, currency: "XYZ" }, "operation.amount.currency"),
  value("a currency in small letters", { value: 1, currency: "clp" }, "operation.amount.currency"),
  value("a currency of four letters", { value: 1, currency: "CLPX" }, "operation.amount.currency"),
  value("a currency as a number", { value: 1, currency: 152 }, "operation.amount.currency"),
  value("a currency with a line break", { value: 1, currency: "CLP\n" }, "operation.amount.currency"),
  value("no currency", { value: 1 }, "operation.amount.currency"),
  value("a field of its own", { value: 1, currency: "CLP", decimals: 2 }, "operation.amount.decimals"),
  value("a number in place of money", 1_250, "operation.amount"),
  value("none", undefined, "operation.amount"),
  operation(
    "a currency that the terminal does not take",
    { amount: { value: 1, currency: "EUR" } },
    "operation.amount.currency",
    "unsupportedCurrency",
  ),
  operation("a tip in another currency", { tip: { value: 1, currency: "EUR" } }, "operation.tip.currency"),
  operation("a tip below zero", { tip: money(-1_249) }, "operation.tip.value"),
  operation("cashback below zero", { cashback: money(-1) }, "operation.cashback.value"),
  operation(
    "a tip that makes it too much",
    { amount: money(999_999_999_999), tip: money(1) },
    "operation.amount.value",
  ),
  operation("no instalment", { installments: 0 }, "operation.installments"),
  operation("100 instalments", { installments: 100 }, "operation.installments"),
  operation("a type that there is not", { type: "gift" }, "operation.type"),
  operation("a type that every object has", { type: "toString" }, "operation.type"),
  operation("a price", { price: 1 }, "operation.price"),
  operation("an empty reference", { reference: "" }, "operation.reference"),
  operation("a reference of 65 letters", { reference: "a".repeat(65) }, "operation.reference"),
  operation("a language that there is not", { language: "en_US" }, "operation.language"),
  operation("an original that is a text", { type: "refund", original: "T1" }, "operation.original"),
  operation(
    "an original with two names",
    { type: "refund", original: { transaction: "T1", terminalReferences: {} } },
    "operation.original.terminalReferences",
  ),
  operation(
    "terminal references with a path",
    { type: "refund", original: { terminalReferences: { "../a": "1" } } },
    "operation.original",
  ),
  operation("options that are a list", { options: [] }, "operation.options"),
  operation("an option that there is not", { options: { force: true } }, "operation.options.force"),
  operation("an option within an option", { options: { print: { print: true } } }, "operation.options.print"),
  operation("an option that takes a day", { options: { timeoutSeconds: 86_400 } }, "operation.options.timeoutSeconds"),
  operation(
    "33 fields for the vendor",
    { vendor: Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`a${index}`, 1])) },
    "operation.vendor",
  ),
  sale("no request id", { requestId: undefined }, "requestId"),
  sale("an empty request id", { requestId: "" }, "requestId"),
  sale("a request id of 65 letters", { requestId: "a".repeat(65) }, "requestId"),
  sale("a request id with a space", { requestId: "a b" }, "requestId"),
  sale("a request id with a line break at its end", { requestId: "a\n" }, "requestId"),
  sale("a request id with a letter that looks alike", { requestId: "а" }, "requestId"),
  sale("a request id with a picture", { requestId: "💳" }, "requestId"),
  sale("a request id that is a number", { requestId: 1 }, "requestId"),
  sale("a request id that is a path", { requestId: "../a" }, "requestId"),
  sale("another POS's name", { pos: "neighbour" }, "pos"),
  sale("a terminal that is a path", { terminal: "../counter-1" }, "terminal"),
  sale("a terminal that is a list", { terminal: ["counter-1"] }, "terminal"),
  sale("an end that there is not", { until: "paid" }, "until"),
  sale("an operation that is a list", { operation: [WELL] }, "operation"),
  sale("a signature that is a text", { signature: "x" }, "signature"),
  sale("a journal of 65 letters", { journal: "a".repeat(65) }, "journal"),
  asks(
    "till",
    "a start of what is known, with another content",
    "transactions.start",
    { terminal: "counter-1", requestId: "paid", operation: { ...WELL, amount: money(1) } },
    refusal("requestIdReused"),
  ),
  asks(
    "till",
    "a start at a terminal that there is not",
    "transactions.start",
    { terminal: "counter-9", requestId: "hostile", operation: WELL },
    refusal("terminalNotFound"),
  ),
  asks(
    "till",
    "a start with another journal",
    "transactions.start",
    { terminal: "counter-1", requestId: "hostile", operation: WELL, journal: "another" },
    refusal("journalChanged"),
  ),
  asks(
    "till",
    "a refund of what is not there",
    "transactions.start",
    { terminal: "counter-1", requestId: "hostile", operation: { type: "refund", original: { transaction: "T0" } } },
    refusal("originalNotFound", "operation.original"),
  ),
  asks(
    "till",
    "a refund of more than was paid",
    "transactions.start",
    {
      terminal: "counter-1",
      requestId: "hostile",
      operation: { type: "refund", original: { transaction: "PAID" }, amount: money(1_251) },
    },
    refusal("originalExhausted", "operation.original"),
  ),
];

export const QUESTION_ROWS: readonly MessageRow[] = [
  asks(
    "till",
    "a start with a field for the vendor that it does not know",
    "transactions.start",
    { terminal: "counter-1", requestId: "hostile", operation: { ...WELL, vendor: { force: true } } },
    refusal("invalidParams"),
  ),
  asks("till", "a transaction without a name", "transactions.get", {}, refusal("invalidParams", "transaction")),
  asks(
    "till",
    "a transaction with two names",
    "transactions.get",
    { transaction: "PAID", requestId: "paid" },
    refusal("invalidParams", "transaction"),
  ),
  asks(
    "till",
    "a transaction of 65 letters",
    "transactions.get",
    { transaction: "a".repeat(65) },
    refusal("invalidParams", "transaction"),
  ),
  asks("till", "a transaction that is a path", "transactions.get", { transaction: "../../journal.db" }, NOT_THERE),
  asks("till", "a transaction that is SQL", "transactions.get", { transaction: "' OR 1=1 --" }, NOT_THERE),
  asks("till", "a list of none", "transactions.list", { limit: 0 }, refusal("invalidParams", "limit")),
  asks("till", "a list of 201", "transactions.list", { limit: 201 }, refusal("invalidParams", "limit")),
  asks("till", "a list of 1.5", "transactions.list", { limit: 1.5 }, refusal("invalidParams", "limit")),
  asks(
    "till",
    "a cursor that nobody gave",
    "transactions.list",
    { cursor: "forged" },
    refusal("invalidParams", "cursor"),
  ),
  asks(
    "till",
    "a cursor that is SQL",
    "transactions.list",
    { cursor: "1; DROP TABLE facts" },
    refusal("invalidParams", "cursor"),
  ),
  asks(
    "till",
    "a cursor of 257 digits",
    "transactions.list",
    { cursor: "1".repeat(257) },
    refusal("invalidParams", "cursor"),
  ),
  asks(
    "till",
    "a list from after its end",
    "transactions.list",
    { from: "2030-01-01T00:00:00Z", to: "2020-01-01T00:00:00Z" },
    "done",
  ),
  asks(
    "till",
    "a list from no day",
    "transactions.list",
    { from: "2026-02-30T25:00:00Z" },
    refusal("invalidParams", "from"),
  ),
  asks(
    "till",
    "a list from a year before all",
    "transactions.list",
    { from: "-271821-04-20T00:00:00Z" },
    refusal("invalidParams", "from"),
  ),
  asks(
    "till",
    "a list of an outcome that there is not",
    "transactions.list",
    { outcome: ["paid"] },
    refusal("invalidParams", "outcome.0"),
  ),
  asks("till", "a list of SQL", "transactions.list", { reference: "' OR '1'='1" }, "done"),
  asks(
    "till",
    "a revision that there is not",
    "transactions.acknowledge",
    { transaction: "PAID", revision: 9 },
    refusal("revisionMismatch"),
  ),
  asks(
    "till",
    "revision 0",
    "transactions.acknowledge",
    { transaction: "PAID", revision: 0 },
    refusal("invalidParams", "revision"),
  ),
  asks(
    "till",
    "an answer of 17 KB",
    "transactions.answer",
    { transaction: "PAID", prompt: "p", value: "a".repeat(16_385) },
    refusal("invalidParams", "value"),
  ),
  asks(
    "till",
    "a report that there is not",
    "reports.run",
    { terminal: "counter-1", report: "constructor" },
    refusal("unsupportedOperation"),
  ),
  asks(
    "till",
    "a function that there is not",
    "device.function",
    { terminal: "counter-1", name: "__proto__" },
    refusal("unsupportedOperation"),
  ),
  asks(
    "till",
    "201 lines to print",
    "device.print",
    { terminal: "counter-1", lines: Array.from({ length: 201 }, () => "a") },
    refusal("invalidParams", "lines"),
  ),
  asks(
    "till",
    "a line of 257 letters to print",
    "device.print",
    { terminal: "counter-1", lines: ["a".repeat(257)] },
    refusal("invalidParams", "lines.0"),
  ),
  asks(
    "till",
    "something to scan for a day",
    "device.scan",
    { terminal: "counter-1", seconds: 86_400 },
    refusal("invalidParams", "seconds"),
  ),
  asks("till", "a look for a day", "discovery.scan", { seconds: 86_400 }, refusal("invalidParams", "seconds")),
  asks("till", "a terminal that there is not", "terminals.get", { terminal: "counter-9" }, refusal("terminalNotFound")),
  asks(
    "till",
    "a terminal that every object has",
    "terminals.get",
    { terminal: "constructor" },
    refusal("terminalNotFound"),
  ),
  asks("till", "the time, with a wish", "ping", { at: "2030-01-01T00:00:00Z" }, refusal("invalidParams", "at")),
  {
    what: "till: a megabyte to print",
    by: "till",
    text: request("device.print", { terminal: "counter-1", lines: ["a".repeat(1_048_576)] }),
    answer: "done",
    end: 1009,
  },
];
