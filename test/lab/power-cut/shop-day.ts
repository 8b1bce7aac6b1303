/** Runs in the guest: writes what a daemon writes, and says each thing as soon as it was confirmed. */
import { appendFileSync, mkdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { changeJournal, openInstallation } from "../../../src/home/installation.ts";
import { openSecrets } from "../../../src/home/secrets.ts";
import { replaceFile } from "../../../src/home/store.ts";
import { writeWitness } from "../../../src/home/witness.ts";
import { openJournal } from "../../../src/journal/sqlite.ts";
import { accepted, acknowledged, APPROVED, dispatched, settled } from "../../journal/facts.ts";

const [directory = ""] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);

const data = join(directory, "data");
mkdirSync(data);
const journal = await openJournal({ directory: data });
await openInstallation(join(data, "installation.json"), journal.id);
await openInstallation(join(data, "other.json"), "J0");
const secrets = openSecrets(data);
say("ready");

async function sell(day: number, number: number): Promise<void> {
  const id = `${day === 0 ? "old" : "new"}-${number}`;
  const at = `${2024 + day}-03-01T10:00:00.000Z`;
  const facts = [accepted(`R-${id}`, { at }), dispatched(`K-${id}`), settled(APPROVED), acknowledged(1)];
  for (const [place, fact] of facts.entries()) {
    await journal.append({ transaction: id, place, facts: [{ ...fact, at }] });
    appendFileSync(join(directory, "unsynced"), "x");
    say(`fact ${id} ${place}`);
  }
}

async function keepSettings(): Promise<void> {
  for (let version = 1; ; version += 1) {
    await replaceFile(join(directory, "config.json"), JSON.stringify({ version }), "kept");
    say(`config ${version}`);
    await secrets.set("mp", `secret ${version}`);
    say(`secret ${version}`);
    await changeJournal(join(data, "other.json"), `J${version}`);
    say(`installation ${version}`);
    await writeWitness(join(data, "journal.witness"), {
      journal: journal.id,
      at: "now",
      told: { "till-1": await journal.lastSeq("till-1") },
    });
  }
}

async function prune(): Promise<void> {
  let cursor: string | undefined;
  let transactions = 0;
  do {
    const pruned = await journal.prune("2025-01-01T00:00:00.000Z", 4, cursor);
    cursor = pruned.cursor;
    transactions += pruned.transactions;
    say(`pruned ${transactions}`);
  } while (cursor !== undefined);
}

for (let number = 0; number < 40; number += 1) await sell(0, number);
void keepSettings();
void prune();
for (let number = 0; ; number += 1) await sell(1, number);
