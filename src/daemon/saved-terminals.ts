import { done, refused, type Result } from "../core/errors.ts";
import type { Log } from "../core/ports.ts";
import type { ConfigFile } from "../home/config.ts";
import { HomeFailure } from "../home/store.ts";
import type { TerminalConfig } from "./api.ts";

type Save = (served: readonly TerminalConfig[]) => Promise<Result<Record<string, never>>>;

/**
 * Writes the terminals that the daemon serves to the configuration. What a person wrote there meanwhile stays: only what the daemon itself has changed
 * since it wrote or read them last is changed.
 */
export function savesTerminals(config: ConfigFile, log: Log): Save {
  let before: readonly TerminalConfig[] = config.current().terminals;
  return async (served) => {
    const saved = await save(config, before, served, log);
    if (saved.kind === "done") before = served;
    return saved;
  };
}

async function save(
  config: ConfigFile,
  before: readonly TerminalConfig[],
  served: readonly TerminalConfig[],
  log: Log,
): Promise<Result<Record<string, never>>> {
  try {
    const changed = await config.change((document) => ({
      ...document,
      terminals: withChanges((document["terminals"] ?? []) as readonly TerminalConfig[], before, served),
    }));
    if (changed.kind === "valid") return done({});
    return refused(
      "internal",
      `The configuration is broken and is not changed until a person mends it: ${changed.faults.join("; ")}.`,
    );
  } catch (error) {
    if (!(error instanceof HomeFailure)) throw error;
    log.error("config.notWritten", "The configuration cannot be written", { why: error.message });
    return refused(
      "internal",
      "The configuration cannot be written; the log of the service says why. Nothing was changed.",
    );
  }
}

/** What changed between two lists, done to a third: an edit that a person made meanwhile stays. */
export function withChanges(
  file: readonly TerminalConfig[],
  before: readonly TerminalConfig[],
  after: readonly TerminalConfig[],
): readonly TerminalConfig[] {
  const find = (list: readonly TerminalConfig[], id: string) => list.find((terminal) => terminal.id === id);
  const isChanged = (terminal: TerminalConfig) =>
    JSON.stringify(find(before, terminal.id)) !== JSON.stringify(terminal);
  const kept = file.filter(({ id }) => find(after, id) !== undefined || find(before, id) === undefined);
  const replaced = kept.map((terminal) => {
    const next = find(after, terminal.id);
    return next !== undefined && isChanged(next) ? next : terminal;
  });
  const added = after.filter((terminal) => isChanged(terminal) && find(file, terminal.id) === undefined);
  return [...replaced, ...added];
}
