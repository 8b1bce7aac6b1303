import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { ChildProgram } from "../support/child-program.ts";
import { lastFirst, type Ending } from "../support/ending.ts";

/** A machine with a network of its own: a namespace of this kernel, which goes away with the test. */
export type Machine = {
  /** `ip`, as it is said on this machine. */
  ip(...words: readonly string[]): void;
  /** A program on this machine; ended with the test at the latest. */
  start(command: readonly string[], environment?: Readonly<Record<string, string>>): ChildProgram;
};

/** What a switch and its cables are in a shop. */
type Segment = {
  /** Puts a card into the machine and its cable into the switch. A card is up; without an address it has none yet. */
  plug(machine: Machine, card: string, address?: string): void;
};

export type Network = { machine(role: string): Machine; segment(): Segment };

const OWN = `tillbridge-${process.pid}`;
let made = 0;

/** Needs root. The names hold the id of this process, so that two runs do not meet. */
export function openNetwork(whole: Ending): Network {
  const ending = lastFirst(whole);
  const named = new Map<Machine, string>();
  const machine = (role: string): Machine => {
    const name = `${OWN}-${(made += 1)}-${role}`;
    ip("netns", "add", name);
    ending.after(() => remove(name));
    const own: Machine = {
      ip: (...words) => ip("-n", name, ...words),
      start: (command, environment = {}) => startWithin(ending, name, command, environment),
    };
    own.ip("link", "set", "lo", "up");
    named.set(own, name);
    return own;
  };
  const nameOf = (known: Machine): string => named.get(known) ?? "";
  let cables = 0;
  const switches = machine("switches");
  return {
    machine,
    segment: () => {
      const bridge = `switch${(cables += 1)}`;
      switches.ip("link", "add", bridge, "type", "bridge");
      switches.ip("link", "set", bridge, "up");
      return {
        plug: (into, card, address) => {
          const socket = `socket${(cables += 1)}`;
          into.ip("link", "add", card, "type", "veth", "peer", "name", socket, "netns", nameOf(switches));
          switches.ip("link", "set", socket, "master", bridge, "up");
          if (address !== undefined) into.ip("address", "add", address, "dev", card);
          into.ip("link", "set", card, "up");
        },
      };
    },
  };
}

function ip(...words: readonly string[]): void {
  execFileSync("ip", words, { stdio: ["ignore", "ignore", "pipe"] });
}

/** A namespace stays as long as somebody is in it: what a program of the test left behind would keep it. */
function remove(name: string): void {
  const left = execFileSync("ip", ["netns", "pids", name], { encoding: "utf8" });
  for (const pid of left.split("\n").filter(Boolean)) process.kill(Number(pid), "SIGKILL");
  ip("netns", "delete", name);
}

/** `ip` becomes the program, so its id and its signals are the program's. */
function startWithin(
  ending: Ending,
  name: string,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProgram {
  const child = spawn("ip", ["netns", "exec", name, ...command], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended: ChildProgram["ended"] = new Promise((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stderr }));
  });
  ending.after(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await ended;
  });
  return {
    pid: child.pid ?? 0,
    nextLine: async () => {
      const line = await lines.next();
      if (line.done !== true) return line.value;
      throw new Error(`${command.join(" ")} ended without a further line: ${(await ended).stderr}`);
    },
    said: async (pattern) => {
      const isSaid = () => pattern.test(stderr);
      while (!isSaid()) {
        const next = await Promise.race([once(child.stderr, "data"), ended]);
        if (!Array.isArray(next) && !isSaid()) {
          throw new Error(`${command.join(" ")} ended without saying ${pattern}: ${stderr}`);
        }
      }
    },
    kill: (signal) => void child.kill(signal),
    ended,
  };
}
