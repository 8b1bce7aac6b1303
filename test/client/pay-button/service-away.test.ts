// The service is away: in mid-payment, before the page is loaded, while the cashier presses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeDaemon } from "../../support/fake-daemon.ts";
import { emptyStorage, listing, openTab, SALE, starts } from "./shop-page.ts";

const settle = async ({ clock }: Awaited<ReturnType<typeof openTab>>) => clock.settle();

test("the service dies in mid-payment: that is said after a while, nothing is canceled meanwhile, and it goes on by itself", async () => {
  let isUp = true;
  const tab = await openTab({ isUp: () => isUp });
  tab.flow.press();
  await settle(tab);
  const connection = () => (tab.flow.state.kind === "running" ? (tab.flow.state.connection ?? "there") : "over");

  isUp = false;
  tab.daemon.cutAll();
  await tab.clock.advance(2_900);
  assert.equal(connection(), "there");
  await tab.clock.advance(200);
  assert.equal(connection(), "lost");
  tab.flow.cancel();
  assert.ok(tab.flow.state.kind === "running" && tab.flow.state.cancel === "can");

  isUp = true;
  await tab.clock.advance(11_000);
  assert.equal(connection(), "there");
  assert.equal(tab.daemon.requests.filter(({ method }) => method === "transactions.cancel").length, 0);
  tab.daemon.settle(tab.daemon.stored[0]?.requestId ?? "", { kind: "approved" });
  await settle(tab);
  assert.equal(tab.flow.state.kind, "ended");
  assert.equal(tab.daemon.stored.length, 1);
});

test("a service that is back within a moment is not told of", async () => {
  const tab = await openTab();
  tab.flow.press();
  await settle(tab);

  tab.daemon.cutAll();
  await tab.clock.advance(20_000);

  assert.ok(tab.flow.state.kind === "running" && tab.flow.state.connection === undefined);
});

test("loaded anew with the service off: an attempt that is remembered shows that it was perhaps paid, and is never asked for as a new one", async () => {
  const [daemon, storage] = [listing(createFakeDaemon()), emptyStorage()];
  const before = await openTab({ daemon, storage });
  before.flow.press();
  await settle(before);
  let isUp = false;

  const after = await openTab({ daemon, storage, isUp: () => isUp });
  assert.deepEqual(after.flow.state, { kind: "ready", left: true });
  after.flow.press();
  await settle(after);
  assert.partialDeepStrictEqual(after.flow.state, { kind: "unreachable", left: true });
  after.ask({ ...SALE, order: "A-1002" });
  await settle(after);
  assert.deepEqual(after.flow.state, { kind: "ready" }, "another order was not begun");
  after.ask(SALE);
  assert.deepEqual(after.flow.state, { kind: "ready", left: true });

  daemon.settle(daemon.stored[0]?.requestId ?? "", { kind: "approved" });
  isUp = true;
  await after.clock.advance(15_000);
  assert.equal(after.flow.state.kind, "ended");
  assert.equal(starts(daemon).length, 1);
});

test("an attempt that never arrived leaves no doubt once the service has said so", async () => {
  const [daemon, storage] = [listing(createFakeDaemon()), emptyStorage()];
  const before = await openTab({ daemon, storage });
  daemon.fate = ({ method }) => (method === "transactions.start" ? "lost" : undefined);
  before.flow.press();
  await settle(before);
  daemon.fate = () => undefined;

  const after = await openTab({ daemon, storage });
  assert.deepEqual(after.flow.state, { kind: "ready", left: true });
  await after.clock.advance(3_000);

  assert.deepEqual(after.flow.state, { kind: "ready" });
});

for (const moment of ["after", "while"] as const) {
  test(`a service that comes back ${moment} it is looked into makes the button ready without a reload`, async () => {
    let isUp = false;
    const looked = Promise.withResolvers<undefined>();
    const tab = await openTab({
      isUp: () => isUp,
      ...(moment === "while" ? { diagnosing: () => looked.promise } : {}),
    });
    tab.flow.press();
    await settle(tab);
    assert.equal(tab.flow.state.kind, moment === "while" ? "connecting" : "unreachable");

    isUp = true;
    await tab.clock.advance(15_000);
    looked.resolve(undefined);
    await settle(tab);

    assert.equal(tab.flow.state.kind, "ready");
    assert.deepEqual(
      tab.events.map(({ kind }) => kind),
      ["error"],
    );
    assert.equal(starts(tab.daemon).length, 0, "what the cashier pressed long ago is not charged now");
  });
}
