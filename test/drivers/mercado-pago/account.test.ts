import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mercadoPagoAccount } from "../../../src/drivers/mercado-pago/account-driver.ts";
import type { ListedTerminal, MercadoPagoMessage, Webhook } from "../../../src/drivers/mercado-pago/messages.ts";
import {
  Bench,
  LISTED,
  ORDER,
  OTHER_ORDER,
  refusal,
  settingsWith,
  START,
  TERMINAL,
  told,
  TRANSACTION,
} from "./support.ts";

const GRANT = {
  accessToken: undefined,
  clientId: "1234",
  clientSecret: { secret: "mp-app" },
  refreshToken: { secret: "mp-grant" },
};

const grantSettings = () => {
  const { accessToken: _unused, ...settings } = settingsWith({});
  const { accessToken: _none, ...grant } = GRANT;
  return { ...settings, ...grant };
};

const page = (terminals: readonly ListedTerminal[] = [LISTED], total = terminals.length): MercadoPagoMessage => ({
  kind: "terminals",
  terminals,
  told: terminals.length,
  total,
});

const withToken = (): Bench => new Bench(mercadoPagoAccount.machine(settingsWith())).open();

function ready(): Bench {
  const bench = withToken();
  bench.answer("list", page());
  return bench;
}

const GIVEN = { clientSecret: { version: "c1", about: {} }, grant: { version: "g1", about: {} } };
const DAY_MS = 24 * 3_600_000;

function stored(bench: Bench, lifeMs = 180 * DAY_MS, version = "g1"): void {
  const expiresAt = START + bench.nowMs + lifeMs;
  const about = { grant: version, expiresAt: String(expiresAt), renewAt: String(expiresAt - 7 * DAY_MS), user: "52" };
  bench.secrets = { ...GIVEN, access: { version: "a1", about }, refresh: { version: "r1", about } };
}

function withGrant(prepare: (bench: Bench) => void = () => undefined): Bench {
  const bench = new Bench(mercadoPagoAccount.machine(grantSettings()));
  bench.secrets = GIVEN;
  prepare(bench);
  return bench.open();
}

const TOKENS = {
  kind: "tokens",
  access: "newAccess",
  refresh: "newRefresh",
  expiresInSeconds: 15_552_000,
  user: "52",
} as const satisfies MercadoPagoMessage;

const kinds = (bench: Bench) => bench.asked.map(({ kind }) => kind);
const unusable = (bench: Bench) => bench.all("unusable").at(-1);
const tells = (bench: Bench) => bench.all("tell").map(({ to, message }) => [to, message.kind] as const);

const askTerminal = (bench: Bench, must: "beFresh" | "beRecent" = "beRecent", by = TERMINAL, ticket?: string) =>
  bench.give({
    kind: "consulted",
    by,
    message: { kind: "askTerminal", must, ...(ticket === undefined ? {} : { ticket }) },
  });

describe("an account with a token that stays", () => {
  it("is ready once it tells its terminals", () => {
    const bench = withToken();
    assert.deepEqual(bench.asked, [{ kind: "listTerminals", offset: 0 }]);
    const effects = bench.answer("list", page());
    assert.deepEqual(effects[0], { kind: "ready" });
    assert.deepEqual(bench.all("terminals")[0]?.terminals, [
      {
        device: TERMINAL,
        name: "SUC0101POS",
        model: "NEWLAND_N950",
        state: "takes orders",
        settings: { terminalId: TERMINAL },
      },
    ]);
  });

  it("lists page by page", () => {
    const bench = withToken();
    const fifty = Array.from({ length: 50 }, (_, index) => ({ ...LISTED, id: `PAX_A910__${index}` }));
    bench.answer("list", page(fifty, 51));
    assert.deepEqual([bench.asked.at(-1), bench.all("ready")], [{ kind: "listTerminals", offset: 50 }, []]);
    bench.answer("list", page([LISTED], 51));
    assert.equal(bench.all("terminals")[0]?.terminals.length, 51);
  });

  it("ends a list that never ends", () => {
    const bench = withToken();
    for (let count = 0; count < 20; count += 1) bench.answer("list", page([LISTED], 1_000_000));
    assert.deepEqual([bench.isOpen("list"), bench.all("ready").length], [false, 1]);
  });

  it("whose token is refused is unusable, with an alarm and the remedy", () => {
    const bench = withToken();
    bench.answer("list", refusal(401, "unauthorized", "user not found"));
    assert.equal(unusable(bench)?.alarm, "accountRefused");
    assert.match(unusable(bench)?.remedy ?? "", /tillbridge secret set mp`/);
    assert.deepEqual(bench.all("ready"), []);
  });

  it("without Point says so", () => {
    const bench = withToken();
    bench.answer("list", refusal(403, "unsupported_site"));
    assert.match(unusable(bench)?.remedy ?? "", /has Point/);
    assert.equal(unusable(bench)?.alarm, undefined);
  });

  for (const [what, fail] of [
    ["cannot be reached", (bench: Bench) => bench.lose("list", "no such host")],
    [
      "is behind a captive portal",
      (bench: Bench) => bench.give({ kind: "garbled", exchange: "list", why: "HTML", length: 1 }),
    ],
    ["has trouble", (bench: Bench) => bench.answer("list", refusal(503, "x"))],
  ] as const) {
    it(`that ${what} is tried again, without an alarm`, () => {
      const bench = withToken();
      fail(bench);
      assert.deepEqual([unusable(bench)?.alarm, bench.isOpen("list")], [undefined, false]);
      bench.elapse(30_000);
      bench.answer("list", page());
      assert.equal(bench.all("ready").length, 1);
    });
  }

  it("that was ready goes on where one list fails, and whoever asked hears it", () => {
    const bench = ready();
    bench.elapse(60_000);
    askTerminal(bench);
    bench.lose("list");
    assert.deepEqual([unusable(bench), tells(bench).at(-1)?.[1]], [undefined, "terminalNotTold"]);
  });
});

describe("the list of terminals", () => {
  it("is asked for only when somebody wants to know, and once for all of them", () => {
    const bench = ready();
    for (let count = 0; count < 200; count += 1) askTerminal(bench, "beRecent", `PAX_A910__${count}`);
    bench.elapse(3_600_000);
    assert.deepEqual([kinds(bench).length, bench.all("tell").length], [1, 200]);
    for (let count = 0; count < 200; count += 1) askTerminal(bench, "beRecent", `PAX_A910__${count}`);
    assert.equal(kinds(bench).length, 2);
    bench.answer("list", page());
    assert.deepEqual([kinds(bench).length, bench.all("tell").length], [2, 400]);
  });

  it("tells each its own, by its ticket where it has one", () => {
    const bench = ready();
    askTerminal(bench);
    askTerminal(bench, "beRecent", TERMINAL, TRANSACTION);
    askTerminal(bench, "beRecent", "PAX_A910__OTHER");
    assert.deepEqual(
      bench.all("tell").map(({ to, message }) => [to, message]),
      [
        [
          { kind: "device", device: TERMINAL },
          { kind: "terminalTold", terminal: LISTED, others: [TERMINAL] },
        ],
        [
          { kind: "ticket", ticket: TRANSACTION },
          { kind: "terminalTold", terminal: LISTED, others: [TERMINAL] },
        ],
        [
          { kind: "device", device: "PAX_A910__OTHER" },
          { kind: "terminalTold", others: [TERMINAL] },
        ],
      ],
    );
  });

  it("is asked for anew behind a change, even while an older one is under way", () => {
    const bench = ready();
    bench.give({ kind: "listAsked" });
    askTerminal(bench, "beFresh");
    bench.answer("list", page([{ ...LISTED, mode: "STANDALONE" }]));
    assert.deepEqual(tells(bench), []);
    bench.answer("list", page());
    assert.equal(tells(bench).length, 1);
  });

  it("of an older API is asked for there", () => {
    const bench = new Bench(mercadoPagoAccount.machine(settingsWith({ api: "intents" }))).open();
    assert.deepEqual(kinds(bench), ["listDevices"]);
  });

  it("says what has to be done for each", () => {
    const bench = withToken();
    const { store: _store, ...unlinked } = LISTED;
    bench.answer("list", page([{ ...LISTED, mode: "STANDALONE" }, unlinked]));
    const [alone, loose] = bench.all("terminals")[0]?.terminals ?? [];
    assert.match(alone?.state ?? "", /terminals pair .*switches it to PDV, then restart/);
    assert.match(loose?.state ?? "", /link it to one/);
  });

  it("is the judge where a terminal's machine was refused", () => {
    const bench = ready();
    bench.give({ kind: "consulted", by: TERMINAL, message: { kind: "accessRefused" } });
    bench.give({ kind: "consulted", by: TERMINAL, message: { kind: "accessRefused" } });
    assert.equal(kinds(bench).length, 2);
    bench.answer("list", refusal(401, "unauthorized"));
    assert.equal(unusable(bench)?.alarm, "accountRefused");
  });
});

describe("an account that a seller has granted", () => {
  it("begins with the grant that a person gave, and uses no token before both are durable", () => {
    const bench = withGrant();
    assert.deepEqual(bench.asked, [{ kind: "refreshToken", clientId: "1234", grant: "grant" }]);
    const [store, ...more] = bench.answer("token", TOKENS);
    assert(store?.kind === "storeSecrets");
    assert.deepEqual([store.labels, more], [{ access: "newAccess", refresh: "newRefresh" }, []]);
    const { grant, expiresAt, renewAt } = store.about ?? {};
    assert.deepEqual([grant, Number(expiresAt), Number(renewAt)], ["g1", START + 180 * DAY_MS, START + 173 * DAY_MS]);
    stored(bench);
    bench.give({ kind: "stored", names: ["access", "refresh"] });
    assert.equal(kinds(bench).at(-1), "listTerminals");
    bench.answer("list", page());
    askTerminal(bench);
    const [tell] = bench.all("tell");
    assert(tell?.message.kind === "terminalTold");
    assert.equal(tell.message.user, "52");
  });

  it("renews a short token at half of its life", () => {
    const bench = withGrant();
    const [store] = bench.answer("token", { ...TOKENS, expiresInSeconds: 3_600 });
    assert(store?.kind === "storeSecrets");
    assert.equal(Number(store.about?.["renewAt"]), START + 1_800_000);
  });

  it("goes on with a stored token", () => {
    const bench = withGrant((bench) => stored(bench));
    assert.deepEqual(kinds(bench), ["listTerminals"]);
  });

  it("begins anew where a person gave another grant", () => {
    const bench = withGrant((bench) => stored(bench, 180 * DAY_MS, "older"));
    assert.deepEqual(bench.asked, [{ kind: "refreshToken", clientId: "1234", grant: "grant" }]);
  });

  it("renews in time with what the vendor gave last, once at a time", () => {
    const bench = withGrant((bench) => stored(bench, 8 * DAY_MS));
    bench.answer("list", page());
    bench.elapse(DAY_MS - 1_000);
    assert.deepEqual(kinds(bench), ["listTerminals"]);
    bench.elapse(1_000);
    assert.deepEqual(bench.asked.at(-1), { kind: "refreshToken", clientId: "1234", grant: "refresh" });
    bench.give({ kind: "timer", timer: "renew" });
    bench.give({ kind: "timer", timer: "retry" });
    assert.equal(bench.askedOf("refreshToken").length, 1);
    assert.equal(unusable(bench), undefined);
  });

  it("goes on with a valid token where a renewal is lost, and tries again", () => {
    const bench = withGrant((bench) => stored(bench, 8 * DAY_MS));
    bench.answer("list", page());
    bench.elapse(DAY_MS);
    bench.lose("token");
    assert.equal(unusable(bench), undefined);
    bench.elapse(30_000);
    assert.equal(bench.askedOf("refreshToken").length, 2);
  });

  it("whose token is refused, and whose renewal is lost, asks for the next one", () => {
    const bench = withGrant((bench) => stored(bench));
    bench.answer("list", refusal(401, "unauthorized"));
    bench.lose("token");
    assert.deepEqual([unusable(bench)?.alarm, unusable(bench) === undefined], [undefined, false]);
    bench.elapse(30_000);
    bench.answer("list", refusal(401, "unauthorized"));
    assert.equal(bench.askedOf("refreshToken").length, 2);
    assert.equal(unusable(bench)?.alarm, undefined);
  });

  it("is unusable where its token is over and cannot be renewed, until it can", () => {
    const bench = withGrant((bench) => stored(bench, -1));
    bench.lose("token");
    assert.deepEqual([unusable(bench)?.alarm, unusable(bench) === undefined], [undefined, false]);
    bench.elapse(30_000);
    assert.equal(bench.askedOf("refreshToken").length, 2);
  });

  it("that was revoked is an alarm with the remedy, and is not asked again", () => {
    const bench = withGrant((bench) => stored(bench, 6 * DAY_MS));
    bench.answer("token", refusal(400, "invalid_grant", "revoked"));
    assert.equal(unusable(bench)?.alarm, "accountRefused");
    assert.match(unusable(bench)?.why ?? "", /revoked/);
    assert.match(unusable(bench)?.remedy ?? "", /authorize .*tillbridge secret set mp-grant`/);
    bench.elapse(10 * DAY_MS);
    assert.equal(bench.askedOf("refreshToken").length, 1);
  });

  it("that was revoked while the list was under way asks for the next list under the same name", () => {
    const bench = withGrant((bench) => stored(bench, 7 * DAY_MS + 60_000));
    bench.elapse(61_000);
    assert.deepEqual(bench.openExchanges, ["list", "token"]);
    bench.answer("token", refusal(400, "invalid_grant", "revoked"));
    bench.give({ kind: "consulted", by: TERMINAL, message: { kind: "accessRefused" } });
    assert.deepEqual(bench.openExchanges, ["list"]);
  });

  for (const [status, code] of [
    [400, "invalid_request"],
    [403, "forbidden"],
    [404, "not_found"],
    [429, "too_many_requests"],
    [500, "invalid_grant"],
  ] as const) {
    it(`whose renewal is refused with ${status} ${code} is renewed again: a person can mend nothing`, () => {
      const bench = withGrant((bench) => stored(bench, -1));
      bench.answer("token", refusal(status, code));
      assert.equal(unusable(bench)?.alarm, undefined);
      bench.elapse(30_000);
      assert.equal(bench.askedOf("refreshToken").length, 2);
    });
  }

  it("of an application that may not renew is not asked again", () => {
    const bench = withGrant();
    bench.answer("token", refusal(400, "unauthorized_client"));
    bench.elapse(10 * DAY_MS);
    assert.deepEqual([unusable(bench)?.alarm, bench.askedOf("refreshToken").length], ["accountRefused", 1]);
  });

  it("of an application that is not known names that", () => {
    const bench = withGrant();
    bench.answer("token", refusal(400, "invalid_client"));
    assert.match(unusable(bench)?.remedy ?? "", /clientId.*tillbridge secret set mp-app`/);
  });

  it("whose token is refused is renewed once, and then an alarm", () => {
    const bench = withGrant((bench) => stored(bench));
    bench.answer("list", refusal(401, "unauthorized"));
    assert.equal(kinds(bench).at(-1), "refreshToken");
    bench.answer("token", TOKENS);
    stored(bench);
    bench.give({ kind: "stored", names: ["access", "refresh"] });
    bench.answer("list", refusal(401, "unauthorized"));
    assert.deepEqual([unusable(bench)?.alarm, bench.askedOf("refreshToken").length], ["accountRefused", 1]);
  });
});

describe("a call of the vendor's", () => {
  const HOOK: Webhook = {
    kind: "webhook",
    order: ORDER,
    version: "2",
    signedAt: START,
    externalReference: TRANSACTION,
  };
  const call = (bench: Bench, message: Webhook = HOOK, name = "call 1") =>
    bench.give({ kind: "called", call: name, message });

  it("is answered, and is a hint for whoever works for the order", () => {
    const bench = ready();
    assert.deepEqual(call(bench), [
      { kind: "respond", call: "call 1", status: 200 },
      { kind: "tell", to: { kind: "ticket", ticket: TRANSACTION }, message: { kind: "orderHint", order: ORDER } },
    ]);
  });

  it("that comes again is answered and is no news", () => {
    const bench = ready();
    call(bench);
    assert.deepEqual(call(bench, HOOK, "call 2"), [{ kind: "respond", call: "call 2", status: 200 }]);
    assert.equal(call(bench, { ...HOOK, version: "3" }, "call 3").length, 2);
  });

  it("that is too old is no news", () => {
    const bench = ready();
    assert.equal(call(bench, { ...HOOK, signedAt: START - 3_600_001 }).length, 1);
    assert.equal(call(bench, { ...HOOK, signedAt: START + 3_600_001 }).length, 1);
  });

  it("that names only the order is followed by the question whose it is", () => {
    const bench = ready();
    const { externalReference: _unused, ...short } = HOOK;
    call(bench, short);
    call(bench, { ...short, order: OTHER_ORDER });
    assert.equal(bench.askedOf("getOrder").length, 1);
    bench.answer("order", told());
    assert.deepEqual(tells(bench), [[{ kind: "ticket", ticket: TRANSACTION }, "orderHint"]]);
    bench.lose("order");
    assert.equal(bench.askedOf("getOrder").length, 2);
  });

  it("is forgotten after many others", () => {
    const bench = ready();
    call(bench);
    for (let count = 0; count < 256; count += 1) call(bench, { ...HOOK, version: `later ${count}` });
    assert.equal(call(bench).length, 2);
  });

  it("grows nothing, however many come", () => {
    const bench = ready();
    const { externalReference: _unused, ...short } = HOOK;
    for (let count = 0; count < 2_000; count += 1) call(bench, { ...short, version: String(count) });
    for (let count = 0; count < 40; count += 1) if (bench.isOpen("order")) bench.lose("order");
    assert.equal(bench.askedOf("getOrder").length, 17);
  });
});

describe("what names an account", () => {
  it("is what enters it, at its address", () => {
    const { nameOf, secretsOf, budget } = mercadoPagoAccount;
    const link = { type: "cloud", baseUrl: "https://api.mercadopago.com" };
    assert.equal(nameOf(settingsWith(), link), "mercado-pago https://api.mercadopago.com mp");
    assert.equal(nameOf(grantSettings(), link), "mercado-pago https://api.mercadopago.com mp-grant");
    const { accessToken: _unused, ...nothing } = settingsWith();
    assert.equal(nameOf(nothing, link), undefined);
    assert.deepEqual(secretsOf(nothing), []);
    assert.deepEqual(
      secretsOf({ ...grantSettings(), webhookSecret: { secret: "mp-hook" } }).map(({ name, setting, secret }) => [
        name,
        setting,
        secret,
      ]),
      [
        ["clientSecret", "clientSecret", "mp-app"],
        ["grant", "refreshToken", "mp-grant"],
        ["webhook", "webhookSecret", "mp-hook"],
      ],
    );
    assert.deepEqual(budget(settingsWith({ requestsPerSecond: 5 })), { requestsPerSecond: 5, burst: 10 });
  });
});
