import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProgram, type ChildProgram } from "./child-program.ts";
import { lastFirst, type Ending } from "./ending.ts";
import { freshFolder } from "./home-folder.ts";
import { connectProtocol, type ProtocolClient } from "./protocol-client.ts";
import { startTerminal, type SimulatedTerminal, type TerminalOptions } from "./simulated-terminal.ts";
import { openTill, type Till } from "./till-program.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

export const TERMINAL = "counter-1";

/** The real thing: simulated terminals and the daemon, each in a process of its own, and POS programs on real sockets. */
export type Shop = {
  readonly home: string;
  /** The daemon that runs, or that ran last. */
  readonly daemon: ChildProgram;
  /** Runs the next daemon on the same port as the first. */
  startDaemon(environment?: Environment): Promise<ChildProgram>;
  /** Kills the daemon as a power cut would, and waits until it is gone. */
  killDaemon(): Promise<void>;
  terminal(id?: string): SimulatedTerminal;
  /** The POS `till-1`. */
  readonly till: Till;
  /** Another POS, known to the daemon from now on. */
  addTill(name: string, terminal?: string): Promise<Till>;
  /** A socket of this POS that hides nothing, with a session. */
  openSocket(name: string, params?: object): Promise<ProtocolClient & { readonly opened: Record<string, unknown> }>;
  readonly url: string;
  /** Whether it says of itself that all is well; false while nobody answers as well. */
  isWell(): Promise<boolean>;
  health(): Promise<{ readonly status: number; readonly body: { readonly status: string } }>;
};

type Environment = Readonly<Record<string, string>>;

export type ShopOptions = {
  /** A folder that is there already. */
  readonly home?: string;
  /** Of the first daemon. */
  readonly environment?: Environment;
  /** By their ids; one of them without faults where nothing is said. */
  readonly terminals?: Readonly<Record<string, TerminalOptions & { readonly settings?: object }>>;
  /** `config.json` beside its terminals, and more of them that nobody runs. */
  /** The state in which the shop opens; `ready` where nothing is said. */
  readonly awaits?: string;
  readonly config?: Readonly<Record<string, unknown>> & { readonly terminals?: readonly object[] };
};

/** Links come back at once. */
const LINKS = { retryMinMs: 20, retryMaxMs: 100 };

export async function openShop(whole: Ending, options: ShopOptions = {}): Promise<Shop> {
  const ending = lastFirst(whole);
  const home = options.home ?? freshFolder(ending);
  const wanted = Object.entries(options.terminals ?? { [TERMINAL]: {} });
  const terminals = new Map(
    await Promise.all(wanted.map(async ([id, described]) => [id, await startTerminal(ending, described)] as const)),
  );
  const configured = wanted.map(([id, { settings }]) => ({
    id,
    vendor: terminals.get(id)?.vendor,
    link: terminals.get(id)?.link,
    settings: { currency: "CLP", ...settings },
  }));
  const all = [...configured, ...(options.config?.terminals ?? [])];
  writeFileSync(join(home, "config.json"), JSON.stringify({ links: LINKS, ...options.config, terminals: all }));
  for (const [id, { secret }] of terminals)
    if (secret !== undefined && options.awaits !== "unpaired") keepSecret(home, `terminal.${id}`, secret);
  const tillsFolder = freshFolder(ending);

  let port = "0";
  const runDaemon = async (environment?: Environment) => {
    const started = startProgram(ending, [main, "daemon", "--home", home, "--port", port], environment);
    port = new URL((await started.nextLine()).replace(/^ready /, "")).port;
    return started;
  };
  let daemon = await runDaemon(options.environment);
  const url = `ws://127.0.0.1:${port}/v1`;

  const tokens = new Map([["cli", Promise.resolve(adminToken(home))]]);
  const addPos = async (name: string): Promise<string> => {
    const administrator = await openSocket("cli");
    const { result } = await administrator.request("pos.add", { pos: name, token: true, scopes: SCOPES });
    administrator.socket.close();
    return String(result?.["token"]);
  };
  const tokenOf = (name: string): Promise<string> => {
    const token = tokens.get(name) ?? addPos(name);
    tokens.set(name, token);
    return token;
  };
  const openSocket: Shop["openSocket"] = async (name, params = {}) => {
    const client = await connectProtocol(url);
    ending.after(() => client.socket.terminate());
    const { result } = await client.request("session.open", {
      protocol: 1,
      pos: name,
      token: await tokenOf(name),
      ...params,
    });
    return { ...client, opened: result ?? {} };
  };
  const addTill = async (name: string, terminal = TERMINAL) =>
    openTill(ending, { url, name, token: await tokenOf(name), folder: tillsFolder, terminal });

  const health = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    return { status: response.status, body: (await response.json()) as { readonly status: string } };
  };
  const till = await addTill("till-1");
  await Promise.all([...terminals.keys()].map((id) => till.terminalIs(options.awaits ?? "ready", id)));
  return {
    home,
    url,
    get daemon() {
      return daemon;
    },
    startDaemon: async (environment) => (daemon = await runDaemon(environment)),
    killDaemon: async () => {
      daemon.kill("SIGKILL");
      await daemon.ended;
    },
    terminal: (id = TERMINAL) => {
      const terminal = terminals.get(id);
      if (terminal === undefined) throw new Error(`the shop has no terminal ${id}`);
      return terminal;
    },
    till,
    addTill,
    openSocket,
    isWell: () =>
      health().then(
        ({ status }) => status === 200,
        () => false,
      ),
    health,
  };
}

function keepSecret(home: string, name: string, value: string): void {
  const folder = join(home, "data", "secrets");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, name), value, { mode: 0o600 });
}

const SCOPES = ["status", "pay", "refund", "settle", "resolve"];

function adminToken(home: string): string {
  return readFileSync(join(home, "data", "admin.token"), "utf8").trim();
}
