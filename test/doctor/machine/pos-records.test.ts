import assert from "node:assert/strict";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { LANGUAGES } from "../../../src/core/language.ts";
import { posRecordsExamination } from "../../../src/doctor/machine/pos-records.ts";
import { loadWords } from "../../../src/doctor/words/load-words.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { checkOf } from "./examined.ts";

const look = (folder: string) => checkOf("pos.records", [posRecordsExamination(folder)]);
const till = (pos: string) => ({ pos, scopes: ["pay"], shared: false, createdAt: "2026-01-02T03:04:05.000Z" });

test("given a list that can be read, or none yet, then all is well", async (t) => {
  const folder = freshFolder(t);
  assert.equal((await look(folder)).verdict, "ok");
  writeFileSync(join(folder, "pos.json"), JSON.stringify({ pos: [till("till-1"), till("till-2")] }));

  const { verdict, evidence } = await look(folder);

  assert.deepEqual([verdict, evidence.includes("2 POS programs")], ["ok", true]);
});

test("given a damaged record, then it is named with what is wrong and what to do", async (t) => {
  const folder = freshFolder(t);
  const damaged = { ...till("till-2"), limits: [{ operation: "sale", currency: "EUR", perDay: "1O0" }] };
  writeFileSync(join(folder, "pos.json"), JSON.stringify({ pos: [till("till-1"), damaged] }));

  const { verdict, evidence, remedy } = await look(folder);

  assert.equal(verdict, "fault");
  assert.match(evidence, /pos\.json .*till-2 \(limits\.0\.perDay must be integer\)/);
  assert.match(remedy ?? "", /Stop the service .*mend the file, and start it again.*pos revoke NAME/);
});

test("given a file that is no list, or one that was moved aside, or something that is no file, then it is told", async (t) => {
  const folder = freshFolder(t);
  const path = join(folder, "pos.json");
  writeFileSync(path, "{");
  assert.match((await look(folder)).evidence, /pos\.json is no list/);

  renameSync(path, join(folder, "pos.broken-2.json"));
  const aside = await look(folder);
  assert.deepEqual([aside.verdict, aside.evidence.includes("pos.broken-2.json")], ["warning", true]);
  assert.match(aside.remedy ?? "", /Stop the service, mend that file, put it back as pos\.json.*Or pair/);

  mkdirSync(path);
  assert.equal((await look(folder)).verdict, "unknown");
});

test("given one POS program, then every language counts it as one, and says to stop the service before anything is mended", async () => {
  for (const language of LANGUAGES) {
    const { pos } = await loadWords(language);
    assert.notEqual(pos.whole("pos.json", 1), pos.whole("pos.json", 2).replace("2", "1"), language);
    assert.match(pos.mend, /tillbridge service stop/, language);
    assert.match(pos.pairAgain, /pos\.json/, language);
  }
});
