import { redactedSettings } from "../../codec/redacted-json.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { readIfThere } from "../../home/store.ts";
import { jsonItem, leftOut, type Item } from "./item.ts";

const CONFIG = "config.json as it stands, without secrets";
const PROGRAMS = "the POS programs that are known here and what they may do, without what proves who they are";
/** What a hand might have written where a secret's name belongs. */
const KEYS = /key|pin$|credential|passphrase/i;

export async function configItem(configFile: string): Promise<Item> {
  const text = await readIfThere(configFile);
  if (text === undefined) return leftOut("config.json", CONFIG, "there is none: the defaults are used");
  const document = parsed(text);
  // Without its fields nobody can tell what is a secret.
  if (document === undefined)
    return leftOut("config.json", CONFIG, "it is no JSON, so nobody could tell what is secret in it");
  return jsonItem("config.json", CONFIG, withoutKeys(redactedSettings(document)));
}

export async function programsItem(file: string): Promise<Item> {
  const document = parsed((await readIfThere(file)) ?? '{"pos":[]}');
  const programs = document?.["pos"];
  if (!Array.isArray(programs)) return leftOut("pos.json", PROGRAMS, "it cannot be read");
  return jsonItem("pos.json", PROGRAMS, {
    pos: programs.filter(isJsonObject).map(({ tokenHash, signingKey, ...rest }) => ({
      ...rest,
      paired: tokenHash !== undefined,
      signs: signingKey !== undefined,
    })),
  });
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function withoutKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutKeys);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      KEYS.test(name) && typeof inner === "string" ? "[hidden]" : withoutKeys(inner),
    ]),
  );
}
