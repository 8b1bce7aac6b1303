import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DOUBT_NOTE } from "../../../src/core/facts.ts";
import { timelineOf } from "../../../src/daemon/server/timeline.ts";

const AT = "2026-01-02T03:04:05.000Z";

function linesOf(text: string) {
  return timelineOf({ transaction: "T1", facts: [{ kind: "note", text, at: AT }] }, "en");
}

describe("a note in a timeline", () => {
  it("tells the shopkeeper that the answer did not come where it says that the payment is in doubt", () => {
    assert.deepEqual(linesOf(`${DOUBT_NOTE}the link was lost before the terminal's reply`), [
      {
        at: AT,
        what: "note",
        text: "The terminal's answer did not come. From here it was not known whether money had moved.",
        detail: "in doubt: the link was lost before the terminal's reply",
      },
    ]);
  });

  it("is the technician's otherwise", () => {
    assert.equal(
      linesOf("an answer that cannot be believed")[0]?.text,
      "Tillbridge noted something for the technician.",
    );
  });
});
