/** Texts that are no JSON, no request, or JSON that two programs may read differently. */
import { ID, NOT_JSON, refusal, type MessageRow, type RpcAnswer } from "./row.ts";

const LIMIT = 65_536;

function told(what: string, text: string, answer: RpcAnswer): MessageRow {
  return { what, by: "till", text, answer };
}

function noJson(what: string, text: string): MessageRow {
  return told(`no JSON: ${what}`, text, NOT_JSON);
}

/** `id` is what can be read of it. */
function noRequest(what: string, text: string, id: string | number | null = null): MessageRow {
  return told(`no request: ${what}`, text, refusal("invalidMessage", undefined, id));
}

/** A sale whose params hold something that is not what it seems. */
function sale(what: string, operation: string, field: string): MessageRow {
  const params = `{"terminal":"counter-1","requestId":"hostile","operation":${operation}}`;
  const text = `{"jsonrpc":"2.0","id":${ID},"method":"transactions.start","params":${params}}`;
  return told(`a sale: ${what}`, text, refusal("invalidParams", field));
}

const money = (value: string) => `{"type":"sale","amount":{"value":${value},"currency":"CLP"}}`;
const ping = (id: string) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}`;
const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

export const NO_JSON_ROWS: readonly MessageRow[] = [
  noJson("nothing", ""),
  noJson("a space", " "),
  noJson("half an object", "{"),
  noJson("a comma at the end", `{"jsonrpc":"2.0","id":${ID},"method":"ping",}`),
  noJson("a comment", `${ping("7")}// please`),
  noJson("a comment within", `{"jsonrpc":"2.0",/**/"id":${ID},"method":"ping"}`),
  noJson("other quotation marks", `{'jsonrpc':'2.0','id':${ID},'method':'ping'}`),
  noJson("names without quotation marks", `{jsonrpc:"2.0",id:${ID},method:"ping"}`),
  noJson("a byte order mark", `\uFEFF${ping("7")}`),
  noJson("no number", ping("NaN")),
  noJson("more than any number", ping("Infinity")),
  noJson("a plus sign", ping("+7")),
  noJson("a zero in front", ping("07")),
  noJson("a number in hex", ping("0x7")),
  noJson("a dot at the end", ping("7.")),
  noJson("a dot at the front", ping(".7")),
  noJson("undefined", ping("undefined")),
  noJson("a zero byte behind it", `${ping("7")}\0`),
  noJson("a zero byte within", ping('"\0"')),
  noJson("a line break in a text", ping('"\n"')),
  noJson("an escape that there is not", ping(String.raw`"\x41"`)),
  noJson("half an escape", ping(String.raw`"\u00"`)),
  noJson("two requests", ping("7") + ping("8")),
  noJson("a header and a body", `Content-Length: 41\r\n\r\n${ping("7")}`),
  noJson("a batch of thousands", `[${Array.from({ length: 1_500 }, () => ping("7")).join(",")}]`),
  noJson("2,000 values in a list", `[${"1.0,".repeat(1_999)}1.0]`),
  noJson("16,000 values in a list", `[${"1.0,".repeat(15_999)}1.0]`),
  noJson("33 levels of lists", nested(33, "[", "]")),
  noJson("1,000 levels of lists", nested(1_000, "[", "]")),
  noJson("30,000 levels of lists", nested(30_000, "[", "]")),
  noJson("60,000 levels that never end", "[".repeat(60_000)),
  noJson("10,000 levels of objects", nested(10_000, '{"a":', "}").replace(":}", ":0}")),
  noJson(
    "33 levels in a request",
    `{"jsonrpc":"2.0","id":${ID},"method":"ping","params":${nested(33, '{"a":', "}").replace(":}", ":0}")}}`,
  ),
];

export const NO_REQUEST_ROWS: readonly MessageRow[] = [
  noRequest("nothing", "null"),
  noRequest("a text", '"ping"'),
  noRequest("a number", "7"),
  noRequest("true", "true"),
  noRequest("no field", "{}"),
  noRequest("32 levels of lists", nested(32, "[", "]")),
  noRequest("1,999 values in a list", `[${"1.0,".repeat(1_998)}1.0]`),
  noRequest("a batch of none", "[]"),
  noRequest("a batch of one", `[${ping("7")}]`),
  noRequest("no id", '{"jsonrpc":"2.0","method":"ping"}'),
  noRequest("an id that is nothing", ping("null")),
  noRequest("an id with a fraction", ping("7.5")),
  noRequest("an id that is an object", ping("{}")),
  noRequest("an id that is a list", ping("[7]")),
  noRequest("an id that is true", ping("true")),
  noRequest("an id that no number holds", ping("9007199254740993")),
  noRequest("an id beyond all numbers", ping("1e400")),
  noRequest("an id with digits that are lost", ping("7.0000000000000000001")),
  noRequest("an id of 129 characters", ping(`"${"a".repeat(129)}"`)),
  noRequest("an id that is half a letter", ping(String.raw`"\udead"`)),
  noRequest("two ids", `{"jsonrpc":"2.0","id":${ID},"id":8,"method":"ping"}`),
  noRequest("two ids, one of them spelled otherwise", String.raw`{"jsonrpc":"2.0","id":7,"\u0069d":8,"method":"ping"}`),
  noRequest("two methods", `{"jsonrpc":"2.0","id":${ID},"method":"ping","method":"pos.list"}`, ID),
  noRequest(
    "two methods, one of them spelled otherwise",
    String.raw`{"jsonrpc":"2.0","id":7,"method":"ping","m\u0065thod":"pos.list"}`,
    ID,
  ),
  noRequest("two params", `{"jsonrpc":"2.0","id":${ID},"method":"ping","params":{},"params":{"a":1}}`, ID),
  noRequest("no version", `{"id":${ID},"method":"ping"}`, ID),
  noRequest("an old version", `{"jsonrpc":"1.0","id":${ID},"method":"ping"}`, ID),
  noRequest("a version as a number", `{"jsonrpc":2.0,"id":${ID},"method":"ping"}`, ID),
  noRequest("no method", `{"jsonrpc":"2.0","id":${ID}}`, ID),
  noRequest("a method that is a number", `{"jsonrpc":"2.0","id":${ID},"method":1}`, ID),
  noRequest("a method that is a list", `{"jsonrpc":"2.0","id":${ID},"method":["ping"]}`, ID),
  noRequest("a method that is nothing", `{"jsonrpc":"2.0","id":${ID},"method":null}`, ID),
  noRequest("a field of its own", `{"jsonrpc":"2.0","id":${ID},"method":"ping","token":"guessed"}`, ID),
  noRequest("names in capital letters", `{"JSONRPC":"2.0","ID":${ID},"METHOD":"ping"}`),
  noRequest("a prototype", `{"jsonrpc":"2.0","id":${ID},"method":"ping","__proto__":{"scopes":["admin"]}}`, ID),
  noRequest("an answer", `{"jsonrpc":"2.0","id":${ID},"result":{}}`, ID),
  noRequest("an event", '{"jsonrpc":"2.0","method":"event","params":{"type":"transaction.settled"}}'),
];

export const READ_ROWS: readonly MessageRow[] = [
  told("an id of 128 characters", ping(`"${"a".repeat(128)}"`), "done"),
  told("an id that is empty", ping('""'), "done"),
  told("an id below zero", ping("-7"), "done"),
  told("an id that is zero below zero", ping("-0"), "done"),
  told("an id with a power of ten", ping("7e0"), "done"),
  told("an id that is a zero byte as an escape", ping(String.raw`"\u0000"`), "done"),
  told("spaces and lines between", `\r\n\t${ping("7").replaceAll(",", " ,\n")} `, "done"),
  told("as much as there may be", ping("7").padEnd(LIMIT), "done"),
  told(
    "names that every object has",
    `{"jsonrpc":"2.0","id":${ID},"method":"ping","constructor":1}`,
    refusal("invalidMessage"),
  ),
  { what: "a byte more than there may be", by: "till", text: ping("7").padEnd(LIMIT + 1), answer: "done", end: 1009 },
  told("params as a list", `{"jsonrpc":"2.0","id":${ID},"method":"ping","params":[]}`, refusal("invalidParams")),
  told("params as a text", `{"jsonrpc":"2.0","id":${ID},"method":"ping","params":"all"}`, refusal("invalidParams")),
  told(
    "params that are nothing",
    `{"jsonrpc":"2.0","id":${ID},"method":"ping","params":null}`,
    refusal("invalidParams"),
  ),
  told(
    "params with a prototype",
    `{"jsonrpc":"2.0","id":${ID},"method":"ping","params":{"__proto__":{}}}`,
    refusal("invalidParams", "__proto__"),
  ),
  told(
    "params with a constructor",
    `{"jsonrpc":"2.0","id":${ID},"method":"ping","params":{"constructor":{}}}`,
    refusal("invalidParams", "constructor"),
  ),
  told(
    "params with a name that is half a letter",
    String.raw`{"jsonrpc":"2.0","id":7,"method":"ping","params":{"\ud800":1}}`,
    refusal("invalidParams", "\ud800"),
  ),
  sale("a value twice", money('1,"value":99'), "operation.amount.value"),
  sale("a value twice, one spelled otherwise", money(String.raw`1,"v\u0061lue":99`), "operation.amount.value"),
  sale("a type twice", '{"type":"sale","type":"sale"}', "operation.type"),
  sale("a value with digits that are lost", money("1250.0000000000000001"), "operation.amount.value"),
  sale("a value beyond all numbers", money("1e400"), "operation.amount.value"),
  sale("a value too small for all numbers", money("1e-400"), "operation.amount.value"),
  sale("a value with a power that no number holds", money(`1e${"9".repeat(400)}`), "operation.amount.value"),
  sale("a value of 10,000 digits", money("9".repeat(10_000)), "operation.amount.value"),
  sale("a value of 2^53", money("9007199254740992"), "operation.amount.value"),
  sale("a value of 2^53 + 1", money("9007199254740993"), "operation.amount.value"),
  sale("zero below zero", money("-0"), "operation.amount.value"),
  sale(
    "a reference that is half a letter",
    String.raw`{"type":"sale","amount":{"value":1,"currency":"CLP"},"reference":"\ud83d"}`,
    "operation.reference",
  ),
  sale(
    "a prototype below it",
    '{"type":"sale","amount":{"value":1,"currency":"CLP","__proto__":{"value":9}}}',
    "operation.amount.__proto__",
  ),
];
