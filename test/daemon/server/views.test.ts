import assert from "node:assert/strict";
import { test } from "node:test";
import type { TerminalView } from "../../../src/daemon/api.ts";
import { terminalOnWire } from "../../../src/daemon/server/views.ts";
import { COUNTER } from "../../support/fake-till.ts";

const reasonOf = (more: Partial<TerminalView>) =>
  terminalOnWire({ ...COUNTER, state: "offline", detail: "words", ...more }, "en").reason;

test("given what is known of why a terminal is away, then its kind is told, and nothing where only words are known", () => {
  assert.equal(reasonOf({}), undefined);
  assert.equal(reasonOf({ linkFault: { kind: "nobodyListens" } }), "nobodyListens");
  assert.equal(reasonOf({ linkFault: { kind: "otherProgram", program: "web" } }), "otherProgram");
  assert.equal(reasonOf({ turnedAway: { kind: "twin", told: "1", owner: "counter-2" } }), "twin");
  assert.equal(reasonOf({ state: "unpaired", lacksSetting: true }), "settingLacks");
});

test("given what is known of who answers in a terminal's place, then no POS hears more of it than its kind", () => {
  const view = { ...COUNTER, turnedAway: { kind: "otherDevice", told: "4711", expected: "0815" } } as const;
  assert.equal(JSON.stringify(terminalOnWire(view, "en")).includes("4711"), false);
});
