import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Clock } from "../../core/ports.ts";
import { NoSimulator, type StartSimulator } from "./simulator.ts";

const START_LIMIT_MS = 30_000;
/** What it is given to end in order before it is killed. */
const GRACE_MS = 2_000;
const MOST_OUTPUT = 16 * 1024;
const MOST_WORDS = 300;

/** What any program needs of its surroundings. The rest of ours is none of its business: least of all our supervisor's socket. */
const PASSED_ON = ["PATH", "SystemRoot", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG"];

/** The program that runs now, as a command line that takes commands. */
export type OwnProgram = { readonly runtime: string; readonly argv: readonly string[] };

/** From a clone as from a built program. A debugger's port is ours alone. */
export function ownProgram(): OwnProgram {
  const options = process.execArgv.filter((option) => !option.startsWith("--inspect"));
  return { runtime: process.execPath, argv: [...options, process.argv[1] ?? ""] };
}

/**
 * Runs simulated terminals as processes of their own, on the loopback. One ends with us in every case: it has a channel to us, and
 * ends when that is closed, as the system does when this process is killed.
 */
export function simulatorProcesses(program: OwnProgram, clock: Clock): StartSimulator {
  return async (vendor, signal) => {
    const place = vendor.wire.kind === "http" ? "--http" : "--tcp";
    const child = spawn(program.runtime, [...program.argv, "simulate", vendor.id, place, "0", "--json"], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: Object.fromEntries(PASSED_ON.flatMap((name) => (name in process.env ? [[name, process.env[name]]] : []))),
      windowsHide: true,
    });
    const heard = listenTo(child);
    const dispose = () => end(child, heard.gone, clock);
    try {
      const link = await within(heard, signal, clock);
      return { link, gone: heard.gone, [Symbol.asyncDispose]: dispose };
    } catch (error) {
      await dispose();
      throw error;
    }
  };
}

type Heard = {
  /** The first line on standard output. */
  readonly line: Promise<string>;
  readonly gone: Promise<string>;
};

function listenTo(child: ChildProcess): Heard {
  const line = Promise.withResolvers<string>();
  const gone = Promise.withResolvers<string>();
  let told = "";
  let words = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    if (told.length < MOST_OUTPUT) told += text;
    const end = told.indexOf("\n");
    if (end >= 0) line.resolve(told.slice(0, end));
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-MOST_WORDS);
  });
  child.once("error", (error) => gone.resolve(error.message));
  child.once("close", (code, signal) => gone.resolve(saidIn(words) ?? `it ended by itself (${signal ?? code})`));
  return { line: line.promise, gone: gone.promise };
}

/** What our command says to people; the stack of a mistake is not for them. */
function saidIn(words: string): string | undefined {
  return /^tillbridge: (.+)$/m.exec(words)?.[1];
}

async function within({ line, gone }: Heard, signal: AbortSignal, clock: Clock): Promise<JsonObject> {
  const late = Promise.withResolvers<never>();
  const fail = (why: string) => late.reject(new NoSimulator(why));
  const timer = clock.after(START_LIMIT_MS, () =>
    fail(`it did not say within ${START_LIMIT_MS / 1_000} s where it is`),
  );
  const stop = () => fail("the service is about to end");
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  try {
    const first = await Promise.race([line.then((text) => ({ text })), gone.then((why) => ({ why })), late.promise]);
    if ("why" in first) throw new NoSimulator(first.why);
    return addressIn(first.text);
  } finally {
    timer.cancel();
    signal.removeEventListener("abort", stop);
  }
}

function addressIn(text: string): JsonObject {
  try {
    const told = JSON.parse(text) as Json;
    if (isJsonObject(told) && typeof told["type"] === "string") return told;
  } catch {
    // Said below.
  }
  throw new NoSimulator("what it says is no address");
}

async function end(child: ChildProcess, gone: Promise<string>, clock: Clock): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = clock.after(GRACE_MS, () => child.kill("SIGKILL"));
  await Promise.race([ended, gone]);
  timer.cancel();
}
