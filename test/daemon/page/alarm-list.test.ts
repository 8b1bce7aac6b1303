import assert from "node:assert/strict";
import { test } from "node:test";
import { LANGUAGES } from "../../../src/daemon/page/language.ts";
import { createAlarmList } from "../../../src/daemon/page/session/alarm-list.ts";
import type { Alarm } from "../../../src/daemon/page/view.ts";
import { loadWords } from "../../../src/daemon/page/words/load-words.ts";

const alarm = (text: string): Alarm => ({
  at: "2026-01-02T03:04:05.000Z",
  severity: "critical",
  code: "otherDevice",
  text,
  remedy: "Look at it.",
});

test("given alarms that somebody has seen, when they still stand, then they are counted and not shown again", () => {
  const list = createAlarmList();
  list.standing([alarm("one"), alarm("two")]);
  assert.equal(list.seen.current(), 0);

  list.clear();
  assert.deepEqual([list.alarms.current(), list.seen.current()], [[], 2]);

  list.raised(alarm("three"));
  list.standing([alarm("three"), alarm("two")]);
  assert.deepEqual(list.alarms.current(), [alarm("three")]);
  assert.equal(list.seen.current(), 1, "one of the two has ended");

  list.standing([]);
  assert.deepEqual([list.alarms.current(), list.seen.current()], [[], 0]);
});

test("given seen alarms that stand, then no language says that there is none", async () => {
  for (const language of LANGUAGES) {
    const { alarms } = await loadWords(language);
    assert.notEqual(alarms.noneUnseen, alarms.none, language);
    assert.match(alarms.seenStand(3), /3.*tillbridge status/, language);
    assert.notEqual(alarms.seenStand(1), alarms.seenStand(3).replace("3", "1"), `${language} has a singular`);
  }
});
