// `npm start`: Tillbridge as it works in a shop, on this machine alone. Simulated card terminals of each vendor, found by discovery, the
// service, and a POS program that pairs and takes a payment at each, each in a process of its own as in real life. Afterwards the service
// goes on running and it is said how to use it. `npm start -- --once` ends after the sales; `--home DIR` keeps the home folder there;
// `--port N` is the service's port, any free one where it is not given.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { connectPos, pairPos, type Event, type PosClient, type Transaction } from "../src/client/index.ts";
import { fileStore } from "../src/client/node.ts";
import { formatMoney } from "../src/core/money.ts";
import { ask, start, stopAll } from "./try/programs.ts";
import { openShopPage } from "./try/shop-page.ts";
import {
  addTerminals,
  DEMOS,
  ledgerOf,
  pagePortBefore,
  prepareHome,
  startTerminal,
  type Demo,
} from "./try/terminals.ts";
import { inWords, STAGES } from "./try/words.ts";

const command = process.platform === "win32" ? "scripts\\tillbridge" : "scripts/tillbridge";

const POS = "demo-shop";

const { values: asked } = parseArgs({
  options: {
    once: { type: "boolean", default: false },
    home: { type: "string" },
    port: { type: "string", default: "0" },
  },
});
let stateChanged = Promise.withResolvers<undefined>();
const stopAsked = Promise.withResolvers<"stop">();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopAsked.resolve("stop"));

const home = asked.home ?? mkdtempSync(join(tmpdir(), "tillbridge-try-"));
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
  const page = await openShopPage(pagePortBefore(home));
  prepareHome(home, page.origin);
  const waiting = await Promise.all(DEMOS.map(async (demo) => ({ demo, ...(await startTerminal(home, demo)) })));
  for (const { demo, port } of waiting) say(`${demo.name} waits on port ${port} of this machine.`);

  const startedMs = performance.now();
  const daemon = start(["daemon", "--home", home, "--port", asked.port]);
  const url = (await daemon.firstLine).replace(/^ready /, "");
  say(`The service is ready after ${((performance.now() - startedMs) / 1_000).toFixed(2)} s: ${url}\n`);
  await addTerminals(home, waiting, say);

  const client = await connectPos({
    url,
    pos: POS,
    token: await pair(url),
    store: fileStore(join(home, "demo-shop.json")),
    onOutcome: () => undefined,
    onEvent: showStage,
  });
  try {
    const transactions: Transaction[] = [];
    for (const demo of DEMOS) {
      await terminalReady(client, demo);
      transactions.push(await pay(client, demo));
    }
    if (asked.once) return transactions.every(({ outcome }) => outcome?.kind === "approved") ? 0 : 1;
    const [demo] = DEMOS;
    if (demo !== undefined) page.serve(url, demo);
    explain(url, transactions[0]?.id ?? "", daemon.child.pid ?? 0, page.origin);
  } finally {
    await client.close();
  }
  const ended = await Promise.race([stopAsked.promise, daemon.ended]);
  if (ended === "stop") return 0;
  say("The service has ended. The terminals are still there for the next one; Ctrl-C ends them.");
  await stopAsked.promise;
  return 0;
}

/** An operator adds the POS, and the POS program trades the code for its token. */
async function pair(url: string): Promise<string> {
  const { code } = await ask<{ readonly code: string }>(["pos", "add", POS, "--home", home]);
  say(`POS     pairs as "${POS}" with the code ${code}`);
  return pairPos({ url, pos: POS, code });
}

async function terminalReady(client: PosClient, { id }: Demo): Promise<void> {
  for (;;) {
    const { terminal } = await client.call("terminals.get", { terminal: id });
    if (terminal.state === "ready") return;
    await Promise.race([stateChanged.promise, stopAsked.promise]);
  }
}

async function pay(client: PosClient, { id, amount }: Demo): Promise<Transaction> {
  say(`\nPOS     asks for ${formatMoney(amount)} on ${id}`);
  const { ended } = client.pay({ terminal: id, operation: { type: "sale", amount, reference: `demo-${id}` } });
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

function explain(url: string, transaction: string, processId: number, page: string): void {
  const folder = relative(process.cwd(), home).startsWith("..") ? home : relative(process.cwd(), home);
  const on = `--home ${folder}`;
  const again = `${command} daemon ${on} --port ${new URL(url).port}`;
  say(`
The service goes on running; Ctrl-C ends it. In a second shell, in this folder:

  what happened, line by line    ${command} transactions timeline ${transaction} ${on}
  add a POS and pair it          ${command} pos add till-1 ${on}
                                 ${command} pos pair till-1 CODE ${on}
  pay                            ${command} sale --terminal ${DEMOS[0]?.id ?? ""} --amount 5990 --currency CLP ${on}
  pull the plug while it pays    kill -9 ${processId}
  start again: the outcome is found
                                 ${again}
                                 ${command} transactions list ${on}

A web till with a pay button, for a browser: ${page}
  the page asks for a code once  ${command} pos add web-till ${on}    (type web-till as its name there)

A POS program connects to ${url}; docs/ says how. The simulated acquirers' own lists of what moved: ${DEMOS.map((demo) => ledgerOf(folder, demo)).join(" and ")}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
