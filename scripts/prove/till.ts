import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Ending } from "../../test/support/ending.ts";
import { readEntries, recordOf, type TillRecord } from "./till-record.ts";

/** What a POS program is started with. */
export type TillSettings = {
  readonly url: string;
  readonly pos: string;
  readonly token: string;
  readonly terminal: string;
  /** What the client remembers over a crash. */
  readonly storeFile: string;
  /** What it asked for and was told. */
  readonly recordFile: string;
  /** The first of the amounts that it alone asks for, in minor units. */
  readonly firstAmount: number;
  readonly seed: number;
};

/** `askAgain`: what is running is asked for once more over a new connection. `close`: no new customers. */
export type ToTill = "askAgain" | "close";
export type FromTill = "up" | "asked" | "closed";

/** A POS program in a process of its own. */
export type Till = {
  readonly pos: string;
  readonly terminal: string;
  record(): TillRecord;
  /** Resolves when it has written down its next sale and is about to ask for it. */
  asks(): Promise<void>;
  askAgain(): void;
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Resolves when it waits for nothing and takes no new customer; it still hears what the daemon has to tell. */
  close(): Promise<void>;
};

const program = fileURLToPath(new URL("till-process.ts", import.meta.url));

export function openTill(ending: Ending, settings: TillSettings): Till {
  const { pos, terminal, recordFile } = settings;
  let child: ChildProcess | undefined;
  ending.after(() => kill());

  const say = (message: ToTill): void => void child?.send(message, () => undefined);
  const kill = async () => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  let seen: { readonly bytes: number; readonly record: TillRecord } | undefined;
  const record = (): TillRecord => {
    const bytes = statSync(recordFile, { throwIfNoEntry: false })?.size ?? 0;
    if (seen?.bytes !== bytes) seen = { bytes, record: recordOf(pos, readEntries(recordFile)) };
    return seen.record;
  };
  return {
    pos,
    terminal,
    record,
    asks: async () => {
      if (child !== undefined) await said(child, "asked");
    },
    askAgain: () => say("askAgain"),
    kill,
    start: async () => {
      child = fork(program, [JSON.stringify(settings)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
      await said(child, "up");
    },
    close: async () => {
      if (child === undefined) return;
      const closed = said(child, "closed");
      say("close");
      await closed;
    },
  };
}

/** Rejects when the program ends without saying it. */
function said(child: ChildProcess, wanted: FromTill): Promise<void> {
  return new Promise((resolve, reject) => {
    const hear = (message: unknown): void => {
      if (message === wanted) end(resolve);
    };
    const leave = (): void => end(() => reject(new Error(`A POS program ended and had not said: ${wanted}.`)));
    const end = (how: () => void): void => {
      child.off("message", hear).off("exit", leave);
      how();
    };
    child.on("message", hear).on("exit", leave);
  });
}
