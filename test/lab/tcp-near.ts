// One link of the TCP transport, on the machine where it runs. Tells in lines of JSON what becomes of it. Arguments: host, port,
// and how long opening and writing may take. SIGUSR2 sends a word, SIGALRM more than any buffer takes, SIGHUP closes the link.
import { tcpTransport } from "../../src/transports/tcp.ts";
import type { Opened } from "../../src/transports/transport.ts";
import { realClock } from "../support/clock.ts";

const [host = "", port = "", timeoutMs = ""] = process.argv.slice(2);
const limitMs = Number(timeoutMs);
const MUCH_BYTES = 64 * 1024 * 1024;

const tell = (what: object) => console.log(JSON.stringify(what));
const decoder = new TextDecoder();
let markMs = performance.now();
const tookMs = () => Math.round(performance.now() - markMs);

const opened: Opened = await tcpTransport(realClock).open(
  { type: "tcp", host, port: Number(port) },
  {
    received: (bytes) => tell({ at: "received", text: decoder.decode(bytes) }),
    lost: (lost) => tell({ at: "lost", ...lost, tookMs: tookMs() }),
  },
  limitMs,
);
const { link } = opened.kind === "open" ? opened : {};
const send = (bytes: Uint8Array) => {
  markMs = performance.now();
  void link?.send(bytes, limitMs).then((sent) => tell({ at: "sent", ...sent, tookMs: tookMs() }));
};
process.on("SIGUSR2", () => send(new TextEncoder().encode("word")));
process.on("SIGALRM", () => send(new Uint8Array(MUCH_BYTES)));
process.on("SIGHUP", () => void link?.close().then(() => tell({ at: "closed", tookMs: tookMs() })));
if (link !== undefined) setInterval(() => {}, 60_000); // a lost link leaves nothing that would keep the program
tell({ at: "opened", kind: opened.kind, ...(opened.kind === "failed" ? { why: opened.why } : {}), tookMs: tookMs() });
markMs = performance.now();
