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

  // When everything is looked at, by one who speaks English and one who speaks German.
  const [checks, german] = await Promise.all([examine(shop), examine(shop, "de-AT")]);

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
  // And each was told it in their language.
  const inGerman = (id: string) => german.find((check) => check.id === id)?.evidence ?? "";
  assert.match(inGerman(`terminal.${TERMINAL}.link`), /^Der Dienst hat die Verbindung[,;]/);
  assert.match(inGerman("clock.time"), /^Die Uhr zeigt /);
});
