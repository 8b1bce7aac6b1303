import { dirname, join } from "node:path";
import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import { schemaFaults, withDefaults, type SchemaFault, type TSchema } from "../core/schema.ts";
import { ConfigSchema, type Config, type TerminalConfig } from "./config-schema.ts";
import { telemetryFaults } from "./telemetry-faults.ts";
import { lockForChange } from "./lock.ts";
import { HomeFailure, readIfThere, replaceFile } from "./store.ts";

/** What a vendor and a medium say about a terminal's `link` and `settings`. Fields are named from the terminal: `link.port`. */
export type TerminalCheck = (terminal: TerminalConfig) => readonly SchemaFault[];

export type ConfigRead =
  | { readonly kind: "valid"; readonly config: Config; readonly document: JsonObject }
  /** Each one names the field, its value and what is allowed. */
  | { readonly kind: "broken"; readonly faults: readonly string[] };

/** `lastGood`: the file is broken and was left as it is for the person who has to mend it. */
type ConfigOrigin =
  | { readonly kind: "file" }
  | { readonly kind: "defaults" }
  | { readonly kind: "lastGood"; readonly faults: readonly string[] };

export type ConfigFile = {
  readonly origin: ConfigOrigin;
  current(): Config;
  /**
   * Writes a change durably; the change sees the file as the person wrote it, without defaults. Changes follow each other, those
   * of other processes too.
   * A broken file, or a change that would break it, is answered with the faults and nothing is written.
   */
  change(change: (document: JsonObject) => JsonObject): Promise<ConfigRead>;
  /** Keeps what was loaded as the last good copy, where that differs. */
  keepLastGood(): Promise<void>;
};

const MAX_SHOWN_CHARACTERS = 60;
const MAX_DEPTH = 32;
const SECRETIVE = /token|secret|password|key/i;

/** Reads a configuration's text, fills in the defaults and checks all of it. */
export function readConfig(text: string, checkTerminal: TerminalCheck): ConfigRead {
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const why = text.trim() === "" ? "it is empty" : error instanceof Error ? error.message : String(error);
    return { kind: "broken", faults: [`it is not JSON, or only a part of it: ${why}`] };
  }
  if (!isJsonObject(document as Json)) return { kind: "broken", faults: ["it is no JSON object: { ... } is needed"] };
  if (isDeeperThan(document as Json, MAX_DEPTH)) {
    return { kind: "broken", faults: [`it is nested deeper than ${MAX_DEPTH} levels`] };
  }
  return checkConfig(document as JsonObject, checkTerminal);
}

function isDeeperThan(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(item, levels - 1));
}

/**
 * Opens `config.json`. A broken one is never overwritten: the last good copy, kept beside it, is used instead.
 *
 * @throws HomeFailure where it is broken and there is no good copy
 */
export async function openConfig(path: string, checkTerminal: TerminalCheck): Promise<ConfigFile> {
  const lastGoodPath = lastGoodOf(path);
  const text = await readIfThere(path);
  const read = readConfig(text ?? "{}", checkTerminal);
  let config: Config;
  let origin: ConfigOrigin;
  if (read.kind === "valid") {
    config = read.config;
    origin = { kind: text === undefined ? "defaults" : "file" };
  } else {
    const lastGood = await readIfThere(lastGoodPath);
    const kept = lastGood === undefined ? undefined : readConfig(lastGood, checkTerminal);
    if (kept?.kind !== "valid") throw brokenConfig(path, read.faults);
    config = kept.config;
    origin = { kind: "lastGood", faults: read.faults };
  }
  let previous: Promise<unknown> = Promise.resolve();

  const write = async (change: (document: JsonObject) => JsonObject): Promise<ConfigRead> => {
    using _lock = await lockForChange(join(dirname(path), "config.lock"));
    const before = readConfig((await readIfThere(path)) ?? "{}", checkTerminal);
    if (before.kind === "broken") return before;
    const after = checkConfig(change(before.document), checkTerminal);
    if (after.kind === "broken") return after;
    const changed = `${JSON.stringify(after.document, undefined, 2)}\n`;
    await replaceFile(path, changed, "kept");
    config = after.config;
    // The change is done. Where there is no room for its copy, the next start makes it.
    await replaceFile(lastGoodPath, changed, "ownerOnly").catch(() => undefined);
    return after;
  };

  return {
    origin,
    current: () => config,
    change: (change) => {
      const written = previous.then(() => write(change));
      previous = written.catch(() => undefined);
      return written;
    },
    keepLastGood: async () => {
      if (origin.kind !== "file" || text === undefined || text === (await readIfThere(lastGoodPath))) return;
      await replaceFile(lastGoodPath, text, "ownerOnly");
    },
  };
}

/** What a person reads where `config.json` cannot be used. */
function brokenConfig(path: string, faults: readonly string[]): HomeFailure {
  return new HomeFailure(
    `${path} cannot be used:\n${faults.map((fault) => `  ${fault}`).join("\n")}\n` +
      "Mend it and see with `tillbridge config check`; without the file, defaults are used.",
  );
}

/** Sets one field by its name, `server.port` or `terminals.0.name`; undefined where a part of the name is no section. */
export function withField(document: JsonObject, field: string, value: Json): JsonObject | undefined {
  const changed = withPath(document, field.split("."), value);
  return isJsonObject(changed) ? changed : undefined;
}

/** Whether what this name stands for is a list: `server.allowedOrigins`. */
export function isList(field: string): boolean {
  type Described = Partial<Record<"properties", Readonly<Record<string, TSchema>>>> & Partial<Record<"items", TSchema>>;
  let found: TSchema | undefined = ConfigSchema;
  for (const name of field.split(".")) {
    const { properties, items } = (found ?? {}) as Described;
    found = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : items;
  }
  return (found as { readonly type?: string } | undefined)?.type === "array";
}

function withPath(within: Json | undefined, path: readonly string[], value: Json): Json | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (Array.isArray(within)) {
    const items = within as readonly Json[];
    const index = /^\d+$/.test(name) ? Number(name) : items.length + 1;
    const changed = index > items.length ? undefined : withPath(items[index], rest, value);
    return changed === undefined ? undefined : [...items.slice(0, index), changed, ...items.slice(index + 1)];
  }
  if (within !== undefined && !isJsonObject(within)) return undefined;
  const changed = withPath(within?.[name], rest, value);
  return changed === undefined ? undefined : { ...within, [name]: changed };
}

function lastGoodOf(path: string): string {
  return join(dirname(path), "config.last-good.json");
}

function checkConfig(document: JsonObject, checkTerminal: TerminalCheck): ConfigRead {
  const filled = withDefaults(ConfigSchema, document);
  const faults = schemaFaults(ConfigSchema, filled);
  if (faults.length > 0) return { kind: "broken", faults: faults.map((fault) => describe(fault, document)) };
  const config = filled as unknown as Config;
  const terminalFaults = config.terminals.flatMap((terminal, index) =>
    [
      ...(config.terminals.findIndex(({ id }) => id === terminal.id) < index
        ? [{ field: "id", why: "is the id of two terminals" }]
        : []),
      ...checkTerminal(terminal),
    ].map((fault) => describe({ ...fault, field: `terminals.${index}.${fault.field}` }, document)),
  );
  const allFaults = [...telemetryFaults(config).map((fault) => describe(fault, document)), ...terminalFaults];
  return allFaults.length > 0 ? { kind: "broken", faults: allFaults } : { kind: "valid", config, document };
}

/** The field, its value and what is allowed. */
function describe(fault: SchemaFault, document: JsonObject): string {
  if (fault.field === "") return `the whole ${fault.why}`;
  const value = fault.field.split(".").reduce<Json | undefined>((within, name) => {
    if (Array.isArray(within)) return within[Number(name)] as Json | undefined;
    return isJsonObject(within) ? within[name] : undefined;
  }, document);
  if (value === undefined || SECRETIVE.test(fault.field)) return `${fault.field} ${fault.why}`;
  const shown = JSON.stringify(value);
  return `${fault.field} is ${shown.length > MAX_SHOWN_CHARACTERS ? `${shown.slice(0, MAX_SHOWN_CHARACTERS)}...` : shown}, it ${fault.why}`;
}
