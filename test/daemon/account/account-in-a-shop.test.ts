import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import { mercadoPago } from "../../../src/drivers/mercado-pago/vendor.ts";
import type { Happening } from "../../support/simulated-end.ts";
import { TILL_1, World, type WorldTerminal } from "../../support/world.ts";

const SETTINGS = {
  currency: "MXN",
  terminalId: "NEWLAND_N950__SIM0000001",
  accessToken: { secret: "mp" },
  saleMs: 45_000,
};
const AT_ONCE = { loadMs: 1, customerMs: 1, stageMs: 1, cancelMs: 1 };

function shop(
  scenario: JsonObject = {},
  settings: JsonObject = {},
  secrets: Record<string, string> = { mp: "A" },
): World {
  const terminal = { vendor: mercadoPago, settings: { ...SETTINGS, ...settings }, secrets };
  return new World({ ...terminal, scenario: { ...AT_ONCE, ...scenario } });
}

const detailOf = (world: World): string => world.till.terminals.get("counter-1")?.detail ?? "";
const requestsTo = (world: World, path: RegExp) =>
  world.link.story.filter((happening) => happening.kind === "request" && path.test(happening.path));

const isCreate = (one: Happening): boolean => one.kind === "request" && one.path === "/v1/orders";
const isOver = (world: World, id: string): boolean =>
  world.journal.durable().some((transaction) => transaction.id === id && transaction.outcome !== undefined);

describe("an account whose access fails", () => {
  it("keeps its terminals away until a person gives the secret, and no restart is needed then", async () => {
    const world = shop({}, {}, {});
    await world.start();
    await world.clock.advance(10_000);
    assert.equal(world.state, "offline");
    assert.match(detailOf(world), /refers to the secret mp, .* `tillbridge secret set mp`/);
    world.secrets.set("mp", "APP_USR-1");
    await world.until(() => world.state === "ready", 6_000);
    assert.equal(await world.settled(await world.accepted(world.sale(1250))), "approved");
  });

  it("says once that the token was revoked and what to do, and takes no sale until there is another one", async () => {
    const world = shop(
      {
        accessTokens: ["first", "second"],
        rules: [{ when: { command: "createOrder", amount: 6_666 }, then: [{ kind: "revokesToken", at: "request" }] }],
      },
      {},
      { mp: "first" },
    );
    await world.startReady();
    assert.equal(await world.settled(await world.accepted(world.sale(6_666))), "notPerformed");
    await world.until(() => world.state === "offline", 60_000);
    await world.clock.advance(600_000);
    assert.equal(world.alarms().length, 1, world.alarms().join(", "));
    const refused = await world.startOperation(world.sale(1250));
    assert.equal(refused.kind === "refused" ? refused.refusal.reason : refused.kind, "terminalOffline");
    world.secrets.set("mp", "second");
    await world.until(() => world.state === "ready", 60_000);
    assert.equal(await world.settled(await world.accepted(world.sale(1250))), "approved");
    assert.equal(world.link.ledger.length, 1);
  });

  it("is not asked for money through a page of a hotspot", async () => {
    const world = shop({ rules: [{ when: { command: "listTerminals" }, then: [{ kind: "portal" }] }] });
    await world.start();
    await world.clock.advance(60_000);
    assert.notEqual(world.state, "ready");
    assert.match(detailOf(world), /in place of the vendor, as a hotspot's login page/);
    assert.deepEqual(world.link.ledger, []);
  });
});

describe("an account that is not named whole", () => {
  it("is refused before anything is written, and ends nothing", async () => {
    const world = shop();
    await world.startReady();
    for (const settings of [
      { currency: "MXN" },
      { currency: "MXN", terminalId: SETTINGS.terminalId },
      { currency: "MXN", clientId: "1", clientSecret: { secret: "cs" } },
      { currency: "MXN", clientId: "1", refreshToken: { secret: "rt" } },
    ]) {
      const link = { type: "cloud", baseUrl: "https://counter-1.test" };
      const added = await world.till.terminals.add({ id: "counter-2", vendor: "mercado-pago", link, settings });
      assert.match(added.kind === "refused" ? added.refusal.message : "", /accessToken, or clientId/);
    }
    assert.equal(world.till.terminals.list().length, 1);
  });
});

describe("a grant that is renewed", () => {
  const GRANT = {
    accessToken: undefined,
    clientId: "1234567890",
    clientSecret: { secret: "cs" },
    refreshToken: { secret: "rt" },
  };
  const SECRETS = { cs: "client-secret", rt: "TG-1" };
  const OAUTH = { oauth: { refreshToken: "TG-1", expiresS: 3_600 } };

  function granted(scenario: JsonObject = {}): World {
    const { accessToken: _none, ...settings } = { ...SETTINGS, ...GRANT };
    return new World({
      vendor: mercadoPago,
      settings: settings as unknown as JsonObject,
      secrets: SECRETS,
      scenario: { ...AT_ONCE, ...OAUTH, ...scenario },
    });
  }

  it("is renewed before it ends, day after day, one renewal at a time", async () => {
    const world = granted();
    await world.startReady();
    for (let hour = 0; hour < 24; hour += 1) {
      await world.clock.advance(3_600_000);
      assert.equal(world.state, "ready", `in hour ${hour}`);
      assert.equal(await world.settled(await world.accepted(world.sale(1250))), "approved");
    }
    const renewals = requestsTo(world, /oauth\/token/).length;
    assert(renewals >= 24 && renewals <= 60, `${renewals} renewals`);
  });

  it("holds after a crash at any moment of a renewal, for what it was given is kept before it is used", async () => {
    for (let boundary = 0; boundary < 12; boundary += 1) {
      const world = granted();
      await world.startReady();
      world.crashAtBoundary(boundary, "lost");
      await world.clock.advance(2 * 3_600_000);
      if (world.isRunning) await world.crash();
      await world.start();
      await world.until(() => world.state !== "connecting", 60_000);
      // One that was used and whose answer died with the process is worth nothing: then, and only then, a person is called.
      if (world.state !== "ready") {
        assert.match(detailOf(world), /refreshToken|authorize|grant/, `at boundary ${boundary}`);
        assert.equal(world.alarms().length, 1);
      }
    }
  });
});

describe("many terminals of one account", () => {
  const CLOUD = { type: "cloud", baseUrl: "https://counter-1.test" };

  function many(count: number, scenario: JsonObject = {}, settings: JsonObject = {}): World {
    const ids = Array.from({ length: count }, (_, index) => `NEWLAND_N950__SIM${index + 1}`);
    const terminals = ids.map((terminalId, index): readonly [string, WorldTerminal] => [
      `counter-${index + 1}`,
      {
        vendor: mercadoPago,
        settings: { ...SETTINGS, ...settings, terminalId },
        secrets: { mp: "A" },
        ...(index === 0
          ? { scenario: { ...AT_ONCE, ...scenario, terminals: ids.map((id) => ({ id })) } }
          : { link: CLOUD }),
      },
    ]);
    return new World({ terminals: Object.fromEntries(terminals) });
  }

  const allReady = (world: World) => () => world.till.terminals.list().every(({ state }) => state === "ready");

  it("cost a few lists a minute while they are idle", async () => {
    const world = many(200);
    await world.start();
    await world.until(allReady(world), 60_000);
    const before = world.link.story.length;
    await world.clock.advance(600_000);
    const perMinute = (world.link.story.length - before) / 10;
    assert(perMinute <= 20, `${perMinute} requests a minute`);
  });

  it("are told how a sale ended within 1.2 s of the cloud knowing it where ten are paid at, and 3 s where thirty are", async () => {
    for (const [count, mostMs] of [
      [10, 1_200],
      [30, 3_000],
    ] as const) {
      const world = many(count, { customerMs: 7_300 }, { requestsPerSecond: 20 });
      await world.start();
      await world.until(allReady(world), 60_000);
      const paidAt = new Map<number, number>();
      const told = new Map<string, number>();
      world.till.events.listen((event) => {
        if (event.kind === "told" && event.seen.transaction.outcome !== undefined)
          told.set(event.seen.transaction.terminal, world.clock.monotonicMs());
      });
      for (const { id } of world.till.terminals.list())
        await world.startOperation(world.sale(1_000, {}, id), `sale at ${id}`, TILL_1, id);
      for (let turns = 0; told.size < count && turns < 3_000; turns += 1) {
        await world.clock.advance(10);
        for (let index = 0; index < world.link.ledger.length; index += 1)
          if (!paidAt.has(index)) paidAt.set(index, world.clock.monotonicMs());
      }
      const firstPaidMs = Math.min(...paidAt.values());
      const lastToldMs = Math.max(...told.values());
      assert(lastToldMs - firstPaidMs <= mostMs, `${count}: ${lastToldMs - firstPaidMs} ms`);
    }
  });

  it("never ask more of an order than once a second, nor more of the account than its budget", async () => {
    const settings = { requestsPerSecond: 10 };
    const world = many(30, { customerMs: 20_000 }, settings);
    await world.start();
    await world.until(allReady(world), 60_000);
    for (const { id } of world.till.terminals.list())
      await world.startOperation(world.sale(1_000, {}, id), `sale at ${id}`, TILL_1, id);
    for (let second = 0; second < 15; second += 1) {
      const before = world.link.story.length;
      await world.clock.advance(1_000);
      const asked = world.link.story.slice(before).flatMap((one) => (one.kind === "request" ? [one.path] : []));
      const most = 10 + (second === 0 ? (mercadoPago.account?.budget(settings).burst ?? 0) : 1);
      assert(asked.length <= most, `${asked.length} requests in second ${second}`);
      assert.equal(
        new Set(asked.filter((path) => path.includes("ORD"))).size,
        asked.filter((path) => path.includes("ORD")).length,
      );
    }
  });
});

describe("an approval that is not final", () => {
  it("is asked about until the vendor says how it ended, while the terminal takes sales", async () => {
    for (const ends of ["processed", "failed"]) {
      const world = shop({
        rules: [{ when: { command: "refundOrder" }, then: [{ kind: "refundPends", ms: 300_000, ends }] }],
      });
      await world.startReady();
      const sale = await world.accepted(world.sale(1250));
      await world.settled(sale);
      const refund = await world.accepted({ type: "refund", original: { transaction: sale } });
      await world.settled(refund);
      const first = (await world.see(refund)).transaction.outcome;
      assert.deepEqual(
        [first?.kind, first?.kind === "approved" && first.final, first?.revision],
        ["approved", false, 1],
      );
      assert.equal(await world.settled(await world.accepted(world.sale(900))), "approved");
      await world.crash();
      await world.startReady();
      await world.until(async () => (await world.see(refund)).transaction.outcome?.revision === 2, 900_000, 1_000);
      const last = (await world.see(refund)).transaction.outcome;
      const isFinal = last?.kind === "approved" && last.final;
      assert.deepEqual([last?.kind, isFinal], ends === "processed" ? ["approved", true] : ["declined", false]);
    }
  });
});

describe("a recovery with a living order in its hands", () => {
  const SLOW = { kind: "slow", ms: 600_000, phase: "customer" };
  const on = (nth: number, ...then: readonly Json[]): Json => ({ when: { command: "createOrder", nth }, then });

  it("cancels it at the deadline, as the operation would", async () => {
    // The third create makes an order that lives beyond the limit.
    const world = shop({
      rules: [on(1, { kind: "silent", from: "request" }), on(2, { kind: "silent", from: "request" }), on(3, SLOW)],
    });
    await world.startReady();
    const id = await world.accepted(world.sale(1250));
    assert.equal(await world.ended(id), "canceled");
    assert.equal(requestsTo(world, /\/cancel$/).length, 1);
    assert.equal(world.link.ledger.length, 0);
  });

  it("cancels it for the POS", async () => {
    const world = shop({ rules: [on(1, { kind: "linkCut", at: "done" }, SLOW)] });
    await world.startReady();
    const id = await world.accepted(world.sale(1250));
    await world.clock.advance(8_000);
    await world.till.transactions.cancel(TILL_1, { transaction: id });
    assert.equal(await world.ended(id, 20_000), "canceled");
    assert.equal(world.link.ledger.length, 0);
  });
});

describe("a clock of ours that is days wrong", () => {
  it("hides no order from whoever looks for it", async () => {
    const DAY_MS = 86_400_000;
    for (const wrongMs of [3 * DAY_MS, -3 * DAY_MS]) {
      const world = shop({
        rules: [{ when: { command: "createOrder", nth: 1 }, then: [{ kind: "outage", at: "done", ms: 60_000 }] }],
      });
      world.clock.setWallClock(world.clock.now() + wrongMs);
      await world.startReady();
      const id = await world.accepted(world.sale(1250));
      assert.equal(await world.settled(id), "approved");
      assert.equal(world.link.ledger.length, 1);
    }
  });
});

describe("credentials that a person exchanges", () => {
  it("are not used for a repeat before it is known again who is asked", async () => {
    const world = shop(
      { rules: [{ when: { command: "createOrder" }, then: [{ kind: "silent", from: "request" }] }] },
      { saleMs: 180_000 },
    );
    await world.startReady();
    const id = await world.accepted(world.sale(1250));
    await world.clock.advance(30_000);
    world.secrets.set("mp", "another one's");
    await world.until(() => world.log.lines.some((line) => line.includes("link lost")), 61_000, 1);
    const before = world.link.story.length;
    await world.until(() => world.link.story.slice(before).some(isCreate) || isOver(world, id), 180_000, 10);
    const after = world.link.story.slice(before);
    const create = after.findIndex(isCreate);
    const list = after.findIndex((one) => one.kind === "request" && one.path.startsWith("/terminals/v1/list"));
    assert(list >= 0 && (create < 0 || list < create), `list ${list}, create ${create}`);
  });

  it("reach the account also where they are other secrets, at each of its terminals", async () => {
    const world = shop({ accessTokens: ["good"] }, {}, { mp: "bad", other: "good" });
    await world.start();
    await world.clock.advance(5_000);
    assert.equal(world.state, "offline");
    const updated = await world.till.terminals.update({
      id: "counter-1",
      settings: { accessToken: { secret: "other" } },
    });
    assert.equal(updated.kind, "done");
    await world.until(() => world.state === "ready", 60_000);
  });
});

describe("another account behind the same address", () => {
  it("is no proof that nothing was paid", async () => {
    const world = shop({
      rules: [{ when: { command: "createOrder", nth: 1 }, then: [{ kind: "linkCut", at: "done" }] }],
    });
    await world.startReady();
    const id = await world.accepted(world.sale(1250));
    await world.until(() => world.link.ledger.length === 1, 2_000, 1);
    const strange = [{ id: SETTINGS.terminalId, storeId: "99", posId: 99 }];
    world.link.replace({ ...AT_ONCE, terminals: strange }, "forgets");
    assert.equal(await world.ended(id), "unknown");
    assert(world.alarms().includes("personNeeded"));
  });
});

describe("a token that the disk does not take", () => {
  it("is stored before it is used, however long that takes, and nobody has to authorize again", async () => {
    const { accessToken: _none, ...settings } = SETTINGS;
    const world = new World({
      vendor: mercadoPago,
      settings: {
        ...settings,
        clientId: "1234567890",
        clientSecret: { secret: "cs" },
        refreshToken: { secret: "rt" },
      } as unknown as JsonObject,
      secrets: { cs: "client-secret", rt: "TG-1" },
      scenario: { ...AT_ONCE, oauth: { refreshToken: "TG-1", expiresS: 3_600 } },
    });
    await world.startReady();
    const before = requestsTo(world, /oauth\/token/).length;
    world.failSecrets = true;
    await world.clock.advance(2 * 3_600_000);
    assert.equal(requestsTo(world, /oauth\/token/).length, before + 1, "the old one is not used a second time");
    world.failSecrets = false;
    await world.until(() => world.state === "ready", 120_000);
    assert.equal(await world.settled(await world.accepted(world.sale(1250))), "approved");
    assert.deepEqual(world.alarms(), []);
  });
});
