import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openReserve, withRoom } from "../../src/journal/reserve.ts";
import { journalFolder } from "./journal-folder.ts";

const MIB = 1024 * 1024;

/** As node:sqlite says it. SQLITE_FULL. */
function fullDisk(): Error {
  return Object.assign(new Error("database or disk is full"), { code: "ERR_SQLITE_ERROR", errcode: 13 });
}

test("room is held in a file, and more of it the more transactions run", (context) => {
  const directory = journalFolder(context);
  const reserve = openReserve(directory);
  const size = () => statSync(join(directory, "journal.reserve")).size;

  assert.ok(reserve.holdFor(1));
  assert.equal(size(), 4 * MIB);
  assert.ok(reserve.holdFor(100));
  assert.equal(size(), 13 * MIB);
});

test("the room on the disk is real, not zeros that a file system keeps for nothing", (context) => {
  const directory = journalFolder(context);

  openReserve(directory).holdFor(1);

  assert.ok(statSync(join(directory, "journal.reserve")).blocks * 512 >= 4 * MIB);
});

test("room is given up once, and taken again when asked for", (context) => {
  const directory = journalFolder(context);
  const reserve = openReserve(directory);
  reserve.holdFor(1);

  assert.ok(reserve.release());
  assert.ok(!existsSync(join(directory, "journal.reserve")));
  assert.ok(!reserve.release());
  assert.ok(reserve.holdFor(1));
  assert.ok(reserve.release());
});

test("a reserve that an earlier process left is held, and given up by the next", (context) => {
  const directory = journalFolder(context);
  openReserve(directory).holdFor(1);

  assert.ok(openReserve(directory).release());
});

test("what finds no room to be opened gets the room that is held", (context) => {
  const reserve = openReserve(journalFolder(context));
  reserve.holdFor(1);
  let isFull = true;
  const open = (): string => {
    if (!isFull) return "opened";
    isFull = false;
    throw fullDisk();
  };

  assert.equal(withRoom(reserve, open), "opened");
  assert.ok(!reserve.release());
});

test("without room to give, a full disk stays the answer", (context) => {
  const reserve = openReserve(journalFolder(context));

  assert.throws(
    () =>
      withRoom(reserve, () => {
        throw fullDisk();
      }),
    /disk is full/,
  );
});
