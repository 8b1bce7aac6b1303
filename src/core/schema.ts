import { Type, type Static, type TObject, type TSchema } from "typebox";
import { Compile, Errors } from "typebox/schema";
import { isJsonObject, type Json } from "./json.ts";

/** The one door to TypeBox: a definition made with it gives the type, the validation and the published document. */
export { Type };
export type { TObject, TSchema };

type DeepReadonly<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? readonly DeepReadonly<Item>[]
      : { readonly [Name in keyof T]: DeepReadonly<T[Name]> };

/** The type of the values that a schema admits, readonly through and through. */
export type ValueOf<Schema extends TSchema> = DeepReadonly<Static<Schema>>;

/** Of what people name and type again: it stands in commands and in files. */
export const NAME_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";
const NAME_IN_WORDS =
  "must be 1 to 64 letters, digits, dots, hyphens and underscores, and begin with a letter or a digit";

/** One of these words. */
export function oneOf<const Words extends readonly string[]>(
  words: Words,
  about: { readonly description?: string } = {},
) {
  return Type.Enum<[...Words]>([...words], about);
}

/** Whether a value fits a schema, for schemas that many values meet: compiled once, at the first value. */
export function compiledCheck(schema: TSchema): (value: unknown) => boolean {
  let check: ((value: unknown) => boolean) | undefined;
  return (value) => {
    if (check === undefined) {
      const validator = Compile(schema);
      check = (candidate) => validator.Check(candidate);
    }
    return check(value);
  };
}

/** `server.port`, or empty for the whole; and what is allowed there, in words that complete "this field ...". */
export type SchemaFault = { readonly field: string; readonly why: string };

/** Why a value does not fit its schema, in the order of the schema; empty where it fits. The values themselves are not repeated. */
export function schemaFaults(schema: TSchema, value: unknown): readonly SchemaFault[] {
  const [, errors] = Errors(schema, value);
  const faults = new Map<string, SchemaFault>();
  for (const error of errors) {
    // What is wrong with each form of a union helps nobody; that none of them fits does.
    const [unionPath, ...formPaths] = error.schemaPath.split("/anyOf/");
    const place = formPaths.length > 0 || error.keyword === "anyOf" ? `union ${unionPath ?? ""}` : error.instancePath;
    if (faults.has(place) || error.keyword === "additionalProperties") continue;
    const field = fieldName(error.instancePath);
    if (place.startsWith("union ")) {
      faults.set(place, { field, why: whyNoForm(at(schema, unionPath ?? "")) });
    } else if (error.keyword === "boolean") {
      faults.set(place, { field, why: whyUnknown(at(schema, parentOf(error.schemaPath))) });
    } else if (error.keyword === "required") {
      for (const name of error.params.requiredProperties) {
        const missing = `${error.instancePath}/${name}`;
        faults.set(missing, { field: fieldName(missing), why: "is missing" });
      }
    } else if (error.keyword === "enum") {
      faults.set(place, {
        field,
        why: `must be one of ${error.params.allowedValues.map((word) => JSON.stringify(word)).join(", ")}`,
      });
    } else if (error.keyword === "pattern") {
      faults.set(place, { field, why: whyNoMatch(at(schema, error.schemaPath), error.message) });
    } else if (error.keyword === "minimum" || error.keyword === "maximum") {
      faults.set(place, { field, why: whyOutOfRange(at(schema, error.schemaPath), error.message) });
    } else {
      faults.set(place, { field, why: error.message });
    }
  }
  return [...faults.values()];
}

/** The value with the defaults that its schema names for what it leaves out. Objects are filled in, arrays item by item. */
export function withDefaults(schema: TSchema, value: Json | undefined): Json | undefined {
  const { default: fallback, properties, items } = schema as Described;
  const given = value ?? fallback;
  if (Array.isArray(given) && items !== undefined) return given.map((item: Json) => withDefaults(items, item) ?? null);
  if (!isJsonObject(given) || properties === undefined) return given;
  const filled = Object.entries(properties).map(
    ([name, property]) => [name, withDefaults(property, given[name])] as const,
  );
  return { ...given, ...Object.fromEntries(filled.filter((entry): entry is [string, Json] => entry[1] !== undefined)) };
}

/** What is read from a schema here; a schema is plain JSON. */
type Described = {
  readonly default?: Json;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly items?: TSchema;
  readonly type?: string;
  readonly const?: Json;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Described[];
};

function fieldName(instancePath: string): string {
  return instancePath.slice(1).replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~");
}

function parentOf(schemaPath: string): string {
  return schemaPath.slice(0, schemaPath.lastIndexOf("/"));
}

function at(schema: TSchema, schemaPath: string): Described {
  let found: Described | undefined = schema;
  for (const name of schemaPath.split("/").slice(1))
    found = (found as Readonly<Record<string, Described>> | undefined)?.[name];
  return found ?? {};
}

function whyNoForm({ anyOf }: Described): string {
  const [form, ...others] = anyOf?.filter(({ type }) => type !== "null") ?? [];
  if (form?.pattern !== undefined && others.length === 0) return whyNoMatch(form, "does not fit");
  const values = anyOf?.flatMap((form) => (form.const === undefined ? [] : [JSON.stringify(form.const)])) ?? [];
  return values.length > 0 ? `must be one of ${values.join(", ")}` : "has none of the forms that are allowed here";
}

function whyUnknown({ properties }: Described): string {
  const known = Object.keys(properties ?? {});
  return known.length === 0
    ? "is not known here: there are no fields"
    : `is not known here; known are ${known.join(", ")}`;
}

/** A pattern says nothing to a person; what the field is described as does. */
function whyNoMatch({ pattern, description }: Described, otherwise: string): string {
  if (pattern === NAME_PATTERN) return NAME_IN_WORDS;
  return description === undefined ? otherwise : `does not fit: ${description}`;
}

function whyOutOfRange({ minimum, maximum }: Described, otherwise: string): string {
  return minimum === undefined || maximum === undefined ? otherwise : `must be ${minimum} to ${maximum}`;
}
