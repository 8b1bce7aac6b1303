// The reference for POS programmers. What can be derived from the schemas is; the rest is in `prose.ts`.
import { ERROR_REASONS, retryOf } from "../../src/core/errors.ts";
import { SCOPES } from "../../src/core/pos.ts";
import { rpcCodeOf } from "../../src/protocol/envelope.ts";
import { eventHead, EVENTS, HelloSchema, KEPT_EVENT_TYPES } from "../../src/protocol/events.ts";
import { METHODS, type MethodName } from "../../src/protocol/methods.ts";
import { CLOSE_CODES } from "../../src/protocol/version.ts";
import { CLOSE_CODE_MEANINGS, INTRODUCTION, SCOPE_MEANINGS } from "./prose.ts";
import { EVENT_TYPES, METHOD_NAMES, objectSchemas, OBJECTS, withReferences, type Described } from "./schema.ts";

const BASE = "#";

export function referenceDocument(): string {
  return [
    INTRODUCTION,
    "## Methods",
    ...METHOD_NAMES.map(methodSection),
    "## Events",
    "Every event is a notification `event` whose params begin with these fields:",
    fieldTable(withReferences(HEAD, BASE)),
    ...EVENT_TYPES.map(eventSection),
    "## Objects",
    ...Object.entries(objectSchemas(BASE)).map(([name, schema]) => objectSection(name, schema)),
    "### Hello",
    fieldTable(withReferences(HelloSchema, BASE)),
    "## Scopes",
    table(
      ["scope", "allows"],
      SCOPES.map((scope) => [`\`${scope}\``, SCOPE_MEANINGS[scope]]),
    ),
    "## Errors",
    "`reason` is for the program, `message` for a person. `retry` is `same`: ask again with the same request id; `never`: asking again does not help.",
    table(
      ["reason", "code", "retry"],
      ERROR_REASONS.map((reason) => [`\`${reason}\``, String(rpcCodeOf(reason)), retryOf(reason)]),
    ),
    "Text that is no JSON has the code -32700.",
    "## Close codes",
    table(
      ["code", "means"],
      Object.entries(CLOSE_CODES).map(([name, code]) => [
        String(code),
        CLOSE_CODE_MEANINGS[name as keyof typeof CLOSE_CODES],
      ]),
    ),
    "",
  ].join("\n\n");
}

const HEAD = { type: "object", properties: eventHead, required: Object.keys(eventHead) };

function methodSection(name: MethodName): string {
  const { summary, scope, params, result } = METHODS[name];
  const needs = {
    open: "Before the session.",
    session: "Any session.",
    byOperation: "Scope: `pay`, `refund`, `unreferencedRefund` or `settle`, by the operation.",
  }[scope as string];
  return [
    `### ${name}`,
    `${summary} ${needs ?? `Scope: \`${scope}\`.`}`,
    "Params:",
    fieldTable(withReferences(params, BASE)),
    "Result:",
    fieldTable(withReferences(result, BASE)),
  ].join("\n\n");
}

function eventSection(type: (typeof EVENT_TYPES)[number]): string {
  const { summary, fields } = EVENTS[type];
  const kept = (KEPT_EVENT_TYPES as readonly string[]).includes(type) ? " Kept." : "";
  const schema = { type: "object", properties: fields, required: requiredOf(fields) };
  return [`### ${type}`, `${summary}${kept}`, fieldTable(withReferences(schema, BASE))].join("\n\n");
}

/** Optional fields are known by what TypeBox leaves out of an object's `required`. */
function requiredOf(fields: object): readonly string[] {
  return Object.entries(fields)
    .filter(([, field]) => !("~optional" in (field as object)))
    .map(([name]) => name);
}

function objectSection(name: string, schema: Described): string {
  const { anyOf, description } = schema;
  const body =
    anyOf === undefined ? fieldTable(schema) : anyOf.map((form) => `One form:\n\n${fieldTable(form)}`).join("\n\n");
  return [`### ${name}`, ...(description === undefined ? [] : [sentence(description)]), body].join("\n\n");
}

function fieldTable({ properties, required, description }: Described): string {
  const rows = Object.entries(properties ?? {}).map(([name, field]) => [
    `\`${name}\`${required?.includes(name) === true ? "" : " (optional)"}`,
    typeOf(field),
    field.description ?? "",
  ]);
  return rows.length === 0 ? (description ?? "None.") : table(["field", "type", ""], rows);
}

/** In a few words; what has a name of its own is linked. */
function typeOf(schema: Described): string {
  const { $ref, type, anyOf, allOf, items, properties, patternProperties } = schema;
  if ($ref !== undefined) {
    const name = $ref.slice(BASE.length);
    return name in OBJECTS ? `[${name}](#${name.toLowerCase()})` : name;
  }
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((word) => `\`${String(word)}\``).join(", ");
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(" or ");
  if (allOf !== undefined) return "object: `type` and what that medium needs";
  if (type === "array") return `array of ${typeOf(items ?? {})}`;
  if (patternProperties !== undefined) return `object of ${Object.values(patternProperties).map(typeOf).join(" or ")}`;
  if (type === "object") {
    const fields = Object.entries(properties ?? {}).map(
      ([name, field]) => `\`${name}${schema.required?.includes(name) === true ? "" : "?"}\` ${typeOf(field)}`,
    );
    return fields.length === 0 ? "object" : `object: ${fields.join("; ")}`;
  }
  return `${type ?? "any JSON"}${rangeOf(schema)}`;
}

function rangeOf({ minimum, maximum, minLength, maxLength, default: fallback }: Described): string {
  const isBig = maximum === Number.MAX_SAFE_INTEGER;
  const range =
    minimum !== undefined && maximum !== undefined && !isBig ? ` ${String(minimum)} to ${String(maximum)}` : "";
  const length =
    maxLength === undefined
      ? ""
      : `, ${minLength === undefined ? "up to" : `${String(minLength)} to`} ${String(maxLength)} characters`;
  return `${range}${length}${fallback === undefined ? "" : ` (${String(fallback)})`}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
