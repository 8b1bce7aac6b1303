import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Route, type Place } from "../../../src/daemon/terminal/route.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

function placeAt(host: string, opened: string[]): Place {
  return {
    link: { type: "tcp", host },
    medium: {
      kind: "stream",
      open: () => {
        opened.push(host);
        return Promise.resolve({ kind: "failed", why: "nobody" });
      },
    },
  };
}

/** A way to a terminal at `home`, which is seen at these places. */
function routeTo(hosts: readonly string[]) {
  const clock = createVirtualClock();
  const opened: string[] = [];
  const seen = { hosts, looks: 0 };
  const route = new Route({
    place: placeAt("home", opened),
    find: () => {
      seen.looks += 1;
      return Promise.resolve(seen.hosts.map((host) => placeAt(host, opened)));
    },
    isFree: () => true,
    clock,
  });
  const { medium } = route;
  /** Chooses, opens, and tells where that was. */
  const go = async (): Promise<string> => {
    await route.choose();
    assert(medium.kind === "stream");
    await medium.open({ received: () => undefined, lost: () => undefined }, 1, new AbortController().signal);
    return opened.at(-1) ?? "";
  };
  const goOften = async (times: number): Promise<string> => {
    const places: string[] = [];
    for (let time = 0; time < times; time += 1) places.push(await go());
    return places.join(" ");
  };
  return { route, clock, seen, go, goOften };
}

describe("the way to a terminal", () => {
  it("leads to its place, and elsewhere only after that failed twice", async () => {
    const { goOften, seen, route } = routeTo(["one", "two"]);
    assert.equal(await goOften(2), "home home");
    assert.equal(seen.looks, 0);
    assert.equal(await goOften(3), "home one two");
    assert.equal(route.isElsewhere, true);
    assert.equal(await goOften(1), "home");
    assert.equal(route.isElsewhere, false);
  });

  it("looks around every 15 s at most, however often it fails", async () => {
    const { go, goOften, seen, clock } = routeTo([]);
    await goOften(50);
    assert.equal(seen.looks, 1);
    await clock.advance(14_999);
    await go();
    assert.equal(seen.looks, 1);
    await clock.advance(1);
    await go();
    assert.equal(seen.looks, 2);
  });

  it("does not try its own place as another one", async () => {
    const { goOften, route } = routeTo(["home"]);
    assert.equal(await goOften(5), "home home home home home");
    assert.equal(route.isElsewhere, false);
  });

  it("is another one from then on where the terminal has arrived", async () => {
    const { route, goOften } = routeTo(["one", "two"]);
    await goOften(4);
    assert.deepEqual(route.arrived(route.place), { type: "tcp", host: "one" });
    assert.equal(route.isElsewhere, false);
    assert.equal(route.arrived(route.place), undefined, "that is no news");
    assert.equal(await goOften(2), "one one", "the other candidate is forgotten");
  });

  it("is not another one where the terminal is where it was", async () => {
    const { route, go } = routeTo(["one"]);
    await go();
    assert.equal(route.arrived(route.place), undefined);
  });

  it("avoids somebody else at its place, where there is another one to try", async () => {
    const { route, goOften, seen } = routeTo(["one"]);
    await goOften(1);
    assert.equal(await route.avoid(), true);
    assert.equal(await goOften(1), "one");
    seen.hosts = [];
    assert.equal(await route.avoid(), false, "it was looked for a moment ago");
    assert.equal(seen.looks, 1);
  });
});
