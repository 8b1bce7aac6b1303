import type { Json, JsonObject } from "../core/json.ts";

/** What simulators of vendors publish whose terminals announce nothing. */
export const SIMULATOR_TYPE = "_tillbridge-sim._tcp";

/** What a simulator tells beside what a real terminal of its vendor would. */
export const SIMULATED_MARK = { simulated: "1" } as const;

/** What a simulator tells of itself beside its address. */
export type Simulated = {
  readonly vendor: string;
  readonly link: "tcp" | "http";
  /** Of the terminal in a configuration, as far as the simulator knows what suits it. */
  readonly settings: JsonObject;
};

const SETTING = "set.";
const MAX_SETTINGS = 16;
/** It becomes part of a command that people paste into a shell: nothing that a shell could take for more than a word. */
const SETTING_NAME = /^[a-z][a-z0-9.]{0,63}$/i;
const SETTING_VALUE = /^[a-z0-9._:+-]{1,64}$/i;

export function simulatedTxt({ vendor, link, settings }: Simulated): Readonly<Record<string, string>> {
  return { ...SIMULATED_MARK, vendor, link, ...settingsTxt(settings) };
}

export function settingsTxt(settings: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`${SETTING}${name}`, wordOf(value)] as const),
  );
}

/** Undefined where it does not tell enough. Anybody in the network can publish this: what does not look right is left out. */
export function simulatedOf(txt: ReadonlyMap<string, string>): Simulated | undefined {
  const [vendor, link] = [txt.get("vendor"), txt.get("link")];
  if (vendor === undefined || (link !== "tcp" && link !== "http")) return undefined;
  return { vendor, link, settings: settingsOf(txt) };
}

export function isMarked(txt: ReadonlyMap<string, string>): boolean {
  return Object.keys(SIMULATED_MARK).some((key) => txt.has(key));
}

export function settingsOf(txt: ReadonlyMap<string, string>): JsonObject {
  const settings = [...txt]
    .filter(([key]) => key.startsWith(SETTING))
    .map(([key, value]) => [key.slice(SETTING.length), value] as const)
    .filter(([name, value]) => SETTING_NAME.test(name) && SETTING_VALUE.test(value));
  return Object.fromEntries(settings.slice(0, MAX_SETTINGS).map(([name, value]) => [name, valueOf(value)]));
}

function wordOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** As the command reads it: a value that is JSON counts as what it says, else as text. */
function valueOf(word: string): Json {
  try {
    return JSON.parse(word) as Json;
  } catch {
    return word;
  }
}
