import assert from "node:assert/strict";
import { test } from "node:test";
import { changesIn } from "../../../src/daemon/page/shell/changes.ts";
import { mattersOf } from "../../../src/daemon/page/start/attention.ts";
import { words } from "../../../src/daemon/page/words/en.ts";
import { terminal, transaction } from "./things.ts";

const WELL = { journal: { state: "ok" }, intake: "open" };

test("money in doubt comes before terminals, and what cannot be written down before both", () => {
  const matters = mattersOf(
    {
      terminals: [
        terminal("off", { state: "disabled" }),
        terminal("gone", { state: "offline", detail: "refuses" }),
        terminal("new", { state: "unpaired" }),
        terminal("kept", { state: "fenced" }),
        terminal("fine"),
      ],
      open: [transaction("T1", { recovering: true }), transaction("T2")],
      alarms: [],
      health: { journal: { state: "unavailable" }, intake: "held" },
    },
    words,
  );
  assert.deepEqual(
    matters.map(({ text }) => text),
    [
      words.start.journal,
      "1 payment is in doubt",
      "gone cannot be reached",
      "kept takes no payment until a payment in doubt is decided",
      "new is not paired",
      "off is switched off",
      words.start.held,
    ],
  );
  assert.deepEqual(matters[2]?.route, { kind: "terminal", terminal: "gone" });
  assert.deepEqual([matters[2].detail, matters[2].technical], [words.told.silent.tcp, "refuses"]);
});

test("where all is well nothing needs attention", () => {
  const seen = { terminals: [terminal("a"), terminal("b", { state: "busy" })], open: [transaction("T1")], alarms: [] };
  assert.deepEqual(mattersOf({ ...seen, health: WELL }, words), []);
  assert.deepEqual(mattersOf({ ...seen, health: undefined }, words), []);
});

test("a screen reader hears what changed, and not what is seen for the first time", () => {
  const before = { terminals: [terminal("a")], kind: "open" } as const;
  assert.deepEqual(changesIn(before, { ...before, terminals: [terminal("a"), terminal("b")] }, words), []);
  assert.deepEqual(
    changesIn(before, { terminals: [terminal("a", { state: "offline", name: "Till" })], kind: "waiting" }, words),
    [words.shell.lost, "Till: Not reachable."],
  );
  assert.deepEqual(changesIn({ ...before, kind: "waiting" }, before, words), [words.shell.connected]);
});
