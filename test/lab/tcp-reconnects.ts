// Opens links one after the other, with and without TLS, exchanges a word on each, and loses or closes it. Tells in lines of JSON
// what this process holds after so many. Run with --expose-gc. Arguments: the port, the one with TLS, its fingerprint, and the rounds
// after which to tell.
import { readdirSync } from "node:fs";
import { getActiveResourcesInfo } from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { tcpTransport, type TcpAddress } from "../../src/transports/tcp.ts";
import { realClock } from "../support/clock.ts";
import { createRecordingListener } from "../support/recording-listener.ts";

const [port = "", tlsPort = "", fingerprint = "", ...tellAfter] = process.argv.slice(2);
const LIMIT_MS = 20_000;
const SETTLE_MS = 500;
/** What the other side does on this word. */
const WORDS = ["reset", "end", "answer"] as const;

const plain: TcpAddress = { type: "tcp", host: "127.0.0.1", port: Number(port) };
const encrypted: TcpAddress = { ...plain, port: Number(tlsPort), tls: { fingerprint } };
const transport = tcpTransport(realClock);

for (let round = 1; round <= Math.max(...tellAfter.map(Number)); round += 1) {
  await reconnect(round % 2 === 0 ? plain : encrypted, WORDS[round % WORDS.length] ?? "answer");
  if (tellAfter.includes(String(round))) await tell(round);
}

async function reconnect(address: TcpAddress, word: (typeof WORDS)[number]): Promise<void> {
  const listener = createRecordingListener();
  const opened = await transport.open(address, listener, LIMIT_MS);
  if (opened.kind === "failed") throw new Error(opened.why);
  const { link } = opened;
  const sent = await link.send(new TextEncoder().encode(word), LIMIT_MS);
  if (sent.kind !== "sent") throw new Error(sent.why);
  if (word === "answer") await listener.until((text) => text === "answered");
  else await listener.untilLost();
  await link.close();
}

async function tell(rounds: number): Promise<void> {
  await pause(SETTLE_MS);
  for (let time = 0; time < 3; time += 1) globalThis.gc?.();
  console.log(
    JSON.stringify({
      rounds,
      resources: getActiveResourcesInfo().filter((name) => name !== "Timeout").length,
      timers: getActiveResourcesInfo().filter((name) => name === "Timeout").length,
      descriptors: readdirSync("/proc/self/fd").length,
      heapKb: Math.round(process.memoryUsage().heapUsed / 1_024),
    }),
  );
}
