import { open, rename } from "node:fs/promises";
import { Type, schemaFaults, type ValueOf } from "../core/schema.ts";
import { failureOf, HomeFailure, readIfThere } from "./store.ts";

/** In the data folder. */
export const WITNESS_FILE = "journal.witness";

const WitnessSchema = Type.Object({
  journal: Type.String({ minLength: 1 }),
  /** When it was written, RFC 3339. */
  at: Type.String(),
  /** By POS: the number of the last kept event that was seen to be in the journal. */
  told: Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
});

/**
 * What a journal was seen to know, written beside it: one that comes back and knows less is an older copy. It is always behind
 * what is on the disk, so a crash never makes it accuse the journal.
 */
export type Witness = ValueOf<typeof WitnessSchema>;

type ReadWitness =
  | { readonly kind: "seen"; readonly witness: Witness }
  /** It was damaged, since it is only ever replaced as a whole, or may not be read. */
  | { readonly kind: "unreadable" }
  | { readonly kind: "none" };

export async function readWitness(path: string): Promise<ReadWitness> {
  try {
    const text = await readIfThere(path);
    if (text === undefined) return { kind: "none" };
    const document: unknown = JSON.parse(text);
    if (schemaFaults(WitnessSchema, document).length > 0) return { kind: "unreadable" };
    return { kind: "seen", witness: document as Witness };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof HomeFailure)) throw error;
    return { kind: "unreadable" };
  }
}

/**
 * Whole or as it was, and written beside running payments, so nothing waits for it. The new name is not forced to the disk: the
 * witness before it says less and nothing wrong.
 */
export async function writeWitness(path: string, witness: Witness): Promise<void> {
  const temporary = `${path}.new`;
  try {
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(`${JSON.stringify(witness)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    throw failureOf(error, path, "written");
  }
}
