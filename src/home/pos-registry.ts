import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import type { PosRecord, PosRegistry } from "../core/pos.ts";
import { entryName, posFileOf, readPosFile, type PosEntry } from "./pos-file.ts";
import { readIfThere, replaceFile } from "./store.ts";

export type OpenedRegistry = {
  readonly registry: PosRegistry;
  /** Where a file that could not be read was put; the programs that were in it have to be paired again. */
  readonly setAside?: string;
};

/** The POS programs of `data/pos.json`. A change counts when it is on the disk; changes follow each other. */
export async function openPosRegistry(path: string): Promise<OpenedRegistry> {
  const text = await readIfThere(path);
  const stored = text === undefined ? [] : readPosFile(text);
  let known = knownOf(stored ?? []);
  let previous: Promise<unknown> = Promise.resolve();

  const change = (apply: (entries: readonly PosEntry[]) => readonly PosEntry[]): Promise<void> => {
    const written = previous.then(async () => {
      const entries = apply(known.entries);
      await replaceFile(path, posFileOf(entries), "ownerOnly");
      known = knownOf(entries);
    });
    previous = written.catch(() => undefined);
    return written;
  };

  const registry: PosRegistry = {
    list: () => [...known.records.values()],
    find: (pos) => known.records.get(pos),
    unreadable: () => known.entries.flatMap((entry) => (entry.kind === "unreadable" ? [entry.about] : [])),
    save: (record) => change((entries) => withRecord(entries, record)),
    remove: (pos) => change((entries) => entries.filter((entry) => entryName(entry) !== pos)),
  };
  return stored === undefined ? { registry, setAside: await setAside(path) } : { registry };
}

type Known = { readonly entries: readonly PosEntry[]; readonly records: ReadonlyMap<string, PosRecord> };

function knownOf(entries: readonly PosEntry[]): Known {
  const records = entries.flatMap((entry) => (entry.kind === "read" ? [entry.record] : []));
  return { entries: entries.map(placed), records: new Map(records.map((record) => [record.pos, record])) };
}

function placed(entry: PosEntry, index: number): PosEntry {
  return entry.kind === "read" ? entry : { ...entry, about: { ...entry.about, place: index + 1 } };
}

function withRecord(entries: readonly PosEntry[], record: PosRecord): readonly PosEntry[] {
  const saved: PosEntry = { kind: "read", record };
  const isThere = entries.some((entry) => entry.kind === "read" && entry.record.pos === record.pos);
  if (!isThere) return [...entries, saved];
  return entries.map((entry) => (entry.kind === "read" && entry.record.pos === record.pos ? saved : entry));
}

/** Beside it, under a name that is free: what was set aside before stays as well. */
async function setAside(path: string): Promise<string> {
  const stem = path.replace(/(\.json)?$/, ".broken");
  let aside = `${stem}.json`;
  for (let number = 2; existsSync(aside); number += 1) aside = `${stem}-${number}.json`;
  await rename(path, aside);
  return aside;
}
