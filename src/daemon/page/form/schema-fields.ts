/** A vendor's schema of a terminal's settings, as fields that a person fills in. Nothing of a vendor is known here. */
import { isJsonObject, type Json, type JsonObject } from "../../../core/json.ts";

type FieldKind =
  | { readonly kind: "text" }
  | { readonly kind: "number"; readonly isWhole: boolean; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: "flag" }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  /** Its value goes to the secrets; the settings name it alone. */
  | { readonly kind: "secret" }
  /** What has no better field: JSON, as it stands in the configuration. */
  | { readonly kind: "json" };

export type SchemaField = FieldKind & {
  readonly path: readonly string[];
  /** `cloud.storeId`. */
  readonly name: string;
  readonly hint?: string;
  readonly isRequired: boolean;
  /** What it is where nothing is said, as it is typed. */
  readonly initial: string;
};

/** What was typed, by the names of the fields; a flag is `true` or `false`. */
export type Typed = Readonly<Record<string, string>>;

export type FieldFault = "missing" | "noNumber" | "tooSmall" | "tooLarge" | "noJson";

export type ReadSettings =
  | {
      readonly kind: "read";
      readonly settings: JsonObject;
      /** By the paths of their fields. */
      readonly secrets: readonly { readonly path: readonly string[]; readonly value: string }[];
    }
  | { readonly kind: "faulty"; readonly faults: Readonly<Record<string, FieldFault>> };

/** Deeper than any vendor goes: a schema comes from the daemon, and ends in any case. */
const DEEPEST = 3;
const MOST_FIELDS = 200;

/** @param known what is known of the settings before anybody types */
export function fieldsOf(schema: unknown, known: JsonObject = {}): readonly SchemaField[] {
  return [...fieldsIn(schema as Json, known, [], true)].slice(0, MOST_FIELDS);
}

function* fieldsIn(
  schema: Json | undefined,
  known: JsonObject,
  path: readonly string[],
  isNeeded: boolean,
): Generator<SchemaField> {
  if (!isJsonObject(schema)) return;
  const { properties, required } = schema;
  const needed = Array.isArray(required) ? required : [];
  for (const [name, property] of Object.entries(isJsonObject(properties) ? properties : {})) {
    if (!isJsonObject(property)) continue;
    const here = [...path, name];
    const value = known[name] ?? property["default"];
    const kind = kindOf(property, here.length);
    if (kind === undefined) {
      yield* fieldsIn(property, isJsonObject(value) ? value : {}, here, false);
      continue;
    }
    const { description } = property;
    yield {
      ...kind,
      path: here,
      name: here.join("."),
      isRequired: isNeeded && needed.includes(name) && property["default"] === undefined,
      initial: asTyped(value),
      ...(typeof description === "string" ? { hint: description } : {}),
    };
  }
}

/** Undefined for an object, whose fields stand for it. */
function kindOf(property: JsonObject, depth: number): FieldKind | undefined {
  const { type, minimum, maximum, properties } = property;
  const choices = property["enum"];
  if (Array.isArray(choices) && choices.every((choice) => typeof choice === "string"))
    return { kind: "choice", choices };
  switch (typeof type === "string" ? type : "other") {
    case "string":
      return { kind: "text" };
    case "boolean":
      return { kind: "flag" };
    case "integer":
    case "number":
      return {
        kind: "number",
        isWhole: type === "integer",
        ...(typeof minimum === "number" ? { minimum } : {}),
        ...(typeof maximum === "number" ? { maximum } : {}),
      };
    case "object":
      if (isJsonObject(properties) && Object.keys(properties).join() === "secret") return { kind: "secret" };
      return isJsonObject(properties) && depth < DEEPEST ? undefined : { kind: "json" };
    default:
      return { kind: "json" };
  }
}

function asTyped(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}

/** What stays as it is where nothing is said is left out, so that a later default counts. */
export function readSettings(fields: readonly SchemaField[], typed: Typed, known: JsonObject = {}): ReadSettings {
  const settings = structuredClone(known) as Record<string, Json>;
  const secrets: { readonly path: readonly string[]; readonly value: string }[] = [];
  const faults: Record<string, FieldFault> = {};
  for (const field of fields) {
    const text = field.kind === "secret" ? (typed[field.name] ?? "") : (typed[field.name] ?? field.initial).trim();
    if (text === "") {
      if (field.isRequired) faults[field.name] = "missing";
      else remove(settings, field.path);
      continue;
    }
    if (field.kind === "secret") {
      secrets.push({ path: field.path, value: text });
      continue;
    }
    if (text === field.initial) continue;
    const read = valueOf(field, text);
    if (read.kind === "faulty") faults[field.name] = read.fault;
    else put(settings, field.path, read.value);
  }
  return Object.keys(faults).length > 0 ? { kind: "faulty", faults } : { kind: "read", settings, secrets };
}

type ReadValue =
  { readonly kind: "read"; readonly value: Json } | { readonly kind: "faulty"; readonly fault: FieldFault };

function valueOf(field: SchemaField, text: string): ReadValue {
  switch (field.kind) {
    case "text":
    case "choice":
    case "secret":
      return { kind: "read", value: text };
    case "flag":
      return { kind: "read", value: text === "true" };
    case "number": {
      const value = Number(text);
      if (!Number.isFinite(value) || (field.isWhole && !Number.isSafeInteger(value)))
        return { kind: "faulty", fault: "noNumber" };
      if (field.minimum !== undefined && value < field.minimum) return { kind: "faulty", fault: "tooSmall" };
      if (field.maximum !== undefined && value > field.maximum) return { kind: "faulty", fault: "tooLarge" };
      return { kind: "read", value };
    }
    case "json":
      try {
        return { kind: "read", value: JSON.parse(text) as Json };
      } catch {
        return { kind: "faulty", fault: "noJson" };
      }
  }
}

/** The settings with a value at a path; objects on the way are made. */
export function put(settings: Record<string, Json>, [name = "", ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) {
    settings[name] = value;
    return;
  }
  const inner = settings[name];
  const next: Record<string, Json> = isJsonObject(inner) ? { ...inner } : {};
  put(next, rest, value);
  settings[name] = next;
}

function remove(settings: Record<string, Json>, [name = "", ...rest]: readonly string[]): void {
  const inner = settings[name];
  if (rest.length === 0) Reflect.deleteProperty(settings, name);
  else if (isJsonObject(inner)) {
    const next = { ...inner };
    remove(next, rest);
    settings[name] = next;
  }
}
