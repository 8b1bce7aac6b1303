import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  isAnswerOfSomebody,
  otherDeviceIn,
  otherDeviceInWords,
  ownerInWords,
  twinInWords,
  unnamedInWords,
} from "../../src/core/whose-answer.ts";

describe("why whoever answers is not taken for the terminal", () => {
  const other = { told: "SIM-7811", expected: "SIM.2" };
  const why = otherDeviceInWords(other);

  it("is known again with both numbers, whatever follows", () => {
    for (const detail of [why, `${why}. Where it was exchanged: ...`, `${why}; ...`])
      assert.deepEqual(otherDeviceIn(detail), other, detail);
  });

  it("is known again with the terminal whose device it is", () => {
    const owner = "counter.2";
    const changing = `${why}; ${ownerInWords(owner)}, with which it changes places`;
    const changed = `${why}. That is the device of terminal ${owner}: the two have changed`;
    for (const detail of [changing, changed]) assert.deepEqual(otherDeviceIn(detail), { ...other, owner }, detail);
  });

  it("tells that somebody answers; another reason, or one in which a device only says so, does not", () => {
    for (const detail of [why, unnamedInWords("SIM.2"), twinInWords("SIM-7811", "counter-2")])
      assert.ok(isAnswerOfSomebody(detail), detail);
    for (const detail of [undefined, "no answer to the first question", `the terminal says: ${why}`])
      assert.deepEqual([isAnswerOfSomebody(detail), otherDeviceIn(detail)], [false, undefined], detail);
  });
});
