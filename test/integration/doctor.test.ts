import assert from "node:assert/strict";
import { test } from "node:test";
import type { Check } from "../../src/doctor/check.ts";
import { assertSquare } from "../support/reckoning.ts";
import { openShop, TERMINAL, type Shop } from "../support/shop.ts";

async function examine(shop: Shop, language?: string): Promise<readonly Check[]> {
  const { request, socket } = await shop.openSocket("cli", language === undefined ? {} : { language });
  const { result } = await request("diagnostics.doctor", {});
  socket.close();
  return (result as { readonly checks: readonly Check[] }).checks;
}

test("a doctor who looks while a customer pays disturbs nothing, and tells what runs", async (context) => {
  // Given a terminal that drops whoever is connected when another one comes, and a customer who takes time.
  const scenario = { rules: [{ when: { command: "sale" }, then: [{ kind: "slow", ms: 8_000 }] }] };
  const shop = await openShop(context, { terminals: { [TERMINAL]: { scenario } } });
  const { ended } = await shop.till.saleAt("presentCard", 1_250);

  // When everything is looked at.
  const checks = await examine(shop);

  // Then the sale moves its money once, and the look saw that it ran.
  const sold = await ended;
  assert.equal(sold.outcome?.kind, "approved");
  assertSquare(shop.terminal().ledger(), [sold]);
  const told = (subject: string) =>
    checks.filter(({ id }) => id === `terminal.${TERMINAL}.${subject}`).map(({ evidence }) => evidence);
  for (const evidence of told("link"))
    assert.match(evidence, new RegExp(`^The service has the link; transaction ${sold.id} runs`));
  for (const evidence of told("probe")) assert.match(evidence, /^Not asked, so as not to disturb it/);
  assert.deepEqual([told("link").length, told("probe").length], [1, 1]);
});

test("who speaks German is told in German what one who speaks English is told in English", async (context) => {
  const shop = await openShop(context);

  const [german, english] = await Promise.all([examine(shop, "de-AT"), examine(shop)]);

  const told = (checks: readonly Check[], id: string) => checks.find((check) => check.id === id)?.evidence ?? "";
  assert.match(told(german, "clock.time"), /^Die Uhr zeigt /);
  assert.match(told(english, "clock.time"), /^The clock shows /);
  assert.match(
    told(german, `terminal.${TERMINAL}.link`),
    /^Der Dienst hat die Verbindung, und das Terminal ist bereit\./,
  );
});
