import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { emptyMemory as emptyTerminal, type Memory as TerminalMemory } from "../getnet/simulator-memory.ts";
import { timedOut } from "./simulator-work.ts";
import type { Hits } from "./simulator-scenario.ts";

/** What the cloud keeps of a command. JSON through and through. */
export type Task = {
  readonly idPosTxs: number;
  readonly customId: string;
  readonly command: number;
  /** What the terminal said, by the names of the cable; null while nobody knows. */
  readonly content: JsonObject | null;
  /** What it came to at the terminal, of which the cloud hears later. */
  readonly done?: JsonObject;
  /** The cloud never says so. */
  readonly isHidden: boolean;
};

type Token = { readonly token: string; readonly endsAt: number };

/** All that survives a restart. */
export type Memory = {
  readonly version: 1;
  readonly tasks: readonly Task[];
  readonly nextId: number;
  readonly tokens: readonly Token[];
  /** By their ids. */
  readonly terminals: Readonly<Record<string, TerminalMemory>>;
  readonly hits: Hits;
};

const MOST_TASKS = 2_000;
const MOST_TOKENS = 16;

const EMPTY: Memory = { version: 1, tasks: [], nextId: 1_000_001, tokens: [], terminals: {}, hits: [] };

/** What an earlier process saved; anything else is as good as nothing. What was not done never will be. */
export function restoredMemory(saved: Json | undefined): Memory {
  if (!isJsonObject(saved) || saved["version"] !== 1) return EMPTY;
  const memory: Memory = { ...EMPTY, ...(saved as unknown as Memory) };
  return {
    ...memory,
    tasks: memory.tasks.map((task) => ({ ...task, content: task.content ?? task.done ?? timedOut(task.command) })),
  };
}

export const terminalOf = ({ terminals }: Memory, terminalId: string): TerminalMemory =>
  terminals[terminalId] ?? emptyTerminal([]);

export const withTerminal = (memory: Memory, terminalId: string, terminal: TerminalMemory): Memory => ({
  ...memory,
  terminals: { ...memory.terminals, [terminalId]: terminal },
});

export function withTask(memory: Memory, task: Task): Memory {
  const others = memory.tasks.filter(({ idPosTxs }) => idPosTxs !== task.idPosTxs);
  const nextId = Math.max(memory.nextId, task.idPosTxs + 1);
  return { ...memory, nextId, tasks: [...others, task].slice(-MOST_TASKS) };
}

export function withToken(memory: Memory, token: Token): Memory {
  return { ...memory, tokens: [...memory.tokens, token].slice(-MOST_TOKENS) };
}
