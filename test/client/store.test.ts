import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileStore } from "../../src/client/node.ts";
import { storeIn } from "../../src/client/store.ts";
import { SALE } from "./till.ts";

const ATTEMPT = { requestId: "R1", terminal: "counter-1", operation: SALE, journal: "J1" };

async function folder(t: TestContext) {
  const path = await mkdtemp(join(tmpdir(), "tillbridge-store-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test("a file remembers attempts and position over a restart", async (t) => {
  const path = join(await folder(t), "till.json");
  const before = fileStore(path);
  await Promise.all([
    before.saveAttempt(ATTEMPT),
    before.saveAttempt({ ...ATTEMPT, requestId: "R2" }),
    before.savePosition({ journal: "J1", seq: 7 }),
    before.removeAttempt("R2"),
  ]);

  const after = fileStore(path);

  assert.deepEqual(await after.attempts(), [ATTEMPT]);
  assert.deepEqual(await after.position(), { journal: "J1", seq: 7 });
});

test("a new file is empty, and leaves nothing beside it", async (t) => {
  const directory = await folder(t);
  const store = fileStore(join(directory, "till.json"));

  assert.deepEqual(await store.attempts(), []);
  assert.equal(await store.position(), undefined);
  await store.saveAttempt(ATTEMPT);
  assert.deepEqual(await readdir(directory), ["till.json"]);
});

test("a file that cannot be read or written is said, and what was not written is not believed", async (t) => {
  const directory = await folder(t);
  await writeFile(join(directory, "broken.json"), '{"attempts": [');
  await assert.rejects(async () => fileStore(join(directory, "broken.json")).attempts(), SyntaxError);

  const nowhere = fileStore(join(directory, "missing", "till.json"));
  await assert.rejects(async () => nowhere.saveAttempt(ATTEMPT), { code: "ENOENT" });
  assert.deepEqual(await nowhere.attempts(), []);
});

test("a browser's storage holds it under one key", async () => {
  const texts = new Map<string, string>();
  const storage = {
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, value: string) => void texts.set(key, value),
  };
  await storeIn(storage, "till-1").saveAttempt(ATTEMPT);

  assert.deepEqual([...texts.keys()], ["till-1"]);
  assert.deepEqual(await storeIn(storage, "till-1").attempts(), [ATTEMPT]);
  assert.deepEqual(await storeIn(storage, "till-2").attempts(), []);
});
