import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { resolveHome, type HomePaths } from "../../src/home/paths.ts";
import { startProgram, type ChildProgram } from "../../test/support/child-program.ts";
import type { Ending } from "../../test/support/ending.ts";
import { connectProtocol } from "../../test/support/protocol-client.ts";
import type { Random } from "../../test/support/random.ts";
import { openCounters, type Counter } from "./counters.ts";
import { openTill, type Till } from "./till.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
/** As the command `tillbridge` runs it. */
const RUNTIME_FLAGS = ["--max-semi-space-size=1", "--no-opt"];

/** One life of the daemon. */
export type Life = {
  readonly program: ChildProgram;
  readonly startedAtMs: number;
  /** Wall clock; rejects where the process ends before it is ready. */
  readonly readyAtMs: Promise<number>;
  /** Whether it has said so already. */
  readonly isReady: () => boolean;
};

/** A shop with a daemon that is meant to be killed, terminals that outlive it, and a POS program for each of them. */
export type ProvingShop = {
  readonly home: HomePaths;
  readonly counters: readonly Counter[];
  /** In the order of the counters. */
  readonly tills: readonly Till[];
  startDaemon(): Life;
  /** Asks as the administrator, on a connection of its own; undefined where the daemon is not there. */
  ask(method: string, params: object): Promise<Readonly<Record<string, unknown>> | undefined>;
};

/** No two tills ask for the same amount, ever. */
const AMOUNTS_OF_A_TILL = 1_000_000;

export async function openProvingShop(
  ending: Ending,
  folder: string,
  random: Random,
): Promise<{ readonly shop: ProvingShop; readonly life: Life }> {
  const home = resolveHome(folder, {}, process.platform);
  const counters = await openCounters(ending, random);
  mkdirSync(folder, { recursive: true });
  const links = { retryMinMs: 50, retryMaxMs: 250 };
  writeFileSync(
    join(folder, "config.json"),
    JSON.stringify({ links, terminals: counters.map(({ config }) => config) }),
  );
  for (const { id, terminal } of counters) if (terminal.secret !== undefined) keepSecret(home, id, terminal.secret);
  const port = await freePort(random);
  const url = `ws://127.0.0.1:${port}/v1`;

  const startDaemon = (): Life => {
    const args = ["daemon", "--home", folder, "--port", String(port)];
    const startedAtMs = Date.now();
    const program = startProgram(ending, [...RUNTIME_FLAGS, main, ...args]);
    let isReady = false;
    const readyAtMs = program.nextLine().then(() => {
      isReady = true;
      return Date.now();
    });
    readyAtMs.catch(() => undefined);
    return { program, startedAtMs, readyAtMs, isReady: () => isReady };
  };
  const ask: ProvingShop["ask"] = async (method, params) => {
    try {
      const client = await connectProtocol(url);
      try {
        const token = readFileSync(home.adminTokenFile, "utf8").trim();
        await Promise.race([client.request("session.open", { protocol: 1, pos: "cli", token }), lost(client.closed)]);
        return (await Promise.race([client.request(method, params), lost(client.closed)])).result;
      } finally {
        client.socket.terminate();
      }
    } catch {
      return undefined;
    }
  };

  const life = startDaemon();
  await life.readyAtMs;
  const tills = await Promise.all(
    counters.map(async ({ id }, index) => {
      const pos = `till-${id}`;
      const added = await ask("pos.add", { pos, token: true, scopes: ["status", "pay"] });
      const files = { storeFile: join(folder, `${pos}.store.json`), recordFile: join(folder, `${pos}.record.jsonl`) };
      const firstAmount = (index + 1) * AMOUNTS_OF_A_TILL;
      const token = String(added?.["token"]);
      return openTill(ending, { url, pos, token, terminal: id, ...files, firstAmount, seed: random(2 ** 31) });
    }),
  );
  return { shop: { home, counters, tills, startDaemon, ask }, life };
}

async function lost(closed: Promise<number>): Promise<never> {
  await closed;
  throw new Error("the daemon is gone");
}

function keepSecret({ dataDirectory }: HomePaths, id: string, secret: string): void {
  const folder = join(dataDirectory, "secrets");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, `terminal.${id}`), secret, { mode: 0o600 });
}

/** Below those that the system gives away: nobody takes it while the daemon is down. */
async function freePort(random: Random): Promise<number> {
  for (;;) {
    const port = 10_000 + random(20_000);
    const server = createServer();
    const isFree = new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!(await isFree)) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
