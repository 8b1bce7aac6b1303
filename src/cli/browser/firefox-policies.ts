import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { PlaceFailure } from "./access.ts";
import { FIREFOX } from "./policies.ts";

/** `policies.json` of Firefox: one file for all who have something to say, so that ours is put between theirs. */
export function parsePolicies(text: string | undefined, where: string): JsonObject {
  if (text === undefined) return {};
  try {
    const document = JSON.parse(text) as Json;
    if (isJsonObject(document)) return document;
  } catch {
    // Told below.
  }
  throw new PlaceFailure(
    `${where} is no JSON, so Firefox does not read it, and it was left as it is. Mend it, or move it away.`,
  );
}

/** The hosts that may reach this machine, whoever has written them. */
export function skippedIn(document: JsonObject): readonly string[] {
  const list = objectAt(objectAt(document, "policies"), FIREFOX.policy)[FIREFOX.list];
  return Array.isArray(list) ? (list as readonly Json[]).filter((host) => typeof host === "string") : [];
}

/** The same with these hosts; what becomes empty by it goes away, up to `policies`, which others may have left empty. */
export function withSkipped(document: JsonObject, hosts: readonly string[]): JsonObject {
  const policies = objectAt(document, "policies");
  const access = replaced(objectAt(policies, FIREFOX.policy), FIREFOX.list, hosts, hosts.length === 0);
  const changed = replaced(policies, FIREFOX.policy, access, Object.keys(access).length === 0);
  return { ...document, policies: changed };
}

/** Whether nothing is said in it. */
export function isEmptyPolicies(document: JsonObject): boolean {
  const { policies = {}, ...rest } = document;
  return Object.keys(rest).length === 0 && isJsonObject(policies) && Object.keys(policies).length === 0;
}

function replaced(within: JsonObject, name: string, value: Json, goesAway: boolean): JsonObject {
  const { [name]: _before, ...rest } = within;
  return goesAway ? rest : { ...within, [name]: value };
}

function objectAt(within: JsonObject, name: string): JsonObject {
  const value = within[name];
  return isJsonObject(value) ? value : {};
}
