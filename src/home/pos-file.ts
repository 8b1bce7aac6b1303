import { limitsFault } from "../core/pos-limits.ts";
import { MAX_AMOUNT_MINOR } from "../core/money.ts";
import { OPERATION_TYPES } from "../core/operation-type.ts";
import { SCOPES, type PosRecord, type UnreadablePos } from "../core/pos.ts";
import { NAME_PATTERN, oneOf, schemaFaults, Type } from "../core/schema.ts";

/**
 * One record of `data/pos.json`. No field beyond these: one that this version does not know may be a limit whose name was
 * damaged, or what a later version holds the POS to, and it would count for nothing.
 */
const exact = { additionalProperties: false } as const;

const Minor = Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_AMOUNT_MINOR }));

const LimitSchema = Type.Object(
  {
    operation: oneOf(OPERATION_TYPES),
    currency: Type.String({ pattern: "^[A-Z]{3}$" }),
    perOperation: Minor,
    perDay: Minor,
  },
  exact,
);

const RecordSchema = Type.Object(
  {
    pos: Type.String({ pattern: NAME_PATTERN }),
    scopes: Type.Array(oneOf(SCOPES)),
    shared: Type.Boolean(),
    createdAt: Type.String(),
    tokenHash: Type.Optional(Type.String({ pattern: "^[0-9a-f]{64}$" })),
    origin: Type.Optional(Type.String()),
    limits: Type.Optional(Type.Array(LimitSchema)),
    signingKey: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" })),
    lan: Type.Optional(Type.Boolean()),
  },
  exact,
);

const FileSchema = Type.Object({ pos: Type.Array(Type.Unknown()) });

const NAME = new RegExp(NAME_PATTERN);
/** The name of a field may be damaged as well; what is no plain word is not repeated to people. */
const FIELD = /^[A-Za-z0-9.]{1,60}$/;

/** A record, or what stands in its place: kept as it is, so that whoever mends it, or a later version, has it back. */
export type PosEntry =
  | { readonly kind: "read"; readonly record: PosRecord }
  | { readonly kind: "unreadable"; readonly raw: unknown; readonly about: UnreadablePos };

/** The records of the file, in its order; undefined where it is not even a list of some. */
export function readPosFile(text: string): readonly PosEntry[] | undefined {
  const list = listIn(text);
  if (list === undefined) return undefined;
  const names = list.map(nameOf);
  return list.map((raw, index): PosEntry => {
    const pos = names[index];
    const why = whyUnreadable(raw) ?? (names.indexOf(pos) === names.lastIndexOf(pos) ? undefined : TWICE);
    if (why === undefined) return { kind: "read", record: raw as PosRecord };
    return { kind: "unreadable", raw, about: { place: index + 1, ...(pos === undefined ? {} : { pos }), why } };
  });
}

/** @returns the text of a file that reads as these */
export function posFileOf(entries: readonly PosEntry[]): string {
  const pos = entries.map((entry) => (entry.kind === "read" ? entry.record : entry.raw));
  return `${JSON.stringify({ pos }, undefined, 2)}\n`;
}

/** The name that a record has, whether it can be read or not. */
export function entryName(entry: PosEntry): string | undefined {
  return entry.kind === "read" ? entry.record.pos : entry.about.pos;
}

/** Of two with one name nobody can tell which limits, which token are right. */
const TWICE = "there are two of this name";

function listIn(text: string): readonly unknown[] | undefined {
  try {
    const document: unknown = JSON.parse(text);
    if (schemaFaults(FileSchema, document).length > 0) return undefined;
    return (document as { readonly pos: readonly unknown[] }).pos;
  } catch {
    return undefined;
  }
}

function nameOf(raw: unknown): string | undefined {
  const name: unknown = typeof raw === "object" && raw !== null && "pos" in raw ? raw.pos : undefined;
  return typeof name === "string" && NAME.test(name) ? name : undefined;
}

function whyUnreadable(raw: unknown): string | undefined {
  const [fault] = schemaFaults(RecordSchema, raw);
  if (fault !== undefined) {
    if (fault.field === "") return "it is no record";
    return FIELD.test(fault.field) ? `${fault.field} ${fault.why}` : "it has a field that is not known here";
  }
  const limited = limitsFault((raw as PosRecord).limits ?? []);
  return limited === undefined ? undefined : `${limited.field}: ${limited.why}`;
}
