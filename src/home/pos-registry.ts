import { rename } from "node:fs/promises";
import { MAX_AMOUNT_MINOR } from "../core/money.ts";
import { OPERATION_TYPES } from "../core/operation-type.ts";
import { SCOPES, type PosRecord, type PosRegistry } from "../core/pos.ts";
import { oneOf, schemaFaults, Type } from "../core/schema.ts";
import { readIfThere, replaceFile } from "./store.ts";

const Minor = Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_AMOUNT_MINOR }));

const LimitSchema = Type.Object({
  operation: oneOf(OPERATION_TYPES),
  currency: Type.String({ pattern: "^[A-Z]{3}$" }),
  perOperation: Minor,
  perDay: Minor,
});

const FileSchema = Type.Object({
  pos: Type.Array(
    Type.Object({
      pos: Type.String({ minLength: 1 }),
      scopes: Type.Array(oneOf(SCOPES)),
      shared: Type.Boolean(),
      createdAt: Type.String(),
      tokenHash: Type.Optional(Type.String({ pattern: "^[0-9a-f]{64}$" })),
      origin: Type.Optional(Type.String()),
      limits: Type.Optional(Type.Array(LimitSchema)),
      signingKey: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" })),
      lan: Type.Optional(Type.Boolean()),
    }),
  ),
});

export type OpenedRegistry = {
  readonly registry: PosRegistry;
  /** Where a file that could not be read was put; the programs that were in it have to be paired again. */
  readonly setAside?: string;
};

/** The POS programs of `data/pos.json`. A change counts when it is on the disk; changes follow each other. */
export async function openPosRegistry(path: string): Promise<OpenedRegistry> {
  const text = await readIfThere(path);
  const stored = text === undefined ? [] : parse(text);
  const records = new Map((stored ?? []).map((record) => [record.pos, record]));
  let previous: Promise<unknown> = Promise.resolve();

  const change = (apply: (changed: Map<string, PosRecord>) => void): Promise<void> => {
    const written = previous.then(async () => {
      const changed = new Map(records);
      apply(changed);
      await replaceFile(path, `${JSON.stringify({ pos: [...changed.values()] }, undefined, 2)}\n`, "ownerOnly");
      apply(records);
    });
    previous = written.catch(() => undefined);
    return written;
  };

  const registry: PosRegistry = {
    list: () => [...records.values()],
    find: (pos) => records.get(pos),
    save: (record) => change((changed) => void changed.set(record.pos, record)),
    remove: (pos) => change((changed) => void changed.delete(pos)),
  };
  return stored === undefined ? { registry, setAside: await setAside(path) } : { registry };
}

function parse(text: string): readonly PosRecord[] | undefined {
  try {
    const document: unknown = JSON.parse(text);
    if (schemaFaults(FileSchema, document).length > 0) return undefined;
    return (document as { readonly pos: readonly PosRecord[] }).pos;
  } catch {
    return undefined;
  }
}

async function setAside(path: string): Promise<string> {
  const aside = path.replace(/(\.json)?$/, ".broken.json");
  await rename(path, aside);
  return aside;
}
