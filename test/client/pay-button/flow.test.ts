import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeDaemon, FAKE_POS, FAKE_TOKEN } from "../../support/fake-daemon.ts";
import { emptyStorage, listing, openTab, SALE, starts, URL } from "./shop-page.ts";

const settle = async ({ clock }: Awaited<ReturnType<typeof openTab>>) => clock.settle();

test("a press pays once: the attempt is in the storage before the request leaves", async () => {
  const storage = emptyStorage();
  const daemon = listing(createFakeDaemon());
  let atStart: string[] = [];
  daemon.fate = ({ method }) => {
    if (method === "transactions.start") atStart = [...storage.texts.keys()].filter((key) => key.includes("attempt"));
    return undefined;
  };
  const tab = await openTab({ daemon, storage });

  tab.flow.press();
  tab.flow.press();
  await settle(tab);

  const [started] = daemon.stored;
  assert.deepEqual([starts(daemon).length, tab.flow.state.kind], [1, "running"]);
  assert.deepEqual(atStart, [`tillbridge.attempt ${started?.requestId ?? ""}`]);
  assert.equal(started?.operation.reference, "A-1001");
  daemon.settle(started.requestId, { kind: "approved" });
  await settle(tab);
  assert.equal(tab.flow.state.kind, "ended");
  assert.deepEqual(
    tab.events.map(({ kind }) => kind),
    ["begin", "complete"],
  );
  tab.flow.press();
  await settle(tab);
  assert.equal(starts(daemon).length, 1, "a paid order is not charged again");
});

test("two tabs that look at the same time find nothing, and still ask for one payment", async () => {
  const [daemon, storage] = [listing(createFakeDaemon()), emptyStorage()];
  const tabs = [await openTab({ daemon, storage }), await openTab({ daemon, storage })];

  for (const { flow } of tabs) flow.press();
  for (const tab of tabs) await settle(tab);

  assert.equal(starts(daemon).length, 2);
  assert.equal(daemon.stored.length, 1);
  daemon.settle(daemon.stored[0]?.requestId ?? "", { kind: "approved" });
  for (const tab of tabs) {
    await settle(tab);
    assert.equal(tab.flow.state.kind, "ended");
  }
});

test("a start that comes late, after another tab was paid, moves nothing", async () => {
  const [daemon, storage] = [listing(createFakeDaemon()), emptyStorage()];
  const [slow, fast] = [await openTab({ daemon, storage }), await openTab({ daemon, storage })];
  daemon.fate = ({ method }) => (method === "transactions.start" ? "lost" : undefined);
  slow.flow.press();
  await settle(slow);
  daemon.fate = () => undefined;
  fast.flow.press();
  await fast.clock.advance(3_000);
  daemon.settle(daemon.stored[0]?.requestId ?? "", { kind: "approved" });
  await settle(fast);

  await slow.clock.advance(20_000);

  assert.equal(daemon.stored.length, 1);
  assert.equal(slow.flow.state.kind, "ended");
});

test("another amount of the same order in another tab: refused, and what the first one asked for is shown", async () => {
  const [daemon, storage] = [listing(createFakeDaemon()), emptyStorage()];
  const [first, second] = [await openTab({ daemon, storage }), await openTab({ daemon, storage })];
  second.ask({ ...SALE, amount: "99.00" });
  daemon.mute = true;

  first.flow.press();
  second.flow.press();
  await settle(first);
  await settle(second);

  assert.equal(daemon.stored.length, 1);
  const { state } = second.flow;
  assert.ok(state.kind === "running");
  assert.deepEqual(state.total, daemon.stored[0]?.operation.amount);
});

for (const order of ["B-9", undefined]) {
  test(`a request id that paid another order, given to ${order ?? "an order without a number"}: nothing is told as paid, and nothing is charged`, async () => {
    const daemon = listing(createFakeDaemon());
    const { order: _, ...noNumber } = SALE;
    const first = await openTab({ daemon, storage: emptyStorage(), asked: { ...SALE, requestId: "R1" } });
    first.flow.press();
    await settle(first);
    daemon.settle("R1", { kind: "approved" });
    await settle(first);
    const numbered = order === undefined ? noNumber : { ...SALE, order };
    const second = await openTab({
      daemon,
      storage: emptyStorage(),
      asked: { ...numbered, amount: "999.00", requestId: "R1" },
    });

    second.flow.press();
    await settle(second);

    assert.equal(second.flow.state.kind, "refused");
    assert.deepEqual(
      second.events.filter(({ kind }) => kind === "complete"),
      [],
    );
    assert.equal(starts(daemon).length, 1);
  });
}

test("after a reload an order that runs is shown, and ended by what comes", async () => {
  const [daemon, storage] = [listing(createFakeDaemon()), emptyStorage()];
  const before = await openTab({ daemon, storage });
  before.flow.press();
  await settle(before);

  const after = await openTab({ daemon, storage });
  await settle(after);

  assert.equal(after.flow.state.kind, "running");
  daemon.settle(daemon.stored[0]?.requestId ?? "", { kind: "declined", reason: "other" });
  await settle(after);
  assert.deepEqual(
    after.events.map((event) => [event.kind, event.kind === "complete" && event.earlier]),
    [["complete", true]],
  );
  assert.equal(starts(daemon).length, 1);
});

test("declined, then again: another request id, the same reference", async () => {
  const tab = await openTab();
  for (const kind of ["declined", "canceled", "notPerformed"] as const) {
    tab.flow.press();
    await settle(tab);
    tab.daemon.settle(tab.daemon.stored.at(-1)?.requestId ?? "", { kind });
    await settle(tab);
  }

  assert.equal(new Set(tab.daemon.stored.map(({ requestId }) => requestId)).size, 3);
  assert.deepEqual([...new Set(tab.daemon.stored.map(({ operation }) => operation.reference))], ["A-1001"]);
});

test("unknown blocks the order, also after a reload, until the truth comes", async () => {
  const [daemon, storage] = [listing(createFakeDaemon()), emptyStorage()];
  const tab = await openTab({ daemon, storage });
  tab.flow.press();
  await settle(tab);
  const id = daemon.stored[0]?.requestId ?? "";
  daemon.settle(id, { kind: "unknown", since: "timeout", advice: { code: "wait", text: "Wait." } });
  await settle(tab);
  const reloaded = await openTab({ daemon, storage });
  for (const each of [tab, reloaded]) each.flow.press();
  await settle(tab);
  await settle(reloaded);
  assert.equal(starts(daemon).length, 1);

  daemon.resolve(id, { kind: "notPerformed", reason: "noRecord" });
  await settle(reloaded);

  assert.deepEqual(
    reloaded.events.map(({ kind }) => kind),
    ["timeout", "complete"],
  );
  reloaded.flow.press();
  await settle(reloaded);
  assert.equal(daemon.stored.length, 2);
});

for (const change of ["name", "journal"] as const) {
  test(`an order that was begun under another ${change} is not charged`, async () => {
    const [daemon, storage] = [listing(createFakeDaemon()), emptyStorage()];
    const before = await openTab({ daemon, storage });
    before.flow.press();
    await settle(before);
    daemon.answers.set("transactions.list", () => ({ transactions: [] }));
    if (change === "journal") daemon.journal = "J2";
    else before.memory.paired(URL, "till-2", FAKE_TOKEN);
    const asked = starts(daemon).length;

    const after = await openTab({ daemon, storage, paired: false });
    after.flow.press();
    await settle(after);

    assert.equal(after.flow.state.kind, "unclear");
    assert.equal(starts(daemon).length, asked);
  });
}

test("an attempt that never arrived is looked for twice, and then the same request id is used", async () => {
  const [daemon, storage] = [listing(createFakeDaemon()), emptyStorage()];
  const before = await openTab({ daemon, storage });
  daemon.fate = ({ method }) => (method === "transactions.start" ? "lost" : undefined);
  before.flow.press();
  await settle(before);
  daemon.fate = () => undefined;

  const after = await openTab({ daemon, storage });
  await after.clock.advance(3_000);
  assert.equal(after.flow.state.kind, "ready");
  after.flow.press();
  await settle(after);

  assert.deepEqual(
    starts(daemon).map(({ params }) => params["requestId"]),
    Array(2).fill(daemon.stored[0]?.requestId),
  );
});

test("a storage that fails at the last moment sends nothing", async () => {
  const storage = emptyStorage();
  const tab = await openTab({
    storage: {
      ...storage,
      get length() {
        return storage.length;
      },
      setItem: (key, value) => {
        if (key.includes("attempt")) throw new Error("the quota is used up");
        storage.setItem(key, value);
      },
    },
  });

  tab.flow.press();
  await settle(tab);

  assert.deepEqual([starts(tab.daemon).length, tab.flow.state.kind], [0, "refused"]);
  assert.ok(tab.flow.state.kind === "refused" && tab.flow.state.reason === "storage");
});

test("a token that is refused asks for a code once more; dismissed, nothing is begun", async () => {
  const tab = await openTab({ askPairing: () => "dismissed" });
  tab.memory.paired(URL, FAKE_POS, "an old one");

  tab.flow.press();
  await settle(tab);

  assert.deepEqual([tab.pairings, tab.flow.state.kind, starts(tab.daemon).length], [[true], "ready", 0]);
  assert.equal(tab.memory.pairing(URL)?.token, undefined);
});

test("unpaired: the dialog, then the payment", async () => {
  const tab = await openTab({
    paired: false,
    askPairing: (memory) => {
      memory.paired(URL, FAKE_POS, FAKE_TOKEN);
      return "paired";
    },
  });

  tab.flow.press();
  await settle(tab);

  assert.deepEqual([tab.pairings, tab.flow.state.kind], [[false], "running"]);
});

test("attributes that change while it pays are the next payment's", async () => {
  const tab = await openTab();
  tab.flow.press();
  await settle(tab);
  tab.ask({ ...SALE, order: "A-1002", amount: "1.00" });
  assert.equal(tab.flow.order?.order, "A-1001");
  tab.daemon.settle(tab.daemon.stored[0]?.requestId ?? "", { kind: "approved" });
  await settle(tab);

  assert.deepEqual([tab.flow.state.kind, tab.flow.order.order], ["ended", "A-1002"]);
  tab.flow.press();
  await settle(tab);
  assert.deepEqual(
    tab.daemon.stored.map(({ operation }) => operation.reference),
    ["A-1001", "A-1002"],
  );
});

test("what the page's back office signed goes out as it was signed", async () => {
  const signed = { ...SALE, requestId: "R1", signature: "x".repeat(86), expiresAt: "2099-01-01T00:00:00Z" };
  const tab = await openTab({ asked: signed });

  tab.flow.press();
  await settle(tab);

  assert.partialDeepStrictEqual(starts(tab.daemon)[0]?.params, {
    requestId: "R1",
    terminal: "counter-1",
    signature: { expiresAt: signed.expiresAt, value: signed.signature },
  });
  tab.daemon.settle("R1", { kind: "declined", reason: "other" });
  await settle(tab);
  tab.flow.press();
  await settle(tab);
  assert.equal(starts(tab.daemon).length, 1, "a new attempt needs a new request id and its signature");
});

test("several terminals: the cashier chooses once, and the choice is remembered", async () => {
  const daemon = listing(createFakeDaemon());
  const capabilities = { currencies: ["EUR"], operations: { sale: {} } };
  const terminal = (id: string, state = "ready", more = {}) => ({
    id,
    state,
    capabilities: { ...capabilities, ...more },
  });
  daemon.answers.set("terminals.list", () => ({
    terminals: [
      terminal("one"),
      terminal("two"),
      terminal("off", "disabled"),
      terminal("dollars", "ready", { currencies: ["USD"] }),
    ],
  }));
  const shown: (readonly string[])[] = [];
  const { terminal: _none, ...asked } = SALE;
  const tab = await openTab({
    daemon,
    asked,
    askTerminal: (ids) => {
      shown.push(ids);
      return "two";
    },
  });
  tab.flow.press();
  await settle(tab);
  daemon.settle(daemon.stored[0]?.requestId ?? "", { kind: "declined", reason: "other" });
  await settle(tab);
  tab.flow.press();
  await settle(tab);

  assert.deepEqual(shown, [["one", "two"]]);
  assert.deepEqual(
    daemon.stored.map(({ terminal: at }) => at),
    ["two", "two"],
  );
});

test("no terminal takes the currency: the page is told which there are", async () => {
  const daemon = listing(createFakeDaemon());
  const terminal = (id: string, currencies: string[], state = "ready") => ({
    id,
    state,
    capabilities: { currencies, operations: { sale: {} } },
  });
  daemon.answers.set("terminals.list", () => ({
    terminals: [terminal("counter-1", ["CLP"]), terminal("counter-2", ["USD", "CLP"], "disabled")],
  }));
  const { terminal: _none, ...asked } = SALE;
  const tab = await openTab({ daemon, asked });

  tab.flow.press();
  await settle(tab);

  assert.partialDeepStrictEqual(tab.events, [
    {
      kind: "error",
      reason: "noTerminal",
      why: "No terminal here takes EUR; there are counter-1 (CLP), counter-2 (USD, CLP, disabled).",
    },
  ]);
});
