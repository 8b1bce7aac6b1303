import { openJournal } from "../../src/journal/sqlite.ts";
import { accepted, APPROVED, dispatched, settled } from "./facts.ts";

/** A program for tests to kill or to starve: lives so many lives and prints what became of each fact. */
const [directory = "", lives = "Infinity"] = process.argv.slice(2);
const journal = await openJournal({ directory });

for (let life = 0; life < Number(lives); life += 1) {
  const transaction = `A${life}`;
  let place = 0;
  for (const fact of [accepted(`R${life}`), dispatched(`K${life}`), settled(APPROVED)]) {
    const said = await journal.append({ transaction, place, facts: [fact] }).then(
      () => `confirmed ${transaction} ${place}`,
      () => `failed ${transaction} ${place}`,
    );
    process.stdout.write(`${said}\n`);
    if (said.startsWith("failed")) break;
    place += 1;
  }
}
await journal.close();
