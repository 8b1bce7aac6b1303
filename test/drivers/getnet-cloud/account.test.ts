import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accountMachine, getnetCloudAccount } from "../../../src/drivers/getnet-cloud/account.ts";
import { ARGENTINA, Bench, PENDING, SECRETS, settingsWith, START } from "./support.ts";

const SETTINGS = settingsWith();
const GIVEN = { clientSecret: { version: "s1", about: {} } };
const TOKEN = { kind: "token", label: "newAccess" } as const;
const MINUTE_MS = 60_000;

function opened(secrets: Bench["secrets"], settings = SETTINGS): Bench {
  const bench = new Bench(accountMachine(settings));
  bench.secrets = secrets;
  bench.give({ kind: "opened", link: "cloud #1" });
  return bench;
}

/** What the house does with a token: it is durable under its name before it is told. */
function storeToken(bench: Bench, version: string): void {
  bench.answer("auth", TOKEN);
  const { about = {} } = bench.all("storeSecrets").at(-1) ?? {};
  bench.secrets = { ...bench.secrets, access: { version, about } };
  bench.give({ kind: "stored", names: ["access"] });
}

function inUse(): Bench {
  const bench = opened(GIVEN);
  storeToken(bench, "a1");
  return bench;
}

describe("the list of its terminals", () => {
  it("is empty, and said at once to whoever asks: Getnet documents none", () => {
    const bench = inUse();
    bench.give({ kind: "listAsked" });
    assert.deepEqual(bench.all("terminals"), [{ kind: "terminals", terminals: [] }]);
  });
});

describe("access", () => {
  it("is asked for, stored, and only then used", () => {
    const bench = opened(GIVEN);
    assert.deepEqual(bench.all("exchange")[0]?.message, { kind: "auth", country: "CL", clientId: "till", env: "prod" });
    assert.deepEqual(bench.all("ready"), []);
    bench.answer("auth", TOKEN);
    assert.deepEqual(bench.all("storeSecrets"), [
      { kind: "storeSecrets", labels: { access: "newAccess" }, about: { gotAt: String(START), clientSecret: "s1" } },
    ]);
    assert.deepEqual(bench.all("ready"), []);
    bench.give({ kind: "stored", names: ["access"] });
    assert.equal(bench.all("ready").length, 1);
  });

  it("of before a restart is used as long as its time lasts", () => {
    const bench = opened(SECRETS);
    assert.equal(bench.all("ready").length, 1);
    assert.deepEqual(bench.all("exchange"), []);
    bench.elapse(45 * MINUTE_MS);
    assert.equal(bench.all("exchange").length, 1);
  });

  it("of before is not used when its time is over, when the clock was set back, or for another secret", () => {
    for (const about of [
      { gotAt: String(START - 50 * MINUTE_MS), clientSecret: "s1" },
      { gotAt: String(START + 1_000), clientSecret: "s1" },
      { gotAt: String(START), clientSecret: "s0" },
      { gotAt: "x", clientSecret: "s1" },
      {},
    ]) {
      const bench = opened({ ...GIVEN, access: { version: "a1", about } });
      assert.deepEqual([bench.all("ready").length, bench.all("exchange").length], [0, 1], JSON.stringify(about));
    }
  });

  it("is renewed in time, without a moment in which nothing can be asked", () => {
    const bench = inUse();
    bench.elapse(45 * MINUTE_MS - 1);
    assert.equal(bench.all("exchange").length, 1);
    bench.elapse(1);
    assert.equal(bench.all("exchange").length, 2);
    storeToken(bench, "a2");
    assert.deepEqual([bench.all("ready").length, bench.all("unusable").length], [1, 0]);
    bench.elapse(45 * MINUTE_MS);
    assert.equal(bench.all("exchange").length, 3);
  });

  it("that cannot be renewed is used until its end, and asked for again with patience", () => {
    const bench = inUse();
    bench.elapse(45 * MINUTE_MS);
    let asked = 0;
    for (; bench.all("unusable").length === 0; asked += 1) {
      bench.answer("auth", { kind: "unavailable", status: 503 });
      if (bench.all("unusable").length === 0) bench.elapse(MINUTE_MS);
    }
    assert.ok(bench.nowMs >= 50 * MINUTE_MS && asked < 15, `${asked} times`);
    const [unusable] = bench.all("unusable");
    assert.match(unusable?.why ?? "", /HTTP 503/);
    assert.equal(unusable?.alarm, undefined);
    bench.elapse(MINUTE_MS);
    storeToken(bench, "a2");
    assert.equal(bench.all("ready").length, 2);
  });

  it("wrong credentials: an alarm with what to do, once, and asked again soon, then seldom", () => {
    const bench = opened(GIVEN);
    for (const pauseMs of [15_000, 30_000, 60_000, 120_000, 240_000, 5 * MINUTE_MS, 5 * MINUTE_MS]) {
      bench.answer("auth", { kind: "credentialsRefused", status: 401, text: "no" });
      const asked = bench.all("exchange").length;
      bench.elapse(pauseMs - 1);
      assert.equal(bench.all("exchange").length, asked);
      bench.elapse(1);
      assert.equal(bench.all("exchange").length, asked + 1);
    }
    const told = bench.all("unusable");
    assert.equal(told.length, 1);
    assert.match(told[0]?.remedy ?? "", /tillbridge secret set getnet/);
    assert.equal(told[0]?.alarm, "accountRefused");
    storeToken(bench, "a1");
    assert.equal(bench.all("ready").length, 1);
  });

  it("without a secret nothing is asked, and it is said which one", () => {
    const bench = opened({});
    bench.elapse(60 * MINUTE_MS);
    assert.deepEqual(bench.all("exchange"), []);
    assert.match(bench.all("unusable")[0]?.remedy ?? "", /tillbridge secret set getnet/);
    assert.equal(bench.all("unusable").length, 1);
  });

  it("what is no answer is a failure that is told once", () => {
    const bench = opened(GIVEN);
    bench.give({ kind: "garbled", exchange: "auth", why: "not JSON", length: 3 });
    bench.elapse(1_000);
    bench.lose("auth");
    bench.elapse(2_000);
    bench.answer("auth", PENDING);
    bench.elapse(4_000);
    bench.give({ kind: "notSent", exchange: "auth", why: "DNS" });
    assert.deepEqual([bench.all("exchange").length, bench.all("ready").length], [4, 0]);
    assert.equal(new Set(bench.all("unusable").map(({ why }) => why)).size, bench.all("unusable").length);
  });
});

describe("a token that a terminal's machine saw refused", () => {
  const lost = (version: string) =>
    ({ kind: "consulted", by: "70000001/SIM0000001", message: { kind: "accessLost", version } }) as const;

  it("is replaced, by one request for all who ask", () => {
    const bench = inUse();
    bench.elapse(MINUTE_MS);
    for (let asks = 0; asks < 5; asks += 1) bench.give(lost("a1"));
    assert.equal(bench.all("exchange").length, 2);
    storeToken(bench, "a2");
    bench.give(lost("a1"));
    assert.equal(bench.all("exchange").length, 2);
  });

  it("is not replaced in a circle when it is fresh", () => {
    const bench = inUse();
    bench.elapse(29_000);
    bench.give(lost("a1"));
    assert.equal(bench.all("exchange").length, 1);
    bench.elapse(1_000);
    bench.give(lost("a1"));
    assert.equal(bench.all("exchange").length, 2);
  });

  it("asks nothing while there is no access at all", () => {
    const bench = opened(GIVEN);
    bench.answer("auth", { kind: "credentialsRefused", status: 403, text: "" });
    bench.give(lost("a1"));
    assert.equal(bench.all("exchange").length, 1);
  });
});

describe("the account", () => {
  it("is one for all terminals with the same clientId at the same address", () => {
    const link = { type: "cloud", baseUrl: "https://one" };
    const name = getnetCloudAccount.nameOf(SETTINGS, link);
    assert.equal(getnetCloudAccount.nameOf(settingsWith({ idTerminal: "2", serialNumber: "X" }), link), name);
    assert.notEqual(getnetCloudAccount.nameOf(settingsWith({ clientId: "other" }), link), name);
    assert.notEqual(getnetCloudAccount.nameOf(SETTINGS, { ...link, baseUrl: "https://two" }), name);
    assert.equal(getnetCloudAccount.nameOf(SETTINGS, { type: "cloud" }), undefined);
  });

  it("shares what another terminal of it needs, and names its secret", () => {
    const shared = getnetCloudAccount.sharedSettings(settingsWith(ARGENTINA));
    assert.deepEqual([shared["country"], shared["clientId"], shared["currency"]], ["AR", "till", "ARS"]);
    assert.equal("idTerminal" in shared, false);
    assert.deepEqual(getnetCloudAccount.secretsOf(SETTINGS), [
      { name: "clientSecret", setting: "clientSecret", secret: "getnet", holds: "text" },
    ]);
    assert.deepEqual(getnetCloudAccount.budget(SETTINGS), { requestsPerSecond: 10, burst: 20 });
  });
});
