import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { Type, schemaFaults, type ValueOf } from "../core/schema.ts";
import { createFile, readIfThere, replaceFile } from "./store.ts";

const InstallationSchema = Type.Object({
  /** Of this installation, so that a client notices when it talks to another one. */
  instance: Type.String({ minLength: 1 }),
  /** The journal that was last open here: what a POS is told while it cannot be opened, so that it does not take us for strangers. */
  journal: Type.Optional(Type.String({ minLength: 1 })),
});

type Installation = ValueOf<typeof InstallationSchema>;

/** `journalBefore`: another journal was open at the last start. Somebody put it there, and the payments of the one before are not in it. */
export type OpenedInstallation = Installation & { readonly journalBefore?: string };

/** What an installation has to know of itself from start to start; undefined where there is nothing to be read. */
async function readInstallation(path: string): Promise<Installation | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  try {
    const document: unknown = JSON.parse(text);
    return schemaFaults(InstallationSchema, document).length === 0 ? (document as Installation) : undefined;
  } catch {
    return undefined;
  }
}

/** The installation with the journal that is open, if one is; stored where that is news. */
export async function openInstallation(path: string, journal: string | undefined): Promise<OpenedInstallation> {
  const known = await readInstallation(path);
  if (known === undefined) {
    const made: Installation = { instance: randomUUID(), ...(journal === undefined ? {} : { journal }) };
    await rm(path, { force: true });
    await createFile(path, textOf(made));
    return made;
  }
  if (journal === undefined || journal === known.journal) return known;
  const changed = { ...known, journal };
  await replaceFile(path, textOf(changed), "ownerOnly");
  return { ...changed, ...(known.journal === undefined ? {} : { journalBefore: known.journal }) };
}

function textOf(installation: Installation): string {
  return `${JSON.stringify(installation)}\n`;
}
