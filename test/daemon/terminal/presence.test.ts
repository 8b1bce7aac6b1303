import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Device } from "../../../src/daemon/terminal/device.ts";
import { Presence } from "../../../src/daemon/terminal/presence.ts";
import { Recognition } from "../../../src/daemon/terminal/recognition.ts";
import { Route, type Place } from "../../../src/daemon/terminal/route.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const placeAt = (host: string): Place => ({
  link: { type: "tcp", host },
  medium: { kind: "stream", open: () => Promise.resolve({ kind: "failed", why: "nobody" }) },
});

function presenceWith(candidates: readonly string[]) {
  const clock = createVirtualClock();
  const moves: JsonObject[] = [];
  const alarms: string[] = [];
  const route = new Route({
    place: placeAt("home"),
    find: () => Promise.resolve(candidates.map(placeAt)),
    isFree: () => true,
    clock,
  });
  const recognition = new Recognition({
    terminal: "counter-1",
    serialNumber: "A1",
    ownerOf: () => undefined,
    metNeighbour: () => false,
    isAtItsPlace: () => !route.isElsewhere,
    learned: () => undefined,
    emit: (event) => {
      if (event.kind === "alarm") alarms.push(event.alarm.code);
    },
    clock,
    log: createKeptLog(),
  });
  const presence = new Presence({ route, recognition, moved: (link) => void moves.push(link) });
  const goElsewhere = async () => {
    for (let tries = 0; !route.isElsewhere; tries += 1) {
      assert(tries < 5, "there is another place");
      await route.choose();
    }
  };
  const at = (device: Device): Device => ({ place: route.place, ...device });
  return { presence, route, moves, alarms, goElsewhere, at };
}

describe("a link", () => {
  it("is good at its own place, paired or not, and that is no news", () => {
    const { presence, moves, at } = presenceWith([]);
    assert.equal(presence.found(at({ ready: false })), undefined);
    assert.equal(presence.found(at({ ready: true })), undefined);
    assert.equal(presence.found(at({ ready: false, unpaired: "it has to be paired" })), undefined);
    assert.deepEqual(moves, []);
  });

  it("is no good where whoever is there was refused", () => {
    const { presence, at } = presenceWith([]);
    assert.equal(presence.found(at({ ready: false, refused: "a stranger" })), "a stranger");
  });

  it("elsewhere makes that the terminal's place once it is ready, and not before", async () => {
    const { presence, route, moves, goElsewhere, at } = presenceWith(["one"]);
    await goElsewhere();
    assert.equal(presence.found(at({ ready: false })), undefined);
    assert.deepEqual([moves, route.isElsewhere], [[], true]);
    presence.found(at({ ready: true }));
    presence.found(at({ ready: true }));
    assert.deepEqual([moves, route.isElsewhere], [[{ type: "tcp", host: "one" }], false]);
  });

  it("elsewhere is no good where our pairing is nothing", async () => {
    const { presence, moves, goElsewhere, at } = presenceWith(["one"]);
    await goElsewhere();
    assert.equal(presence.found(at({ ready: false, unpaired: "it has to be paired" })), "it has to be paired");
    assert.deepEqual(moves, []);
  });
});

describe("a doubt", () => {
  it("may be asked about at its own place at once, and elsewhere only of who proved to be it", async () => {
    const { presence, goElsewhere, at } = presenceWith(["one"]);
    assert.equal(presence.mayBeAsked(at({ ready: false })), true);
    await goElsewhere();
    assert.equal(presence.mayBeAsked(at({ ready: false })), false);
    assert.equal(presence.mayBeAsked(at({ ready: true })), true);
  });

  it("is asked on of a stranger where there is nobody else, and a person hears of it", async () => {
    const nobody = presenceWith([]);
    assert.equal(await nobody.presence.avoid({ serialNumber: "B2" }), false);
    assert.deepEqual(nobody.alarms, ["otherDevice"]);
    const somebody = presenceWith(["one"]);
    assert.equal(await somebody.presence.avoid({ serialNumber: "B2" }), true);
  });
});
