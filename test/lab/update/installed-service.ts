import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ServiceState } from "../../../src/cli/supervision/supervisor.ts";

const run = promisify(execFile);

/** Does what systemd does with the installed service, with the installed scripts: the rule before each start, and a start after each end. */
export class InstalledService {
  readonly #installation: string;
  readonly #home: string;
  #child: ChildProcess | undefined;
  #wanted = false;
  #starting: Promise<void> = Promise.resolve();
  readonly ends: string[] = [];

  constructor(installation: string, home: string) {
    this.#installation = installation;
    this.#home = home;
  }

  /** As the service manager's own command would. */
  async ask(what: string): Promise<ServiceState> {
    if (what === "stop" || what === "restart") await this.stop();
    if (what === "start" || what === "restart") await this.start();
    return this.state();
  }

  state(): ServiceState {
    const pid = this.#child?.pid;
    if (pid === undefined) return { kind: "stopped" };
    return { kind: "running", pid, account: "nobody" };
  }

  async start(): Promise<void> {
    this.#wanted = true;
    this.#starting = this.#launch();
    await this.#starting;
  }

  async stop(): Promise<void> {
    this.#wanted = false;
    await this.#starting;
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }

  /** All power is gone, and comes back. */
  async powerCut(): Promise<void> {
    await this.#starting;
    const child = this.#child;
    if (child !== undefined) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    await this.#starting;
  }

  async #launch(): Promise<void> {
    const env = { PATH: process.env["PATH"] ?? "", TILLBRIDGE_RUN: this.#installation };
    await run("sh", [join(this.#installation, "start-version")], { env });
    const child = spawn(join(this.#installation, "tillbridge"), ["daemon", "--home", this.#home], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child = child;
    child.once("exit", (code, signal) => {
      this.ends.push(String(code ?? signal));
      if (this.#child === child) this.#child = undefined;
      if (this.#wanted) this.#starting = this.#launch();
    });
    await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  }
}

/** What the installed command answers. */
export function told(installation: string, home: string, ...words: readonly string[]): unknown {
  const output = execFileSync(join(installation, "tillbridge"), [...words, "--home", home, "--json"], {
    encoding: "utf8",
  });
  return JSON.parse(output) as unknown;
}
