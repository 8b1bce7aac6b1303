/** Frames that break the rules of WebSockets, and those that keep them and are strange. No session is open. */
import { BINARY, CLOSE, CONTINUATION, frame, PING, PONG, TEXT } from "./raw.ts";
import { ID, NO_REQUEST, NOT_JSON, refusal, request, type FrameRow, type RpcAnswer } from "./row.ts";

const PROTOCOL = 1002;
const NO_TEXT = 1007;
const TOO_LARGE = 1009;
/** A client that says nothing of its reason. */
const NO_CODE = 1005;

const NOT_OPEN = refusal("notOpen");
const ASK = request("ping");
const half = Math.floor(ASK.length / 2);
/** Before there is a session. */
const STRANGERS_LIMIT = 8_192;
const WHOLE_LIMIT = 65_536;

function row(what: string, frames: readonly Buffer[], end: FrameRow["end"], said: readonly RpcAnswer[] = []): FrameRow {
  return { what: `frames: ${what}`, bytes: Buffer.concat(frames), end, said };
}

function closing(code: number, reason: string | Buffer = ""): Buffer {
  const payload = Buffer.concat([Buffer.alloc(2), Buffer.from(reason)]);
  payload.writeUInt16BE(code);
  return frame({ opcode: CLOSE, payload });
}

const first = (payload: string | Buffer, opcode = TEXT) => frame({ opcode, payload, part: "first" });
const middle = (payload: string | Buffer) => frame({ opcode: CONTINUATION, payload, part: "first" });
const last = (payload: string | Buffer) => frame({ opcode: CONTINUATION, payload });
const text = (payload: string | Buffer) => frame({ opcode: TEXT, payload });

export const RULE_ROWS: readonly FrameRow[] = [
  row("a frame without a mask", [frame({ opcode: TEXT, payload: ASK, masking: "unmasked" })], PROTOCOL),
  row("a ping without a mask", [frame({ opcode: PING, masking: "unmasked" })], PROTOCOL),
  row("compressed, which nobody agreed on", [frame({ opcode: TEXT, payload: ASK, reserved: 4 })], PROTOCOL),
  row("the second reserved bit", [frame({ opcode: TEXT, payload: ASK, reserved: 2 })], PROTOCOL),
  row("the third reserved bit", [frame({ opcode: TEXT, payload: ASK, reserved: 1 })], PROTOCOL),
  row("a compressed ping", [frame({ opcode: PING, reserved: 4 })], PROTOCOL),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) =>
    row(`frames of kind ${opcode}, which there are not`, [frame({ opcode, payload: ASK })], PROTOCOL),
  ),
  row("a ping in parts", [frame({ opcode: PING, payload: "a", part: "first" })], PROTOCOL),
  row("a pong in parts", [frame({ opcode: PONG, payload: "a", part: "first" })], PROTOCOL),
  row("a goodbye in parts", [frame({ opcode: CLOSE, part: "first" })], PROTOCOL),
  row("a ping of 126 bytes", [frame({ opcode: PING, payload: "a".repeat(126) })], PROTOCOL),
  row("a goodbye of 126 bytes", [closing(1000, "a".repeat(124))], PROTOCOL),
  row("a ping whose length takes 64 bits", [frame({ opcode: PING, length: { bits: 64, says: 0n } })], PROTOCOL),
  row("the rest of a message that never began", [last(ASK)], PROTOCOL),
  row("more of a message that never began", [middle(ASK)], PROTOCOL),
  row("a message within another", [first(ASK), text(ASK)], PROTOCOL),
  row(
    "a message behind the end of one in parts",
    [first(ASK.slice(0, half)), last(ASK.slice(half)), last("")],
    PROTOCOL,
  ),
  row("a length with the top bit", [frame({ opcode: TEXT, length: { bits: 64, says: 1n << 63n } })], TOO_LARGE),
  row("a length that no number holds", [frame({ opcode: TEXT, length: { bits: 64, says: 1n << 53n } })], TOO_LARGE),
  row("a length of 4 GB", [frame({ opcode: TEXT, length: { bits: 64, says: 1n << 32n } })], TOO_LARGE),
  row("a byte more than there may be", [text(`${ASK}${" ".repeat(WHOLE_LIMIT + 1 - ASK.length)}`)], TOO_LARGE),
  row("a byte more than there may be, in parts", [first(" ".repeat(WHOLE_LIMIT)), last(" ")], TOO_LARGE),
  row("as much as a stranger may say", [text(`${ASK}${" ".repeat(STRANGERS_LIMIT - ASK.length)}`)], "open", [NOT_OPEN]),
  row(
    "a byte more than a stranger may say",
    [text(`${ASK}${" ".repeat(STRANGERS_LIMIT + 1 - ASK.length)}`)],
    TOO_LARGE,
  ),
  row("bytes that are no UTF-8", [text(Buffer.from([0x22, 0xff, 0x22]))], NO_TEXT),
  row("a letter spelled with too many bytes", [text(Buffer.from([0x22, 0xc0, 0xaf, 0x22]))], NO_TEXT),
  row("half of a surrogate pair", [text(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))], NO_TEXT),
  row("a letter beyond Unicode", [text(Buffer.from([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]))], NO_TEXT),
  row("a letter that is cut off", [text(Buffer.from([0x22, 0xe2, 0x82]))], NO_TEXT),
  row("no UTF-8, over two parts", [first(Buffer.from([0x22, 0xe2])), last(Buffer.from([0x22, 0x22]))], NO_TEXT),
  row(
    "1,025 parts",
    Array.from({ length: 1_025 }, (_, index) => (index === 0 ? first("") : middle(""))),
    1008,
  ),
];

export const STRANGE_ROWS: readonly FrameRow[] = [
  row("a letter over two parts", [first(Buffer.from([0x22, 0xe2])), last(Buffer.from([0x82, 0xac, 0x22]))], "open", [
    NO_REQUEST,
  ]),
  row(
    "a request in parts of one byte",
    [first(ASK.slice(0, 1)), ...Array.from(ASK.slice(1), middle), last("")],
    "open",
    [NOT_OPEN],
  ),
  row(
    "a ping within a message",
    [first(ASK.slice(0, half)), frame({ opcode: PING, payload: "a" }), last(ASK.slice(half))],
    "open",
    [NOT_OPEN],
  ),
  row(
    "a length that could be shorter",
    [frame({ opcode: TEXT, payload: ASK, length: { bits: 64, says: BigInt(ASK.length) } })],
    "open",
    [NOT_OPEN],
  ),
  row("an empty message", [text("")], "open", [NOT_JSON]),
  row("two empty messages in parts", [first(""), last(""), first(""), middle(""), last("")], "open", [
    NOT_JSON,
    NOT_JSON,
  ]),
  row("binary", [frame({ opcode: BINARY, payload: ASK })], "open", [NO_REQUEST]),
  row("binary in parts", [first(ASK, BINARY), last("")], "open", [NO_REQUEST]),
  row(
    "binary three times",
    [1, 2, 3].map(() => frame({ opcode: BINARY, payload: ASK })),
    NO_TEXT,
    [NO_REQUEST, NO_REQUEST, NO_REQUEST],
  ),
  row("no JSON three times, and a request behind it", [text("{"), text("{"), text("{"), text(ASK)], NO_TEXT, [
    NOT_JSON,
    NOT_JSON,
    NOT_JSON,
  ]),
  row("a pong that nobody asked for", [frame({ opcode: PONG, payload: "a" })], "open"),
  row(
    "59 pings",
    Array.from({ length: 59 }, () => frame({ opcode: PING, payload: "a".repeat(125) })),
    "open",
  ),
  row(
    "a thousand pings at once",
    Array.from({ length: 1_000 }, () => frame({ opcode: PING })),
    "cut",
  ),
  row(
    "a hundred pongs",
    Array.from({ length: 100 }, () => frame({ opcode: PONG })),
    "open",
  ),
];

export const GOODBYE_ROWS: readonly FrameRow[] = [
  row("a goodbye without a code", [frame({ opcode: CLOSE })], NO_CODE),
  row("a goodbye with half a code", [frame({ opcode: CLOSE, payload: Buffer.from([3]) })], PROTOCOL),
  row("a usual goodbye", [closing(1000, "done")], 1000),
  row("a goodbye of a program's own", [closing(4999)], 4999),
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map((code) =>
    row(`a goodbye with ${code}, which nobody may say`, [closing(code)], PROTOCOL),
  ),
  row("a goodbye whose reason is no UTF-8", [closing(1000, Buffer.from([0xff]))], NO_TEXT),
  row("a request behind a goodbye", [closing(1000), text(ASK)], 1000),
  row("a goodbye within a message", [first(ASK), closing(1000)], 1000),
  row(
    "a request, and a goodbye at once",
    [text(request("session.pair", { pos: `t${ID}`, code: "guess" })), closing(1001)],
    1001,
  ),
];
