import assert from "node:assert/strict";
import { test } from "node:test";
import { sameText } from "../../../src/daemon/server/auth.ts";
import { printable } from "../../../src/daemon/server/printable.ts";
import { createTurns } from "../../../src/daemon/server/turns.ts";

test("secrets are the same or not, whatever their lengths are", () => {
  assert.ok(sameText("", ""));
  assert.ok(sameText("ABCD2345", "ABCD2345"));
  for (const other of ["", "A", "ABCD234", "ABCD23456", "BBCD2345", "ABCD2346", "\u0000ABCD2345"]) {
    assert.ok(!sameText("ABCD2345", other), other);
  }
});

test("text from outside is cut with its length told, and escapes cannot be forged", () => {
  assert.equal(printable("plain, ümläut & 日本語"), "plain, ümläut & 日本語");
  assert.equal(printable("a\\u000ab\nc"), "a\\\\u000ab\\u000ac");
  assert.equal(printable(`x\ud800${"y".repeat(300)}`, 5), "x\\ud800yyy... (302 characters)");
  assert.equal(printable("\u{e0001}tag"), "\\udb40\\udc01tag");
});

test("what is begun for one name goes one after the other, also after a failure; other names go beside it", async () => {
  const inTurn = createTurns();
  const steps: string[] = [];
  const gate = Promise.withResolvers<undefined>();
  const first = inTurn("a", async () => {
    steps.push("first begins");
    await gate.promise;
    steps.push("first fails");
    throw new Error("disk full");
  });
  const second = inTurn("a", async () => void steps.push("second"));
  await inTurn("b", async () => void steps.push("other"));
  gate.resolve(undefined);
  await assert.rejects(first, /disk full/);
  await second;

  assert.deepEqual(steps, ["first begins", "other", "first fails", "second"]);
});
