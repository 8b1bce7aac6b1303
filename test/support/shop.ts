import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { connectPos, type PosClient, type StartedPayment } from "../../src/client/index.ts";
import { fileStore } from "../../src/client/node.ts";
import { startProgram, type ChildProgram } from "./child-program.ts";
import { freshFolder } from "./home-folder.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

export const TERMINAL = "counter-1";

/** The real thing: a simulated terminal, the daemon and a POS, each in a process of its own but the last. */
export type Shop = {
  readonly home: string;
  readonly daemon: ChildProgram;
  /** Runs the next daemon on the same port as the first, and answers it when it is ready. */
  startDaemon(): Promise<ChildProgram>;
  /** The POS program; it connects by itself, again and again. */
  readonly pos: PosClient;
  /** Starts a sale, and answers it as soon as the daemon has told the stage. */
  saleAt(stage: "dispatched" | "presentCard"): Promise<StartedPayment>;
  ledger(): readonly { readonly ticket: string; readonly amount: number }[];
};

export type ShopOptions = {
  /** Of the simulated terminal. */
  readonly scenario?: object;
  /** `config.json` beside its terminals. */
  readonly config?: object;
};

export async function openShop(context: TestContext, { scenario = {}, config = {} }: ShopOptions = {}): Promise<Shop> {
  const home = freshFolder(context);
  const [scenarioFile, ledgerFile] = [join(home, "scenario.json"), join(home, "ledger.jsonl")];
  writeFileSync(scenarioFile, JSON.stringify(scenario));
  writeFileSync(ledgerFile, "");
  const simulated = ["simulate", "getnet", "--tcp", "0", "--scenario", scenarioFile, "--ledger", ledgerFile];
  const simulator = startProgram(context, [main, ...simulated]);
  const simulatorPort = Number(/(\d+)$/.exec(await simulator.nextLine())?.[1]);
  const terminal = {
    id: TERMINAL,
    vendor: "getnet",
    link: { type: "tcp", host: "127.0.0.1", port: simulatorPort },
    settings: { currency: "CLP" },
  };
  writeFileSync(join(home, "config.json"), JSON.stringify({ ...config, terminals: [terminal] }));

  let port = "0";
  const startDaemon = async () => {
    const daemon = startProgram(context, [main, "daemon", "--home", home, "--port", port]);
    port = new URL((await daemon.nextLine()).replace(/^ready /, "")).port;
    return daemon;
  };
  const daemon = await startDaemon();
  mkdirSync(join(home, "pos"));
  const adding = startProgram(context, [main, "pos", "add", "till-1", "--token", "--json", "--home", home]);
  const { token } = JSON.parse(await adding.nextLine()) as { readonly token: string };

  const reached = new Map<string, () => void>();
  let terminalChanged = Promise.withResolvers<undefined>();
  const pos = await connectPos({
    url: `ws://127.0.0.1:${port}/v1`,
    pos: "till-1",
    token,
    store: fileStore(join(home, "pos", "till-1.json")),
    onOutcome: () => undefined,
    onEvent: (event) => {
      if (event.type === "transaction.dispatched") reached.get("dispatched")?.();
      if (event.type === "transaction.progress") reached.get(event.stage)?.();
      if (event.type !== "terminal.state") return;
      terminalChanged.resolve(undefined);
      terminalChanged = Promise.withResolvers();
    },
  });
  context.after(() => pos.close());
  while ((await pos.call("terminals.get", { terminal: TERMINAL })).terminal.state !== "ready")
    await terminalChanged.promise;

  return {
    home,
    daemon,
    startDaemon,
    pos,
    saleAt: async (stage) => {
      const there = new Promise<void>((resolve) => reached.set(stage, resolve));
      const payment = pos.pay({
        terminal: TERMINAL,
        operation: { type: "sale", amount: { value: 1250, currency: "CLP" } },
      });
      await Promise.race([there, payment.ended]);
      return payment;
    },
    ledger: () =>
      readFileSync(ledgerFile, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { readonly ticket: string; readonly amount: number }),
  };
}
