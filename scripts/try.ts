// `npm start`: Tillbridge as it works in a shop, on this machine alone. A simulated card terminal, the service, and a POS program
// that pairs and takes one payment, each in a process of its own as in real life. Afterwards the service goes on running and it
// is said how to use it. `npm start -- --once` ends after the sale; `--home DIR` keeps the home folder there; `--port N` is the
// service's port, any free one where it is not given.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  connectPos,
  pairPos,
  type Event,
  type Outcome,
  type PosClient,
  type Transaction,
} from "../src/client/index.ts";
import { fileStore } from "../src/client/node.ts";
import { formatMoney } from "../src/core/money.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const command = process.platform === "win32" ? "scripts\\tillbridge" : "scripts/tillbridge";

const VENDOR = "getnet";
const TERMINAL = "counter-1";
const POS = "demo-shop";
const AMOUNT = { value: 12_990, currency: "CLP" };

/** Characters of what a program said that are kept. */
const MAX_NOTES = 4_000;

const STAGES: Readonly<Record<string, string>> = {
  waitingForTerminal: "waiting for the terminal",
  presentCard: "the customer is asked for a card",
  cardRead: "the card was read",
  confirmAmount: "the customer confirms the amount",
  selectAccount: "the customer chooses an account",
  selectInstallments: "the customer chooses installments",
  enterTip: "the customer may add a tip",
  enterPin: "the customer enters the PIN",
  contactingHost: "the terminal asks the bank",
  removeCard: "the customer takes the card",
  printing: "the terminal prints",
  signature: "a signature is needed",
};

const { values: asked } = parseArgs({
  options: {
    once: { type: "boolean", default: false },
    home: { type: "string" },
    port: { type: "string", default: "0" },
  },
});
const running = new Set<ChildProcess>();
let stateChanged = Promise.withResolvers<undefined>();
const stopAsked = Promise.withResolvers<"stop">();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopAsked.resolve("stop"));
// Whatever ends this process: nothing that it started stays behind.
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

const home = asked.home ?? mkdtempSync(join(tmpdir(), "tillbridge-try-"));
const configFile = join(home, "config.json");
const exitCode = await Promise.race([tryOut(), stopAsked.promise.then(() => 130)]).catch((error: unknown) => {
  say(`\n${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
await stopAll();
if (asked.home === undefined) rmSync(home, { recursive: true, force: true });
// A POS client that was stopped in the middle would go on asking.
process.exit(exitCode);

/** Answers the exit code. */
async function tryOut(): Promise<number> {
  mkdirSync(home, { recursive: true });
  const simulator = start([
    "simulate",
    VENDOR,
    "--tcp",
    String(simulatorPort()),
    "--ledger",
    join(home, "ledger.jsonl"),
  ]);
  const port = Number(/(\d+)\s*$/.exec(await simulator.firstLine)?.[1]);
  say(`A simulated card terminal waits on port ${port} of this machine.`);
  configure(port);

  const startedMs = performance.now();
  const daemon = start(["daemon", "--home", home, "--port", asked.port]);
  const url = (await daemon.firstLine).replace(/^ready /, "");
  say(`The service is ready after ${((performance.now() - startedMs) / 1_000).toFixed(2)} s: ${url}\n`);

  const token = await pair(url);
  const client = await connectPos({
    url,
    pos: POS,
    token,
    store: fileStore(join(home, "demo-shop.json")),
    onOutcome: () => undefined,
    onEvent: showStage,
  });
  try {
    await terminalReady(client);
    const transaction = await pay(client);
    if (asked.once) return transaction.outcome?.kind === "approved" ? 0 : 1;
    explain(url, transaction.id, daemon.child.pid ?? 0);
  } finally {
    await client.close();
  }
  const ended = await Promise.race([stopAsked.promise, daemon.ended]);
  if (ended === "stop") return 0;
  say("The service has ended. The terminal is still there for the next one; Ctrl-C ends it.");
  await stopAsked.promise;
  return 0;
}

/** A home folder that was here before has its terminal on a port already; else any free one. */
function simulatorPort(): number {
  if (!existsSync(configFile)) return 0;
  const { terminals = [] } = JSON.parse(readFileSync(configFile, "utf8")) as Configuration;
  const port = terminals.find(({ id }) => id === TERMINAL)?.link.port;
  if (port !== undefined) return port;
  throw new Error(`${configFile} has no terminal ${TERMINAL} on TCP. Name another folder with --home.`);
}

function configure(port: number): void {
  if (existsSync(configFile)) return;
  const terminal = {
    id: TERMINAL,
    vendor: VENDOR,
    name: "Simulated terminal",
    link: { type: "tcp", host: "127.0.0.1", port },
    settings: { currency: AMOUNT.currency },
  };
  writeFileSync(configFile, `${JSON.stringify({ terminals: [terminal] }, undefined, 2)}\n`);
}

/** An operator adds the POS, and the POS program trades the code for its token. */
async function pair(url: string): Promise<string> {
  const adding = start(["pos", "add", POS, "--json", "--home", home]);
  const { code } = JSON.parse(await adding.firstLine) as { readonly code: string };
  say(`POS     pairs as "${POS}" with the code ${code}`);
  return pairPos({ url, pos: POS, code });
}

async function terminalReady(client: PosClient): Promise<void> {
  for (;;) {
    const { terminal } = await client.call("terminals.get", { terminal: TERMINAL });
    if (terminal.state === "ready") return;
    await Promise.race([stateChanged.promise, stopAsked.promise]);
  }
}

async function pay(client: PosClient): Promise<Transaction> {
  say(`POS     asks for ${formatMoney(AMOUNT)} on ${TERMINAL}`);
  const { ended } = client.pay({
    terminal: TERMINAL,
    operation: { type: "sale", amount: AMOUNT, reference: "demo-1" },
  });
  const transaction = await ended;
  say(`POS     hears: ${transaction.outcome === undefined ? "nothing yet" : inWords(transaction.outcome)}`);
  return transaction;
}

function showStage(event: Event): void {
  if (event.type === "transaction.accepted") say("service stored the request; from here on it is not lost");
  if (event.type === "transaction.dispatched") say("service wrote down that it is sent, and sent it");
  if (event.type === "transaction.progress") {
    const said = event.text === undefined ? "" : `  (the terminal says: ${event.text})`;
    say(`service ${STAGES[event.stage] ?? event.stage}${said}`);
  }
  if (event.type === "terminal.state") {
    stateChanged.resolve(undefined);
    stateChanged = Promise.withResolvers();
  }
}

function inWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case "approved": {
      const amount = outcome.amounts === undefined ? "" : ` ${formatMoney(outcome.amounts.approved)}`;
      const card =
        outcome.card?.last4 === undefined ? "" : `, card ${outcome.card.brand ?? ""} ...${outcome.card.last4}`;
      return `APPROVED${amount}${card}${outcome.approvalCode === undefined ? "" : `, approval ${outcome.approvalCode}`}`;
    }
    case "declined":
    case "notPerformed":
      return `${outcome.kind}: ${outcome.reason}`;
    case "canceled":
      return `canceled by ${outcome.by}`;
    case "unknown":
      return "nobody knows yet";
  }
}

function explain(url: string, transaction: string, processId: number): void {
  const folder = relative(process.cwd(), home).startsWith("..") ? home : relative(process.cwd(), home);
  const on = `--home ${folder}`;
  const again = `${command} daemon ${on} --port ${new URL(url).port}`;
  say(`
The service goes on running; Ctrl-C ends it. In a second shell, in this folder:

  what happened, line by line    ${command} transactions timeline ${transaction} ${on}
  add a POS and pair it          ${command} pos add till-1 ${on}
                                 ${command} pos pair till-1 CODE ${on}
  pay                            ${command} sale --terminal ${TERMINAL} --amount 5990 --currency CLP ${on}
  pull the plug while it pays    kill -9 ${processId}
  start again: the outcome is found
                                 ${again}
                                 ${command} transactions list ${on}

A POS program connects to ${url}; docs/ says how. The simulated acquirer's own list of what moved: ${join(folder, "ledger.jsonl")}`);
}

type Configuration = {
  readonly terminals?: readonly { readonly id: string; readonly link: { readonly port?: number } }[];
};

type Started = {
  readonly child: ChildProcess;
  /** Rejects when the program ends without one. */
  readonly firstLine: Promise<string>;
  readonly ended: Promise<unknown>;
};

/** Runs the command `tillbridge` with these arguments. What it says to people is shown when it fails. */
function start(args: readonly string[]): Started {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let notes = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (notes = (notes + text).slice(-MAX_NOTES)));
  const ended = once(child, "close").then(() => running.delete(child));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const firstLine = lines.next().then(async (line) => {
    if (line.done !== true) return line.value;
    await ended;
    throw new Error(`\`tillbridge ${args.join(" ")}\` did not begin:\n${notes}`);
  });
  return { child, firstLine, ended };
}

async function stopAll(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      child.kill("SIGTERM");
      await once(child, "close");
    }),
  );
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
