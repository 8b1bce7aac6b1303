import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { isList, openConfig, readConfig, withField } from "../../home/config.ts";
import { asOwnerOf } from "../../home/owner.ts";
import { readIfThere } from "../../home/store.ts";
import type { Command } from "../call.ts";
import { CommandFailure, EXIT, wrongUsage } from "../exit.ts";
import { inHome } from "./config-home.ts";

/** A file that is not there counts as one that says nothing. */
const ABSENT = "{}";

export const path: Command = async (call) => {
  const { configFile } = call.home;
  call.out.result({ path: configFile }, () => configFile);
  return EXIT.done;
};

/** With the defaults filled in. */
export const show: Command = async (call) => {
  const { configFile } = call.home;
  const read = readConfig((await readIfThere(configFile)) ?? ABSENT, () => []);
  if (read.kind === "broken") throw unusable(`${configFile} cannot be used:`, read.faults);
  call.out.result(read.config, () => JSON.stringify(read.config, undefined, 2));
  return EXIT.done;
};

export const check: Command = async (call) => {
  const { configFile } = call.home;
  const text = await readIfThere(configFile);
  const read = readConfig(text ?? ABSENT, await call.composition.loadTerminalCheck());
  const faults = read.kind === "broken" ? read.faults : [];
  call.out.result({ valid: read.kind === "valid", faults }, () => {
    if (text === undefined) return `There is no ${configFile}: the defaults are used.`;
    return read.kind === "valid" ? `${configFile} is valid.` : faults.join("\n");
  });
  return read.kind === "valid" ? EXIT.done : EXIT.refused;
};

export const set: Command = async (call) => {
  const [field = "", text = ""] = call.arguments;
  const { configFile } = call.home;
  const value = valueOf(text);
  if (isList(field) && !Array.isArray(value)) throw noList(field, text, value);
  const checkTerminal = await call.composition.loadTerminalCheck();
  const change = async () => {
    const config = await openConfig(configFile, checkTerminal);
    return config.change((document) => changed(document, field, value));
  };
  const read = await inHome(call, {
    alone: change,
    besideDaemon: async () => {
      const written = await asOwnerOf(call.home.dataDirectory, change);
      if (written.kind === "valid") call.out.note("The daemon that is running reads it when it starts again.");
      return written;
    },
  });
  if (read.kind === "broken")
    throw unusable(`${configFile} was not changed and cannot be used as it would be:`, read.faults);
  call.out.result(read.document, () => `${field} is set in ${configFile}.`);
  return EXIT.done;
};

function changed(document: JsonObject, field: string, value: Json): JsonObject {
  const after = withField(document, field, value);
  if (!isJsonObject(after))
    throw wrongUsage(`${field} names no field: a part of it is no section of the configuration.`);
  return after;
}

/** JSON counts as what it says (`8456`, `true`, `["https://..."]`), all else as text. */
function valueOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Shown as it has to be typed, also where the shell has eaten the quotes of a list: `[http://x]`. */
function noList(field: string, text: string, value: Json): CommandFailure {
  const entries = text
    .replace(/^\[|\]$/g, "")
    .split(",")
    .map((entry) => entry.trim());
  const list = JSON.stringify(isJsonObject(value) ? [value] : entries.filter((entry) => entry !== ""));
  return new CommandFailure(
    EXIT.refused,
    `${field} is a list. Say the whole of it, with what is in it already: \`tillbridge config set ${field} '${list}'\``,
  );
}

function unusable(what: string, faults: readonly string[]): CommandFailure {
  return new CommandFailure(EXIT.refused, [what, ...faults].join("\n  "));
}
