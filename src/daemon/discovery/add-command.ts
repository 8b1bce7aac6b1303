import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { withDefaults } from "../../core/schema.ts";
import { shellWord, type Shell } from "../../core/shell-word.ts";
import type { Vendor } from "../../drivers/driver.ts";

export type Addition = {
  /** What POS programs shall call it. */
  readonly terminal: string;
  readonly vendor: string;
  readonly link: JsonObject;
  readonly settings: JsonObject;
  /** Settings that a person has to fill in. */
  readonly missing: readonly string[];
};

/** The settings without which a terminal of this vendor is not accepted, and that are not known. */
export function missingSettings(
  { settingsSchema }: Pick<Vendor, "settingsSchema">,
  known: JsonObject,
): readonly string[] {
  const { required = [] } = settingsSchema as { readonly required?: readonly string[] };
  const filled = withDefaults(settingsSchema, known);
  return required.filter((name) => !isJsonObject(filled) || filled[name] === undefined);
}

/**
 * What a person pastes to add what was seen. No text of a stranger is in it but what was read as an address, a port or a
 * word: a name could hold anything.
 */
export function addCommand({ terminal, vendor, link, settings, missing }: Addition, shell: Shell): string {
  const words = [
    ...["tillbridge", "terminals", "add", terminal, "--vendor", vendor],
    ...linkWords(link),
    ...Object.entries(settings).flatMap(([name, value]) => settingWords(name, value)),
    ...missing.flatMap((name) => ["--setting", `${name}=${name.toUpperCase()}`]),
  ];
  return words.map((word) => shellWord(word, shell)).join(" ");
}

function linkWords(link: JsonObject): readonly string[] {
  const { type, host, port, ...more } = link;
  if (type === "cloud" && Object.keys(link).length === 1) return ["--cloud"];
  if (type === "cloud" && Object.keys(link).length === 2 && isUrl(link["baseUrl"])) return ["--cloud", link["baseUrl"]];
  const isPlain = typeof host === "string" && typeof port === "number" && Object.keys(more).length === 0;
  if (isPlain && (type === "tcp" || type === "http")) return [`--${type}`, `${host}:${port}`];
  if (type === "serial" && typeof link["path"] === "string" && Object.keys(more).length === 1)
    return ["--serial", link["path"]];
  const { vendorId, productId, serialNumber, ...rest } = more;
  const parts = [vendorId, productId, serialNumber].filter((part) => part !== undefined);
  if (type === "usb" && Object.keys(rest).length === 0 && parts.every((part) => typeof part === "string")) {
    return ["--usb", parts.join(":")];
  }
  return ["--link", JSON.stringify(link)];
}

function isUrl(value: Json | undefined): value is string {
  return typeof value === "string" && /^https?:\/\//.test(value);
}

/** A secret is named: what stands in quotation marks is pasted well by few. */
function settingWords(name: string, value: Json): readonly string[] {
  const { secret, ...more } = isJsonObject(value) ? value : {};
  return typeof secret === "string" && Object.keys(more).length === 0
    ? ["--secret-setting", `${name}=${secret}`]
    : ["--setting", `${name}=${wordOf(value)}`];
}

/** As the command reads it: text that would count as JSON is written as JSON. */
function wordOf(value: Json): string {
  return typeof value === "string" && !isJson(value) ? value : JSON.stringify(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
