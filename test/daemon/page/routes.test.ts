import assert from "node:assert/strict";
import { test } from "node:test";
import { hashOf, routeOf } from "../../../src/daemon/page/routes.ts";

test("a place goes into the address and comes out again, whatever an id holds", () => {
  for (const route of [
    { kind: "start" },
    { kind: "doubts" },
    { kind: "terminal", terminal: "counter-1" },
    { kind: "terminal", terminal: "a/b?c#d%20<x>" },
    { kind: "transaction", transaction: "T 1" },
  ] as const) {
    assert.deepEqual(routeOf(hashOf(route)), route);
  }
});

test("an address that names no place is the start", () => {
  for (const hash of ["", "#", "#/", "#/nowhere", "#/terminal", "#/terminal/", "#/terminal/%", "#/__proto__", "#x"]) {
    assert.deepEqual(routeOf(hash), { kind: "start" }, hash);
  }
});
