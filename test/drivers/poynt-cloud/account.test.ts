import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accountMachine } from "../../../src/drivers/poynt-cloud/account.ts";
import type { CloudAnswer } from "../../../src/drivers/poynt-cloud/messages.ts";
import type { Context } from "../../../src/drivers/driver.ts";
import { ABOUT, Bench, callback, DEVICE, errorAnswer, NOTHING, SECRETS, settingsWith, TRANSACTION } from "./support.ts";

const GIVEN: Context["secrets"] = { privateKey: { version: "k1", about: {} } };
const TOKEN: CloudAnswer = { kind: "token", access: "newAccess", refresh: "newRefresh", expiresInS: 86_400 };

function opened(secrets: Context["secrets"] = GIVEN): Bench {
  const bench = new Bench(accountMachine(settingsWith()));
  bench.secrets = secrets;
  bench.give({ kind: "opened", link: "account" });
  return bench;
}

/** As the house does it: the new token is there when it says so. */
function store(bench: Bench, version = "a1"): void {
  const [stored] = bench.all("storeSecrets").slice(-1);
  assert(stored !== undefined);
  const about = stored.about ?? {};
  bench.secrets = { ...bench.secrets, access: { version, about }, refresh: { version, about } };
  bench.give({ kind: "stored", names: Object.keys(stored.labels) });
}

function granted(): Bench {
  const bench = opened();
  bench.answer("token", TOKEN);
  store(bench);
  return bench;
}

const grantTypes = (bench: Bench): readonly string[] =>
  bench.requests.flatMap(({ content }) =>
    content.kind === "form" ? [content.fields["grantType"] === "REFRESH_TOKEN" ? "refresh" : "grant"] : [],
  );
const isReady = (bench: Bench): number => bench.all("ready").length;

describe("the access", () => {
  it("is asked for once, durable before it is used, and remembered with its end and the key that it came from", () => {
    const bench = opened();
    assert.deepEqual([grantTypes(bench), isReady(bench)], [["grant"], 0]);
    bench.answer("token", TOKEN);
    assert.equal(isReady(bench), 0);
    const [stored] = bench.all("storeSecrets");
    assert.deepEqual(stored?.labels, { access: "newAccess", refresh: "newRefresh" });
    assert.deepEqual(stored.about, ABOUT);
    store(bench);
    assert.equal(isReady(bench), 1);
  });

  it("that lives on is used after a restart, without a question", () => {
    const bench = opened(SECRETS);
    assert.deepEqual([grantTypes(bench), isReady(bench)], [[], 1]);
  });

  for (const [what, about, privateKey] of [
    ["has ended", { ...ABOUT, expiresAt: "1" }, "k1"],
    ["came from another key", ABOUT, "k2"],
    ["is another application's", { ...ABOUT, appId: "urn:aid:x" }, "k1"],
  ] as const) {
    it(`that ${what} is asked for anew`, () => {
      const bench = opened({ privateKey: { version: privateKey, about: {} }, access: { version: "a0", about } });
      assert.deepEqual([grantTypes(bench), isReady(bench)], [["grant"], 0]);
    });
  }

  it("is renewed five minutes before its end, by the refresh token, one at a time", () => {
    const bench = granted();
    bench.elapse(86_400_000 - 300_000 - 1);
    assert.deepEqual(grantTypes(bench), ["grant"]);
    bench.elapse(1);
    assert.deepEqual(grantTypes(bench), ["grant", "refresh"]);
    bench.give({ kind: "consulted", by: DEVICE, message: { kind: "accessRefused", version: "a1" } });
    assert.equal(grantTypes(bench).length, 2);
    bench.answer("token", TOKEN);
    store(bench, "a2");
    assert.deepEqual(bench.all("unusable"), []);
  });

  it("is granted anew where the refresh is refused, and used until it ends where nobody answers", () => {
    const bench = granted();
    bench.elapse(86_400_000 - 300_000);
    bench.answer("token", errorAnswer(401, "INVALID_REFRESH_TOKEN"));
    assert.deepEqual(grantTypes(bench), ["grant", "refresh", "grant"]);
    bench.lose("token");
    assert.deepEqual(bench.all("unusable"), []);
    bench.elapse(5_000);
    assert.equal(grantTypes(bench).length, 4);
    bench.elapse(300_000);
    assert.match(bench.all("unusable")[0]?.why ?? "", /has ended/);
  });

  it("that is refused is asked for once more, with the clock that the refusal told; then a person hears of it", () => {
    const bench = opened();
    bench.answer("token", errorAnswer(401, "LOGIN_FAILED"));
    assert.equal(grantTypes(bench).length, 2);
    bench.answer("token", errorAnswer(401, "LOGIN_FAILED"));
    const [unusable] = bench.all("unusable");
    assert.equal(unusable?.alarm, "accountRefused");
    assert.match(unusable.remedy, /let the merchant authorise the application/);
    bench.elapse(60_000);
    bench.answer("token", TOKEN);
    store(bench);
    assert.equal(isReady(bench), 1);
  });

  for (const [what, end] of [
    ["an error of its servers", (bench: Bench) => bench.answer("token", errorAnswer(503))],
    ["nothing", (bench: Bench) => bench.lose("token")],
    [
      "a captive portal",
      (bench: Bench) => bench.give({ kind: "garbled", exchange: "token", why: "no JSON", length: 9 }),
    ],
  ] as const) {
    it(`is asked for again soon where the answer is ${what}, without an alarm`, () => {
      const bench = opened();
      end(bench);
      assert.deepEqual([bench.all("unusable").length, bench.all("unusable")[0]?.alarm], [1, undefined]);
      bench.elapse(5_000);
      assert.equal(grantTypes(bench).length, 2);
    });
  }

  it("without a key is a person's matter", () => {
    const bench = opened({});
    assert.match(bench.all("unusable")[0]?.remedy ?? "", /tillbridge secret set poynt-key/);
    assert.deepEqual(bench.requests, []);
  });
});

describe("a token that the cloud refuses", () => {
  const refuse = (bench: Bench, version = "a1") =>
    bench.give({ kind: "consulted", by: DEVICE, message: { kind: "accessRefused", version } });

  it("is replaced, however many say so", () => {
    const bench = granted();
    refuse(bench);
    refuse(bench);
    assert.equal(grantTypes(bench).length, 2);
    bench.answer("token", TOKEN);
    store(bench, "a2");
    refuse(bench, "a1");
    assert.equal(grantTypes(bench).length, 2);
  });

  it("again and again is an alarm", () => {
    const bench = granted();
    for (const version of ["a1", "a2"]) {
      refuse(bench, version);
      bench.answer("token", TOKEN);
      store(bench, version === "a1" ? "a2" : "a3");
    }
    assert.deepEqual(bench.all("unusable"), []);
    refuse(bench, "a3");
    assert.equal(bench.all("unusable")[0]?.alarm, "accountRefused");
  });
});

describe("whether the account is there", () => {
  const probe = (bench: Bench, by: string) => bench.give({ kind: "consulted", by, message: { kind: "probe" } });
  const tells = (bench: Bench) =>
    bench.all("tell").map(({ to, message }) => [to.kind === "device" ? to.device : "", message.kind]);

  it("is asked once for two hundred terminals", () => {
    const bench = granted();
    const before = bench.requests.length;
    for (let place = 0; place < 200; place += 1) probe(bench, `terminal ${place}`);
    assert.equal(bench.requests.length - before, 1);
    assert.match(bench.lastRequest.path, /\/transactions\?limit=1$/);
    bench.answer("probe", NOTHING);
    assert.equal(tells(bench).length, 200);
    probe(bench, "late");
    assert.deepEqual([bench.requests.length - before, tells(bench).at(-1)], [1, ["late", "reached"]]);
    bench.elapse(30_000);
    probe(bench, "later");
    assert.equal(bench.requests.length - before, 2);
  });

  it("is answered by why not", () => {
    const bench = granted();
    probe(bench, "one");
    bench.lose("probe", "refused");
    assert.deepEqual(tells(bench), [["one", "notReached"]]);
  });

  it("is asked again with another token, where this one is refused", () => {
    const bench = granted();
    probe(bench, "one");
    bench.answer("probe", errorAnswer(401, "INVALID_ACCESS_TOKEN"));
    bench.answer("token", TOKEN);
    store(bench, "a2");
    bench.answer("probe", NOTHING);
    assert.deepEqual(tells(bench), [["one", "reached"]]);
  });
});

describe("a call of a terminal", () => {
  it("is told to the payment and answered; thrice the same is told once", () => {
    const bench = granted();
    for (const call of ["1", "2", "3"]) bench.give({ kind: "called", call, message: callback("PROCESSED", ["a"]) });
    assert.deepEqual(
      bench.all("respond").map(({ call, status }) => [call, status]),
      [
        ["1", 200],
        ["2", 200],
        ["3", 200],
      ],
    );
    assert.deepEqual(bench.all("tell"), [
      { kind: "tell", to: { kind: "ticket", ticket: TRANSACTION }, message: callback("PROCESSED", ["a"]) },
    ]);
  });

  it("of a stranger is answered as well, and a thousand of them are not all kept", () => {
    const bench = granted();
    for (let place = 0; place < 1_000; place += 1)
      bench.give({ kind: "called", call: String(place), message: callback("CANCELED", [], `x${place}`) });
    assert.equal(bench.all("respond").length, 1_000);
    const [last] = bench.all("tell").slice(-1);
    bench.give({ kind: "called", call: "again", message: callback("CANCELED", [], "x999") });
    assert.deepEqual(bench.all("tell").at(-1), last);
    assert.equal(bench.all("tell").length, 1_000);
  });
});

it("there is no list of an account's terminals", () => {
  const bench = granted();
  bench.give({ kind: "listAsked" });
  assert.deepEqual(bench.all("terminals"), [{ kind: "terminals", terminals: [] }]);
});
