import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { NotConnected } from "../../src/client/errors.ts";
import type { Clock } from "../../src/core/ports.ts";
import { readTrial } from "../../src/home/program/installed.ts";
import type { Program } from "../../src/home/program/program.ts";
import { readCurrent, versionFolder, writeCurrent } from "../../src/home/program/switching.ts";
import { SupervisorFailure, type ServiceState, type Supervisor } from "../../src/cli/supervision/supervisor.ts";
import type {
  Candidate,
  OpenTransaction,
  Preflight,
  ServiceDoor,
  ServiceLook,
  UpdatePorts,
  UpdateStep,
} from "../../src/cli/update/ports.ts";

const run = promisify(execFile);

/** Who starts the service: on Linux the installed script itself, of Windows' host a copy of its rule. */
export type Starter = "startVersion" | "windowsHost";

/** How a version behaves once it is started. */
export type Behaviour = "healthy" | "crashes" | "journalFails" | "terminalAway";

export const OLD = "1.0.0";
export const NEW = "1.1.0";

export function programOf(version: string, more: Partial<Program> = {}): Program {
  return { name: "tillbridge", version, platform: "linux-x64", journal: { schema: 2, oldestReader: 1 }, ...more };
}

export async function writeProgram(folder: string, program: Program): Promise<void> {
  await mkdir(join(folder, "bin"), { recursive: true });
  await writeFile(join(folder, "bin", "tillbridge"), "#!/bin/sh\n", { mode: 0o755 });
  await writeFile(join(folder, "program.json"), JSON.stringify(program));
}

/**
 * A machine with an installation on a real disk, whose service is started by the installed `start-version` itself, and whose daemon is
 * played: it is on trial as the daemon's contract says. `OLD` runs.
 */
export class UpdateMachine implements Supervisor, ServiceDoor {
  readonly installation: string;
  readonly #starter: Starter;
  readonly behaviours = new Map<string, Behaviour>();
  readonly said: string[] = [];
  readonly steps: UpdateStep[] = [];
  underWay: readonly OpenTransaction[] = [];
  preflightAnswer: Preflight = { kind: "passed" };
  /** The version that runs. */
  running: string | undefined;
  held = 0;
  restartFails: string | undefined;
  onStep: (step: UpdateStep) => Promise<void> | void = () => undefined;
  /** Of versions that took money while nobody had found them healthy: has to stay empty. */
  readonly greedy: string[] = [];
  #onTrial = false;
  /** Of the daemon that runs. */
  #holds: object = {};

  private constructor(installation: string, starter: Starter) {
    this.installation = installation;
    this.#starter = starter;
  }

  static async create(t: TestContext, starter: Starter = "startVersion"): Promise<UpdateMachine> {
    const installation = await mkdtemp(join(tmpdir(), "tillbridge-update-"));
    t.after(() => rm(installation, { recursive: true, force: true }));
    const machine = new UpdateMachine(installation, starter);
    if (starter === "windowsHost") {
      const before = process.env["ProgramData"];
      process.env["ProgramData"] = installation;
      t.after(() => {
        if (before === undefined) delete process.env["ProgramData"];
        else process.env["ProgramData"] = before;
      });
      await mkdir(join(installation, "tillbridge"));
    }
    await copyFile("installers/linux/start-version", join(installation, "start-version"));
    await writeProgram(versionFolder(installation, OLD), programOf(OLD));
    await writeCurrent(installation, OLD);
    await machine.boot();
    return machine;
  }

  get ports(): UpdatePorts {
    return {
      supervisor: this,
      service: this,
      preflight: () => Promise.resolve(this.preflightAnswer),
      clock: hastyClock(),
      tell: (line) => this.said.push(line),
      reached: async (step) => {
        this.steps.push(step);
        await this.#watchMoney();
        await this.onStep(step);
        await this.#watchMoney();
      },
    };
  }

  candidate(version = NEW): Candidate {
    return {
      installation: this.installation,
      from: OLD,
      to: programOf(version),
      needs: { bytes: 4_096, entries: 4 },
      fill: (folder) => writeProgram(folder, programOf(version)),
    };
  }

  // ---- What happens to the machine

  /** The service starts, and starts again where it crashes. */
  async boot(): Promise<void> {
    for (let tries = 0; tries < 5; tries += 1) {
      const version = await this.#chosen();
      const trial = await readTrial(this.installation);
      this.#onTrial = trial?.to === version;
      this.running = this.#behaviourOf(version) === "crashes" ? undefined : version;
      await this.#watchMoney();
      if (this.running !== undefined) return;
    }
  }

  /** By the installed script, or as installers/windows/host/versions.c does it: that one may not change what it goes by. */
  async #chosen(): Promise<string | undefined> {
    if (this.#starter === "startVersion") {
      await run("sh", [join(this.installation, "start-version")], {
        env: { PATH: process.env["PATH"] ?? "", TILLBRIDGE_RUN: this.installation },
      });
      return readCurrent(this.installation);
    }
    const [current, trial] = [await readCurrent(this.installation), await readTrial(this.installation)];
    const mark = join(this.installation, "tillbridge", "trial-started");
    if (trial === undefined) await rm(mark, { force: true });
    if (trial?.to !== current || trial === undefined) return current;
    const written = (await stat(join(this.installation, "trial"))).mtimeMs;
    const text = `to=${trial.to}\ntrial=${written}\n`;
    if ((await readFile(mark, "utf8").catch(() => "")) === text) return trial.from;
    await writeFile(mark, text);
    return current;
  }

  async crash(): Promise<void> {
    this.#end();
    await this.boot();
  }

  /** Long enough for a version on trial to give up waiting. */
  async wait(): Promise<void> {
    if (this.running !== undefined && !(await this.takesMoney())) await this.crash();
  }

  /** What a daemon holds back ends with it. */
  #end(): void {
    this.running = undefined;
    this.held = 0;
    this.#holds = {};
  }

  async takesMoney(): Promise<boolean> {
    if (this.running === undefined || this.held > 0) return false;
    if (!this.#onTrial) return true;
    const isOver =
      (await readTrial(this.installation)) === undefined && (await readCurrent(this.installation)) === this.running;
    if (isOver) this.#onTrial = false;
    return isOver;
  }

  async #watchMoney(): Promise<void> {
    const proved = this.steps.includes("proved") || this.steps.includes("healthy");
    if (this.running !== undefined && this.running !== OLD && !proved && (await this.takesMoney())) {
      this.greedy.push(this.running);
    }
  }

  #behaviourOf(version: string | undefined): Behaviour {
    return this.behaviours.get(version ?? "") ?? "healthy";
  }

  // ---- The service's manager

  state(): Promise<ServiceState> {
    if (this.running === undefined) return Promise.resolve({ kind: "stopped" });
    return Promise.resolve({ kind: "running", pid: 1, account: "tillbridge" });
  }

  start(): Promise<void> {
    return this.boot();
  }

  stop(): Promise<void> {
    this.#end();
    return Promise.resolve();
  }

  async restart(): Promise<void> {
    const fails = this.restartFails;
    if (fails !== undefined) {
      this.restartFails = undefined;
      throw new SupervisorFailure(fails);
    }
    await this.crash();
  }

  // ---- The daemon

  async look(): Promise<ServiceLook> {
    const version = this.running;
    if (version === undefined) return { kind: "silent" };
    const behaviour = this.#behaviourOf(version);
    return {
      kind: "answers",
      version,
      intake: (await this.takesMoney()) ? "open" : "trial",
      journalWorks: behaviour !== "journalFails",
      terminals: new Map([["counter", behaviour === "terminalAway" ? "offline" : "ready"]]),
    };
  }

  open(): Promise<readonly OpenTransaction[]> {
    return Promise.resolve(this.underWay);
  }

  hold() {
    this.held += 1;
    const given = this.#holds;
    let released = false;
    return Promise.resolve({
      open: () =>
        this.#holds === given
          ? Promise.resolve(this.underWay)
          : Promise.reject(new NotConnected("The socket is gone.")),
      [Symbol.asyncDispose]: () => {
        if (!released && this.#holds === given) this.held -= 1;
        released = true;
        return Promise.resolve();
      },
    });
  }

  async versions(): Promise<{ readonly current: string | undefined; readonly log: string }> {
    const log = await readFile(join(this.installation, "updates.log"), "utf8").catch(() => "");
    return { current: await readCurrent(this.installation), log };
  }
}

/** Time passes as fast as somebody waits for it. */
function hastyClock(): Clock {
  let elapsedMs = 0;
  return {
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5) + elapsedMs,
    monotonicMs: () => elapsedMs,
    after: (delayMs, ring) => {
      const timer = setImmediate(() => {
        elapsedMs += delayMs;
        ring();
      });
      return { cancel: () => clearImmediate(timer) };
    },
  };
}
