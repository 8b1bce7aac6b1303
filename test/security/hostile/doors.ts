/** Who may come in, and from where: what Host and Origin say. */
import { UPGRADE } from "./raw.ts";
import type { HttpAnswer, KnockRow } from "./row.ts";

const OPEN: HttpAnswer = [101, ""];
const NO_HOST: HttpAnswer = [403, "The request names no Host, or several."];
const FOREIGN_HOST: HttpAnswer = [
  403,
  "The Host header must name this machine's loopback: 127.0.0.1:PORT, localhost:PORT, [::1]:PORT.",
];
const FOREIGN_ORIGIN: HttpAnswer = [
  403,
  "This Origin is not allowed: an administrator adds it to server.allowedOrigins.",
];
/** The one of the configuration. */
export const ALLOWED_ORIGIN = "https://pos.example.com";

function asking(headers: readonly string[], target = "/v1"): string {
  return [`GET ${target} HTTP/1.1`, ...headers, ...UPGRADE, "", ""].join("\r\n");
}

function host(what: string, value: string, answer: HttpAnswer): KnockRow {
  return { what: `Host: ${what}`, bytes: asking([`Host: ${value}`]), answers: [answer] };
}

function origin(what: string, value: string, answer: HttpAnswer): KnockRow {
  return { what: `Origin: ${what}`, bytes: asking(["Host: HERE", `Origin: ${value}`]), answers: [answer] };
}

export const HOST_ROWS: readonly KnockRow[] = [
  { what: "Host: none", bytes: asking([]), answers: [NO_HOST] },
  { what: "Host: the same twice", bytes: asking(["Host: HERE", "Host: HERE"]), answers: [NO_HOST] },
  { what: "Host: ours and another's", bytes: asking(["Host: HERE", "Host: evil.example"]), answers: [NO_HOST] },
  { what: "Host: another's and ours", bytes: asking(["Host: evil.example", "host: HERE"]), answers: [NO_HOST] },
  host("empty", "", FOREIGN_HOST),
  host("capital letters", "LOCALHOST:PORT", OPEN),
  host("the other address of the loopback", "[::1]:PORT", OPEN),
  host("spaces around it", " \t localhost:PORT \t ", OPEN),
  host("a dot at the end", "localhost.:PORT", FOREIGN_HOST),
  host("a dot at the end of an address", "127.0.0.1.:PORT", FOREIGN_HOST),
  host("no port", "127.0.0.1", FOREIGN_HOST),
  host("an empty port", "127.0.0.1:", FOREIGN_HOST),
  host("another port", "127.0.0.1:1PORT", FOREIGN_HOST),
  host("a zero before the port", "127.0.0.1:0PORT", FOREIGN_HOST),
  host("a sign before the port", "127.0.0.1:+PORT", FOREIGN_HOST),
  host("two ports", "127.0.0.1:PORT:PORT", FOREIGN_HOST),
  host("a user before it", "cashier@127.0.0.1:PORT", FOREIGN_HOST),
  host("ours as the user of another", "127.0.0.1:PORT@evil.example", FOREIGN_HOST),
  host("another site, as after a rebinding", "evil.example:PORT", FOREIGN_HOST),
  host("ours at the front of another site", "localhost.evil.example:PORT", FOREIGN_HOST),
  host("an address at the front of another site", "127.0.0.1.evil.example:PORT", FOREIGN_HOST),
  host("a site below localhost", "shop.localhost:PORT", FOREIGN_HOST),
  host("another word that ends like ours", "notlocalhost:PORT", FOREIGN_HOST),
  host("the address as one number", "2130706433:PORT", FOREIGN_HOST),
  host("the address as one number in hex", "0x7f000001:PORT", FOREIGN_HOST),
  host("the address in octal", "0177.0.0.1:PORT", FOREIGN_HOST),
  host("the address in hex", "0x7f.0.0.1:PORT", FOREIGN_HOST),
  host("the address with parts left out", "127.1:PORT", FOREIGN_HOST),
  host("another address of the loopback", "127.0.0.2:PORT", FOREIGN_HOST),
  host("every address", "0.0.0.0:PORT", FOREIGN_HOST),
  host("every address of IPv6", "[::]:PORT", FOREIGN_HOST),
  host("IPv4 within IPv6", "[::ffff:127.0.0.1]:PORT", FOREIGN_HOST),
  host("IPv6 written out", "[0:0:0:0:0:0:0:1]:PORT", FOREIGN_HOST),
  host("IPv6 with a zone", "[::1%25lo]:PORT", FOREIGN_HOST),
  host("IPv6 without brackets", "::1:PORT", FOREIGN_HOST),
  host("a space within", "localhost :PORT", FOREIGN_HOST),
  host("a tab within", "localhost:\tPORT", FOREIGN_HOST),
  host("a list", "localhost:PORT, evil.example", FOREIGN_HOST),
  host("a path behind it", "localhost:PORT/v1", FOREIGN_HOST),
  host("a URL", "http://localhost:PORT", FOREIGN_HOST),
  host("letters that look like ours", "\xe2\x93\x9bocalhost:PORT", FOREIGN_HOST),
  host("a percent sign in it", "%6cocalhost:PORT", FOREIGN_HOST),
  {
    what: "Host: another's, and ours as the one that a proxy saw",
    bytes: asking(["Host: evil.example", "X-Forwarded-Host: HERE", "Forwarded: host=HERE"]),
    answers: [FOREIGN_HOST],
  },
  {
    what: "Host: another's, and ours in the request line",
    bytes: asking(["Host: evil.example"], "http://HERE/v1"),
    answers: [FOREIGN_HOST],
  },
  {
    what: "Host: ours, and another's in the request line",
    bytes: asking(["Host: HERE"], "http://evil.example/v1"),
    answers: [[404, "There is nothing here; the protocol is at /v1."]],
  },
  {
    what: "Host: another's, for a plain request",
    bytes: "GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    answers: [FOREIGN_HOST],
  },
];

export const ORIGIN_ROWS: readonly KnockRow[] = [
  origin("a page that an administrator allowed", ALLOWED_ORIGIN, OPEN),
  origin("spaces around it", ` \t${ALLOWED_ORIGIN}  `, OPEN),
  origin("our own page", "http://127.0.0.1:PORT", OPEN),
  origin("our own page by name", "http://localhost:PORT", OPEN),
  origin("our own page at the other address", "http://[::1]:PORT", OPEN),
  origin("our own page in capital letters", "http://LOCALHOST:PORT", FOREIGN_ORIGIN),
  origin("our own page without its port", "http://localhost", FOREIGN_ORIGIN),
  origin("our own page by another scheme", "https://localhost:PORT", FOREIGN_ORIGIN),
  origin("a WebSocket as a page", "ws://127.0.0.1:PORT", FOREIGN_ORIGIN),
  origin("another page of this machine", "http://localhost:1PORT", FOREIGN_ORIGIN),
  origin("every address of this machine", "http://0.0.0.0:PORT", FOREIGN_ORIGIN),
  origin("none that could be told", "null", FOREIGN_ORIGIN),
  origin("none that could be told, in capital letters", "NULL", FOREIGN_ORIGIN),
  origin("empty", "", FOREIGN_ORIGIN),
  origin("all", "*", FOREIGN_ORIGIN),
  origin("a word", "undefined", FOREIGN_ORIGIN),
  origin("another site", "https://evil.example", FOREIGN_ORIGIN),
  origin("an allowed one in capital letters", "https://POS.example.com", FOREIGN_ORIGIN),
  origin("an allowed one with a dot at the end", `${ALLOWED_ORIGIN}.`, FOREIGN_ORIGIN),
  origin("an allowed one with a slash at the end", `${ALLOWED_ORIGIN}/`, FOREIGN_ORIGIN),
  origin("an allowed one with the port of its scheme", `${ALLOWED_ORIGIN}:443`, FOREIGN_ORIGIN),
  origin("an allowed one at another port", `${ALLOWED_ORIGIN}:8443`, FOREIGN_ORIGIN),
  origin("an allowed one without TLS", "http://pos.example.com", FOREIGN_ORIGIN),
  origin("an allowed one with a path", `${ALLOWED_ORIGIN}/login`, FOREIGN_ORIGIN),
  origin("an allowed one at the front of another site", `${ALLOWED_ORIGIN}.evil.example`, FOREIGN_ORIGIN),
  origin("an allowed one at the end of another site", "https://evilpos.example.com", FOREIGN_ORIGIN),
  origin("a site below an allowed one", "https://old.pos.example.com", FOREIGN_ORIGIN),
  origin("the site above an allowed one", "https://example.com", FOREIGN_ORIGIN),
  origin("a user before an allowed one", "https://evil@pos.example.com", FOREIGN_ORIGIN),
  origin("letters that look like an allowed one", "https://p\xd0\xbes.example.com", FOREIGN_ORIGIN),
  origin("the same in ASCII", "https://xn--ps-emc.example.com", FOREIGN_ORIGIN),
  origin("an allowed one and another, in one line", `${ALLOWED_ORIGIN} https://evil.example`, FOREIGN_ORIGIN),
  origin("an allowed one and another, as a list", `${ALLOWED_ORIGIN}, https://evil.example`, FOREIGN_ORIGIN),
  origin("a file", "file://", FOREIGN_ORIGIN),
  origin("an extension of a browser", "chrome-extension://abcdefghijklmnop", FOREIGN_ORIGIN),
  {
    what: "Origin: an allowed one and another, in two lines",
    bytes: asking(["Host: HERE", `Origin: ${ALLOWED_ORIGIN}`, "Origin: https://evil.example"]),
    answers: [FOREIGN_ORIGIN],
  },
  {
    what: "Origin: an allowed one twice",
    bytes: asking(["Host: HERE", `Origin: ${ALLOWED_ORIGIN}`, `Origin: ${ALLOWED_ORIGIN}`]),
    answers: [FOREIGN_ORIGIN],
  },
  {
    what: "Origin: another one, for a plain request",
    bytes: "GET /health HTTP/1.1\r\nHost: HERE\r\nOrigin: https://evil.example\r\n\r\n",
    answers: [FOREIGN_ORIGIN],
  },
  {
    what: "Origin: another one that asks beforehand whether it may reach this network",
    bytes:
      "OPTIONS /v1 HTTP/1.1\r\nHost: HERE\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Private-Network: true\r\n\r\n",
    answers: [FOREIGN_ORIGIN],
  },
];
