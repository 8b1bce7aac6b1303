import assert from "node:assert/strict";
import { test } from "node:test";
import { Search } from "../../../src/daemon/terminal/search.ts";
import type { StrangerMet } from "../../../src/daemon/terminal/items.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

test("given a doubt, when somebody elsewhere does not know our pairing, then that is told once a link, and looked at again by a timer alone", async () => {
  const met: StrangerMet[] = [];
  const clock = createVirtualClock();
  const search = new Search({
    presence: { found: () => "it has not been paired", restMs: 0, avoid: () => Promise.resolve(false) } as never,
    doubts: { fence: {} } as never,
    clock,
    met: (stranger) => met.push(stranger),
  });
  const device = { ready: false, unpaired: "it has not been paired" };
  const judge = (link: string) => search.judge(link, device, () => assert.fail("a doubt keeps its link"));

  for (let item = 0; item < 3; item += 1) judge("link 1");
  assert.equal(met.length, 1);

  const [told] = met;
  assert(told !== undefined);
  assert.equal(await search.avoid(told), false);
  judge("link 1");
  assert.equal(met.length, 1, "nothing is told at once");
  await clock.advance(15_000);
  assert.equal(met.length, 2);

  judge("link 2");
  assert.equal(met.length, 3, "another link is looked at anew");
  search.close();
});
