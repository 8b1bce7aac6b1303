import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { Type, schemaFaults, type ValueOf } from "../core/schema.ts";
import { createFile, readIfThere, replaceFile } from "./store.ts";

/** In the data folder. */
export const INSTALLATION_FILE = "installation.json";

const InstallationSchema = Type.Object({
  /** Of this installation, so that a client notices when it talks to another one. */
  instance: Type.String({ minLength: 1 }),
  /** The journal of this installation. Another one comes in its place by a person's word alone. */
  journal: Type.Optional(Type.String({ minLength: 1 })),
});

type Installation = ValueOf<typeof InstallationSchema>;

type ReadInstallation =
  | { readonly kind: "known"; readonly installation: Installation }
  /** There is a file, so this is no first start, but it does not say which installation it is. */
  | { readonly kind: "torn" }
  | { readonly kind: "none" };

/** What an installation has to know of itself from start to start. */
export async function readInstallation(path: string): Promise<ReadInstallation> {
  const text = await readIfThere(path);
  if (text === undefined) return { kind: "none" };
  try {
    const document: unknown = JSON.parse(text);
    if (schemaFaults(InstallationSchema, document).length > 0) return { kind: "torn" };
    return { kind: "known", installation: document as Installation };
  } catch {
    return { kind: "torn" };
  }
}

/** The installation at a start. The journal that is open, if one is, becomes its own where it has none yet. */
export async function openInstallation(path: string, journal: string | undefined): Promise<Installation> {
  const read = await readInstallation(path);
  if (read.kind !== "known") return make(path, journal);
  const { installation } = read;
  if (journal === undefined || installation.journal !== undefined) return installation;
  return replace(path, { ...installation, journal });
}

/** A person's word: from now on this is the journal of the installation. */
export async function changeJournal(path: string, journal: string): Promise<void> {
  const read = await readInstallation(path);
  if (read.kind === "known") await replace(path, { ...read.installation, journal });
  else await make(path, journal);
}

async function make(path: string, journal: string | undefined): Promise<Installation> {
  const made: Installation = { instance: randomUUID(), ...(journal === undefined ? {} : { journal }) };
  await rm(path, { force: true });
  await createFile(path, textOf(made));
  return made;
}

async function replace(path: string, installation: Installation): Promise<Installation> {
  await replaceFile(path, textOf(installation), "ownerOnly");
  return installation;
}

function textOf(installation: Installation): string {
  return `${JSON.stringify(installation)}\n`;
}
