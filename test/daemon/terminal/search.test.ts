import assert from "node:assert/strict";
import { test } from "node:test";
import type { StrangerMet } from "../../../src/daemon/terminal/items.ts";
import { Search } from "../../../src/daemon/terminal/search.ts";
import { openDesk } from "./records-of.ts";

test("given a doubt, when nobody elsewhere knows our pairing, then that is told once a link, and again by a timer alone", async () => {
  const { clock, accepted } = openDesk();
  const record = await accepted("tx_1");
  const unpaired = "the pairing was ended at the terminal";
  const met: StrangerMet[] = [];
  const search = new Search({
    presence: { found: () => unpaired, restMs: 0, avoid: () => Promise.resolve(false) },
    doubts: { fence: { record, since: "linkLost", fences: true, gaveUp: false, deaf: () => undefined } },
    clock,
    met: (stranger) => met.push(stranger),
  });
  const judge = (link: string) =>
    search.judge(link, { ready: false, unpaired }, () => assert.fail("a doubt keeps its link"));

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
