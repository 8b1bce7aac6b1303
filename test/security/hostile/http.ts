/** Requests that are no upgrade as it should be, and what is no request at all. */
import { UPGRADE } from "./raw.ts";
import type { HttpAnswer, KnockRow } from "./row.ts";

const OPEN: HttpAnswer = [101, ""];
const NO_HTTP: HttpAnswer = [400, "This is no HTTP request."];
const NO_SUCH_PATH: HttpAnswer = [404, "There is nothing here; the protocol is at /v1."];
const NOTHING: HttpAnswer = [404, "There is nothing here."];
const USE_A_WEBSOCKET: HttpAnswer = [426, "The protocol is spoken over a WebSocket."];
const OTHER_VERSION: HttpAnswer = [426, "The protocol is spoken over a WebSocket of version 13."];
const NO_HOST: HttpAnswer = [403, "The request names no Host, or several."];
const TOO_LARGE: HttpAnswer = [
  431,
  "The headers of this request are too large. Delete this browser's cookies for localhost and 127.0.0.1.",
];
const NO_KEY: HttpAnswer = [400, "Missing or invalid Sec-WebSocket-Key header"];

const [CONNECTION = "", WEBSOCKET = "", VERSION = "", KEY = ""] = UPGRADE;
const HOST = "Host: HERE";

function lines(...all: readonly string[]): string {
  return [...all, "", ""].join("\r\n");
}

function upgrade(what: string, headers: readonly string[], answer: HttpAnswer, start = "GET /v1 HTTP/1.1"): KnockRow {
  return { what, bytes: lines(start, HOST, ...headers), answers: [answer] };
}

function path(what: string, target: string, answer: HttpAnswer = NO_SUCH_PATH): KnockRow {
  return upgrade(`path: ${what}`, UPGRADE, answer, `GET ${target} HTTP/1.1`);
}

function noRequest(what: string, bytes: string, answers: readonly HttpAnswer[] = [NO_HTTP]): KnockRow {
  return { what: `no HTTP: ${what}`, bytes, answers };
}

export const UPGRADE_ROWS: readonly KnockRow[] = [
  upgrade(
    "version 8, whose Origin has another name",
    [CONNECTION, WEBSOCKET, "Sec-WebSocket-Version: 8", KEY, "Sec-WebSocket-Origin: https://evil.example"],
    OTHER_VERSION,
  ),
  upgrade("version 12", [CONNECTION, WEBSOCKET, "Sec-WebSocket-Version: 12", KEY], OTHER_VERSION),
  upgrade("version 14", [CONNECTION, WEBSOCKET, "Sec-WebSocket-Version: 14", KEY], OTHER_VERSION),
  upgrade("no version", [CONNECTION, WEBSOCKET, KEY], OTHER_VERSION),
  upgrade("an empty version", [CONNECTION, WEBSOCKET, "Sec-WebSocket-Version:", KEY], OTHER_VERSION),
  upgrade("a version in hex", [CONNECTION, WEBSOCKET, "Sec-WebSocket-Version: 0x0d", KEY], OTHER_VERSION),
  upgrade("a version with a fraction", [CONNECTION, WEBSOCKET, "Sec-WebSocket-Version: 13.0", KEY], OTHER_VERSION),
  upgrade("two versions in one line", [CONNECTION, WEBSOCKET, "Sec-WebSocket-Version: 13, 8", KEY], OTHER_VERSION),
  upgrade(
    "two versions in two lines",
    [CONNECTION, WEBSOCKET, VERSION, "Sec-WebSocket-Version: 8", KEY],
    OTHER_VERSION,
  ),
  upgrade("no key", [CONNECTION, WEBSOCKET, VERSION], NO_KEY),
  upgrade("an empty key", [CONNECTION, WEBSOCKET, VERSION, "Sec-WebSocket-Key:"], NO_KEY),
  upgrade("a short key", [CONNECTION, WEBSOCKET, VERSION, "Sec-WebSocket-Key: c2hvcnQ="], NO_KEY),
  upgrade("a long key", [CONNECTION, WEBSOCKET, VERSION, `Sec-WebSocket-Key: ${"A".repeat(43)}=`], NO_KEY),
  upgrade(
    "a key that is no base64",
    [CONNECTION, WEBSOCKET, VERSION, "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!=="],
    NO_KEY,
  ),
  upgrade("two keys", [CONNECTION, WEBSOCKET, VERSION, KEY, KEY], NO_KEY),
  upgrade("an upgrade to something else", [CONNECTION, "Upgrade: h2c", VERSION, KEY], [400, "Invalid Upgrade header"]),
  upgrade(
    "an upgrade to this or something else",
    [CONNECTION, "Upgrade: websocket, h2c", VERSION, KEY],
    [400, "Invalid Upgrade header"],
  ),
  upgrade("an upgrade in other letters", [CONNECTION, "Upgrade: WebSocket", VERSION, KEY], OPEN),
  upgrade("a connection that is kept and upgraded", ["Connection: keep-alive, Upgrade", WEBSOCKET, VERSION, KEY], OPEN),
  upgrade("a connection that is upgraded, in small letters", ["connection: upgrade", WEBSOCKET, VERSION, KEY], OPEN),
  upgrade("a connection that is closed", ["Connection: close", WEBSOCKET, VERSION, KEY], USE_A_WEBSOCKET),
  upgrade("no connection", [WEBSOCKET, VERSION, KEY], USE_A_WEBSOCKET),
  upgrade("no upgrade", [CONNECTION, VERSION, KEY], USE_A_WEBSOCKET),
  upgrade(
    "compression is offered",
    [...UPGRADE, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"],
    OPEN,
  ),
  upgrade("an extension that nobody can read is offered", [...UPGRADE, "Sec-WebSocket-Extensions: ;;==,"], OPEN),
  upgrade("protocols are offered", [...UPGRADE, "Sec-WebSocket-Protocol: graphql-ws, mqtt"], OPEN),
  upgrade(
    "a protocol is offered twice",
    [...UPGRADE, "Sec-WebSocket-Protocol: mqtt, mqtt"],
    [400, "Invalid Sec-WebSocket-Protocol header"],
  ),
  upgrade(
    "a protocol that nobody can read",
    [...UPGRADE, "Sec-WebSocket-Protocol: a,,b"],
    [400, "Invalid Sec-WebSocket-Protocol header"],
  ),
  upgrade("POST", UPGRADE, [405, "Invalid HTTP method"], "POST /v1 HTTP/1.1"),
  upgrade("OPTIONS", UPGRADE, [405, "Invalid HTTP method"], "OPTIONS /v1 HTTP/1.1"),
  upgrade("HEAD", UPGRADE, [405, "Invalid HTTP method"], "HEAD /v1 HTTP/1.1"),
  upgrade("HTTP/1.0", UPGRADE, OPEN, "GET /v1 HTTP/1.0"),
  upgrade("credentials that nobody asked for", [...UPGRADE, "Authorization: Basic Y2xpOmNsaQ==", "Cookie: a=b"], OPEN),
  path("a query", "/v1?token=guessed", OPEN),
  path("none", "/"),
  path("another version", "/v2"),
  path("a slash at the end", "/v1/"),
  path("two slashes", "//v1"),
  path("capital letters", "/V1"),
  path("percent signs", "/%76%31"),
  path("a slash as a percent sign", "%2Fv1", NO_HTTP),
  path("a step up", "/../v1"),
  path("a step nowhere", "/./v1"),
  path("a step up from below", "/v1/../v1"),
  path("parameters", "/v1;a=b"),
  path("a fragment", "/v1#a"),
  path("a zero byte as a percent sign", "/v1%00"),
  path("a file of the machine", "/../../../../etc/passwd"),
  path("what is there for plain requests", "/health"),
  path("everything", "*"),
  path("markup", "/<script>alert(1)</script>"),
];

export const HTTP_ROWS: readonly KnockRow[] = [
  { what: "a plain GET", bytes: lines("GET /v1 HTTP/1.1", HOST), answers: [USE_A_WEBSOCKET] },
  {
    what: "a POST to the protocol",
    bytes: `${lines("POST /v1 HTTP/1.1", HOST, "Content-Length: 2")}{}`,
    answers: [USE_A_WEBSOCKET],
  },
  {
    what: "a form of a page",
    bytes: `${lines("POST / HTTP/1.1", HOST, "Content-Type: text/plain", "Content-Length: 2")}{}`,
    answers: [NOTHING],
  },
  { what: "DELETE", bytes: lines("DELETE /health HTTP/1.1", HOST), answers: [NOTHING] },
  { what: "TRACE", bytes: lines("TRACE /health HTTP/1.1", HOST), answers: [NOTHING] },
  { what: "a tunnel", bytes: lines("CONNECT bank.example:443 HTTP/1.1", HOST), answers: [] },
  { what: "a proxy's request", bytes: lines("GET http://bank.example/ HTTP/1.1", HOST), answers: [NOTHING] },
  {
    what: "two requests at once",
    bytes: lines("GET / HTTP/1.1", HOST) + lines("GET /v1 HTTP/1.1", HOST),
    answers: [],
  },
  {
    what: "a foreign request behind one of ours",
    bytes: lines("GET / HTTP/1.1", HOST) + lines("GET /health HTTP/1.1", "Host: evil.example"),
    answers: [],
  },
  {
    what: "a length and pieces",
    bytes: `${lines("POST /v1 HTTP/1.1", HOST, "Content-Length: 5", "Transfer-Encoding: chunked")}0\r\n\r\nGET /health HTTP/1.1\r\n\r\n`,
    answers: [NO_HTTP],
  },
  {
    what: "two lengths",
    bytes: `${lines("POST /v1 HTTP/1.1", HOST, "Content-Length: 2", "Content-Length: 3")}abc`,
    answers: [NO_HTTP],
  },
  { what: "a length below zero", bytes: lines("POST /v1 HTTP/1.1", HOST, "Content-Length: -1"), answers: [NO_HTTP] },
  { what: "a length in hex", bytes: lines("POST /v1 HTTP/1.1", HOST, "Content-Length: 0x5"), answers: [NO_HTTP] },
  {
    what: "a length that no number holds",
    bytes: lines("POST /v1 HTTP/1.1", HOST, `Content-Length: ${"9".repeat(30)}`),
    answers: [NO_HTTP],
  },
  {
    what: "pieces that are something else",
    bytes: `${lines("POST /v1 HTTP/1.1", HOST, "Transfer-Encoding: xchunked")}0\r\n\r\n`,
    answers: [USE_A_WEBSOCKET, NO_HTTP],
  },
  {
    what: "a piece without a size",
    bytes: `${lines("POST /v1 HTTP/1.1", HOST, "Transfer-Encoding: chunked")}zz\r\n\r\n`,
    answers: [USE_A_WEBSOCKET, NO_HTTP],
  },
  {
    what: "an expectation that nobody meets",
    bytes: lines("GET /v1 HTTP/1.1", HOST, "Expect: the unexpected"),
    answers: [USE_A_WEBSOCKET],
  },
  {
    what: "a body behind an upgrade",
    bytes: `${lines("GET /v1 HTTP/1.1", HOST, ...UPGRADE, "Content-Length: 5")}hello`,
    answers: [OPEN],
  },
  { what: "a header over two lines", bytes: lines("GET /v1 HTTP/1.1", HOST, "X-Long: a", " b"), answers: [NO_HTTP] },
  {
    what: "a Host over two lines",
    bytes: lines("GET /v1 HTTP/1.1", "Host: evil.example", " HERE"),
    answers: [NO_HTTP],
  },
  { what: "a space before the colon", bytes: lines("GET /v1 HTTP/1.1", "Host : HERE"), answers: [NO_HTTP] },
  { what: "a header without a colon", bytes: lines("GET /v1 HTTP/1.1", HOST, "nothing"), answers: [NO_HTTP] },
  { what: "a header without a name", bytes: lines("GET /v1 HTTP/1.1", HOST, ": value"), answers: [NO_HTTP] },
  {
    what: "a header whose name is no ASCII",
    bytes: lines("GET /v1 HTTP/1.1", HOST, "X-\xe9: value"),
    answers: [NO_HTTP],
  },
  { what: "a zero byte in a header", bytes: lines("GET /v1 HTTP/1.1", HOST, "X-Zero: a\0b"), answers: [NO_HTTP] },
  { what: "a zero byte in the Host", bytes: lines("GET /v1 HTTP/1.1", "Host: HERE\0"), answers: [NO_HTTP] },
  {
    what: "a carriage return in a header",
    bytes: lines("GET /v1 HTTP/1.1", HOST, "X-Split: a\rb"),
    answers: [NO_HTTP],
  },
  {
    what: "an escape sequence in a header",
    bytes: lines("GET /v1 HTTP/1.1", HOST, "X-Colour: \x1b[31m"),
    answers: [NO_HTTP],
  },
  { what: "lines without a carriage return", bytes: "GET /v1 HTTP/1.1\nHost: HERE\n\n", answers: [NO_HTTP] },
  {
    what: "headers of 17 KB",
    bytes: lines("GET /v1 HTTP/1.1", HOST, `X-Long: ${"a".repeat(17_000)}`),
    answers: [TOO_LARGE],
  },
  {
    what: "a path of 17 KB",
    bytes: lines(`GET /${"a".repeat(17_000)} HTTP/1.1`, HOST),
    answers: [TOO_LARGE],
  },
  {
    what: "200 headers",
    bytes: lines("GET /v1 HTTP/1.1", HOST, ...UPGRADE, ...Array.from({ length: 200 }, (_, index) => `X-${index}: a`)),
    answers: [OPEN],
  },
  {
    what: "the Host behind more headers than are kept",
    bytes: lines("GET /v1 HTTP/1.1", ...Array.from({ length: 2_100 }, () => "a:"), HOST),
    answers: [TOO_LARGE],
  },
];

export const NO_REQUEST_ROWS: readonly KnockRow[] = [
  noRequest("a method in small letters", lines("get /v1 HTTP/1.1", HOST)),
  noRequest("a method that nobody knows", lines("CHARGE /v1 HTTP/1.1", HOST)),
  noRequest("a version from before", "GET /v1\r\n\r\n", [NO_HOST]),
  noRequest("a version that never was", lines("GET /v1 HTTP/1.2", HOST)),
  noRequest("a version to come", lines("GET /v1 HTTP/3.0", HOST)),
  noRequest("HTTP/2 with prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  noRequest("a path with a space", lines("GET /v1 x HTTP/1.1", HOST)),
  noRequest("a path with a zero byte", lines("GET /v1\0 HTTP/1.1", HOST)),
  noRequest("a path with a byte that is no ASCII", lines("GET /v1\xff HTTP/1.1", HOST)),
  noRequest("TLS", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03"),
  noRequest("a shell", "SSH-2.0-OpenSSH_9.6\r\n"),
  noRequest("a store", "*1\r\n$4\r\nPING\r\n"),
  noRequest("JSON", '{"jsonrpc":"2.0","id":1,"method":"ping"}\r\n'),
  noRequest("zeros", "\0".repeat(64)),
  noRequest("a frame", "\x81\x80\x00\x00\x00\x00"),
  noRequest("an answer", "HTTP/1.1 200 OK\r\n\r\n"),
];
