import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { DeviceRequest } from "../../../src/drivers/driver.ts";
import { deviceMachine } from "../../../src/drivers/poynt/device.ts";
import type { PoyntAnswer } from "../../../src/drivers/poynt/messages.ts";
import { Bench, errorAnswer, IDENTITY, settingsWith } from "./support.ts";

const PONG: PoyntAnswer = { kind: "pong" };
const OTHER: PoyntAnswer = { kind: "otherPairing", text: "the terminal does not know our pairing" };
const MISMATCH = errorAnswer(999, { name: "REQUEST_SIGNATURE_MISMATCH", text: "re-pair" });

function opened(settings: JsonObject = {}, secrets?: Bench["secrets"]): Bench {
  const bench = new Bench(deviceMachine(settingsWith(settings)));
  if (secrets !== undefined) bench.secrets = secrets;
  bench.give({ kind: "opened", link: "http #1" });
  return bench;
}

function ready(settings: JsonObject = {}): Bench {
  const bench = opened(settings);
  bench.answer("ping", PONG);
  return bench;
}

const ask = (bench: Bench, request: DeviceRequest) => bench.give({ kind: "asked", request });
const reply = (bench: Bench) => bench.all("reply").at(-1)?.reply;

describe("the handshake", () => {
  it("is a ping under the pairing", () => {
    const bench = opened();
    assert.deepEqual(bench.commands, ["ping"]);
    assert.deepEqual(bench.answer("ping", PONG), [{ kind: "identified", identity: IDENTITY }, { kind: "ready" }]);
  });

  it("tells a terminal that cannot be reached, or is none", () => {
    for (const input of [
      { kind: "notSent", exchange: "ping", why: "the connection was refused" },
      { kind: "exchangeLost", exchange: "ping", why: "no answer came within 5000 ms" },
      { kind: "garbled", exchange: "ping", why: "a ping was answered with HTTP 404", length: 9 },
    ] as const) {
      assert.deepEqual(opened().give(input), [{ kind: "dropLink", why: input.why }]);
    }
  });

  it("tells a terminal that was never paired, and sends it nothing", () => {
    const bench = opened({}, {});
    assert.match(bench.all("unpaired")[0]?.why ?? "", /not been paired yet/);
    bench.elapse(60_000);
    assert.deepEqual([bench.commands, bench.all("ready").length], [[], 0]);
  });

  it("tells a pairing that was taken over or ended, and looks again until it is ours", () => {
    const bench = opened();
    bench.answer("ping", OTHER);
    assert.match(bench.all("unpaired")[0]?.why ?? "", /another program has it/);
    bench.elapse(15_000);
    assert.deepEqual(bench.commands, ["ping", "ping"]);
    bench.answer("ping", PONG);
    assert.equal(bench.all("ready").length, 1);
  });

  it("notices a pairing that was put in by hand", () => {
    const bench = opened({}, {});
    bench.secrets = { pairing: { version: "v9", about: {} } };
    bench.elapse(15_000);
    bench.answer("ping", PONG);
    assert.deepEqual(bench.all("identified")[0]?.identity, { pairing: "v9" });
  });

  it("once unpaired, a terminal that goes away is said to be away", () => {
    const bench = opened();
    bench.answer("ping", OTHER);
    bench.elapse(15_000);
    bench.lose("ping");
    assert.equal(bench.all("dropLink").length, 1);
  });

  it("nothing is asked of an idle terminal unasked", () => {
    const bench = ready();
    bench.elapse(3_600_000);
    assert.deepEqual(bench.commands, ["ping"]);
  });
});

describe("the probe", () => {
  it("is a ping, and the state of the screen in the terminal's own words", () => {
    const bench = ready();
    ask(bench, { kind: "probe" });
    bench.answer("ping", PONG);
    assert.equal(bench.commands.at(-1), "paymentState");
    bench.answer("question", { kind: "paymentState", text: "IDLE" });
    assert.deepEqual(reply(bench), { kind: "answered", data: { paired: true, paymentState: "IDLE" } });
  });

  it("does without the state, where the technician wants that or the terminal does not know it", () => {
    const short = ready({ paymentState: false });
    ask(short, { kind: "probe" });
    short.answer("ping", PONG);
    assert.deepEqual([short.commands, reply(short)], [["ping", "ping"], { kind: "answered", data: { paired: true } }]);
    for (const input of [
      { kind: "garbled", exchange: "question", why: "HTTP 404 without an error", length: 0 },
      { kind: "exchangeLost", exchange: "question", why: "reset" },
      { kind: "answered", exchange: "question", message: errorAnswer(104) },
    ] as const) {
      const bench = ready();
      ask(bench, { kind: "probe" });
      bench.answer("ping", PONG);
      bench.give(input);
      assert.deepEqual(reply(bench), { kind: "answered", data: { paired: true } });
    }
  });

  it("that is not answered says so", () => {
    const bench = ready();
    ask(bench, { kind: "probe" });
    bench.lose("ping", "reset");
    assert.deepEqual(reply(bench), { kind: "noAnswer", why: "reset" });
  });

  it("under another pairing is an answer, and the terminal is unpaired", () => {
    const bench = ready();
    ask(bench, { kind: "probe" });
    bench.answer("ping", OTHER);
    assert.deepEqual(reply(bench), { kind: "answered", data: { paired: false } });
    assert.equal(bench.all("unpaired").length, 1);
    ask(bench, { kind: "function", name: "scan", params: {} });
    assert.deepEqual(reply(bench), { kind: "refused", why: "the terminal has to be paired first" });
  });
});

describe("device functions", () => {
  const LINES = { lines: ["Müller", "12,50"] };
  for (const [name, params, command, content] of [
    ["print", LINES, "print", { timeout: 60_000, printingRequest: { content: "Müller\n12,50" } }],
    [
      "display",
      LINES,
      "showItems",
      {
        timeout: 60_000,
        secondScreenRequest: {
          totalAmount: 0,
          currency: "USD",
          items: [
            { name: "Müller", unitPrice: 0, quantity: 1 },
            { name: "12,50", unitPrice: 0, quantity: 1 },
          ],
        },
      },
    ],
    [
      "display",
      { items: [{ name: "Tea", unitPrice: 250, quantity: 2 }], total: 500 },
      "showItems",
      {
        timeout: 60_000,
        secondScreenRequest: {
          totalAmount: 500,
          currency: "USD",
          items: [{ name: "Tea", unitPrice: 250, quantity: 2 }],
        },
      },
    ],
    ["scan", {}, "scan", {}],
  ] as const) {
    it(`${name} ${JSON.stringify(params)} is ${command}`, () => {
      const bench = ready();
      ask(bench, { kind: "function", name, params });
      const { poyntRequestId: _id, ...body } = bench.requests.at(-1)?.body ?? {};
      assert.deepEqual([bench.commands.at(-1), body], [command, content]);
    });
  }

  it("scan uses the older path where the technician says so, and the POS's patience", () => {
    const bench = ready({ scanPath: "cat" });
    ask(bench, { kind: "function", name: "scan", params: { seconds: 20 } });
    assert.deepEqual([bench.commands.at(-1), bench.all("exchange").at(-1)?.replyTimeoutMs], ["scanByCat", 20_000]);
  });

  for (const [what, answer, told] of [
    ["what was scanned", { kind: "scanned", isSuccess: true, text: "X1" }, { kind: "answered", data: { text: "X1" } }],
    ["nothing", { kind: "scanned", isSuccess: false, text: "" }, { kind: "refused", why: "nothing was scanned" }],
    ["done", { kind: "finished" }, { kind: "answered", data: {} }],
    [
      "an error",
      errorAnswer(107, { name: "NO_PAPER", text: "" }),
      { kind: "refused", why: "the terminal answered with error 107 NO_PAPER" },
    ],
    [
      "something else",
      { kind: "pong" },
      { kind: "refused", why: "the terminal answered something else than it was asked" },
    ],
  ] as const) {
    it(`tells ${what}`, () => {
      const bench = ready();
      ask(bench, { kind: "function", name: "scan", params: {} });
      bench.answer("question", answer);
      assert.deepEqual(reply(bench), told);
      ask(bench, { kind: "report", report: "paymentState", params: {} });
      assert.equal(bench.commands.at(-1), "paymentState");
    });
  }

  it("says when nothing comes, or nothing to believe", () => {
    const bench = ready();
    ask(bench, { kind: "function", name: "print", params: LINES });
    bench.lose("question", "reset");
    assert.deepEqual(reply(bench), { kind: "noAnswer", why: "reset" });
    ask(bench, { kind: "function", name: "print", params: LINES });
    bench.give({ kind: "garbled", exchange: "question", why: "its signature is wrong", length: 1 });
    assert.equal(reply(bench)?.kind, "refused");
  });

  for (const request of [
    { kind: "function", name: "dance", params: {} },
    { kind: "function", name: "print", params: {} },
    { kind: "function", name: "print", params: { lines: [1] } },
    { kind: "function", name: "display", params: { items: [{ name: "Tea" }] } },
    { kind: "report", report: "totals", params: {} },
  ] as const) {
    it(`refuses ${JSON.stringify(request)}`, () => {
      const bench = ready();
      ask(bench, request);
      assert.equal(reply(bench)?.kind, "refused");
      assert.deepEqual(bench.commands, ["ping"]);
    });
  }

  it("answers one question at a time", () => {
    const bench = ready();
    ask(bench, { kind: "probe" });
    ask(bench, { kind: "probe" });
    assert.deepEqual(reply(bench), { kind: "refused", why: "the terminal is being asked already" });
    assert.deepEqual(bench.commands, ["ping", "ping"]);
  });
});

describe("a pairing by the terminal's code", () => {
  function begun(bench = opened({}, {})): Bench {
    ask(bench, { kind: "pair", code: "typed code" });
    return bench;
  }

  it("signs with the code by its name, stores it by its name, and is proved by a ping", () => {
    const bench = begun();
    const request = bench.requests.at(-1);
    assert.deepEqual([request?.command, request?.key], ["pair", "typed code"]);
    assert.equal(bench.all("pairing")[0]?.expiresInMs, 30_000);
    bench.answer("pair", { kind: "paired", serialNumber: "P61" });
    assert.deepEqual(bench.all("storeSecrets"), [
      { kind: "storeSecrets", labels: { pairing: "typed code" }, about: { serialNumber: "P61" } },
    ]);
    bench.secrets = { pairing: { version: "v2", about: { serialNumber: "P61" } } };
    bench.give({ kind: "stored", names: ["pairing"] });
    bench.answer("ping", PONG);
    assert.deepEqual(bench.all("identified")[0]?.identity, { pairing: "v2", serialNumber: "P61" });
    assert.deepEqual([bench.all("ready").length, reply(bench)], [1, { kind: "answered", data: { paired: true } }]);
  });

  it("tells a wrong code in words, and stores nothing", () => {
    const bench = begun();
    bench.answer("pair", MISMATCH);
    assert.deepEqual(reply(bench), { kind: "refused", why: "the code is not the one that the terminal shows" });
    assert.deepEqual(bench.all("storeSecrets"), []);
    ask(bench, { kind: "pair", code: "typed code" });
    assert.deepEqual(bench.commands, ["pair", "pair"]);
  });

  it("that fails on a paired terminal leaves the old pairing to a ping", () => {
    const bench = begun(ready());
    bench.answer("pair", errorAnswer(102, { name: "ALREADY_PAIRED" }));
    // Nothing starts while somebody waits for the answer.
    assert.deepEqual([bench.commands, reply(bench)], [["ping", "pair", "ping"], undefined]);
    bench.answer("ping", PONG);
    assert.deepEqual([reply(bench)?.kind, bench.all("ready").length], ["refused", 2]);
  });

  it("does not meet a look that was under way", () => {
    const bench = opened();
    bench.answer("ping", OTHER);
    bench.elapse(15_000);
    assert.equal(bench.isOpen("ping"), true);
    begun(bench);
    bench.answer("pair", MISMATCH);
    assert.deepEqual(bench.commands, ["ping", "ping", "pair", "ping"]);
  });

  it("that nobody confirms is no answer", () => {
    const bench = begun();
    bench.lose("pair", "no answer came within 45000 ms");
    assert.equal(reply(bench)?.kind, "noAnswer");
  });

  it("whose answer cannot be believed is refused", () => {
    const bench = begun();
    bench.give({ kind: "garbled", exchange: "pair", why: "its signature is wrong", length: 1 });
    assert.equal(reply(bench)?.kind, "refused");
    const strange = begun();
    strange.answer("pair", { kind: "secret", label: "newPairing" });
    assert.deepEqual([reply(strange)?.kind, strange.all("storeSecrets")], ["refused", []]);
  });

  it("that the terminal does not know afterwards is no pairing", () => {
    const bench = begun();
    bench.answer("pair", { kind: "paired" });
    bench.secrets = { pairing: { version: "v2", about: {} } };
    bench.give({ kind: "stored", names: ["pairing"] });
    bench.answer("ping", OTHER);
    assert.deepEqual([reply(bench)?.kind, bench.all("ready").length, bench.all("unpaired").length], ["refused", 0, 2]);
  });
});

describe("a pairing by our key", () => {
  function begun(): Bench {
    const bench = opened({}, {});
    ask(bench, { kind: "pair" });
    assert.deepEqual(bench.all("createKeyPair"), [{ kind: "createKeyPair", name: "pairing" }]);
    bench.give({ kind: "keyPairCreated", name: "pairing", publicKey: "MIIB" });
    return bench;
  }

  it("shows our code to the technician, sends it with the key unsigned, and stores the secret by its name", () => {
    const bench = begun();
    const [shown] = bench.all("pairing");
    assert.match(shown?.code ?? "", /^[A-HJ-NP-Z2-9]{6}$/);
    assert.match(shown?.text ?? "", /[Cc]onfirm/);
    const request = bench.requests.at(-1);
    assert.deepEqual([request?.command, request?.key], ["pairWithKey", undefined]);
    assert.deepEqual(request?.body, { pairingRequest: { pairingCode: shown?.code, publicKey: "MIIB" } });
    assert.ok((bench.all("exchange").at(-1)?.replyTimeoutMs ?? 0) > 30_000);
    bench.answer("pair", { kind: "secret", label: "newPairing" });
    assert.deepEqual(bench.all("storeSecrets"), [
      { kind: "storeSecrets", labels: { pairing: "newPairing" }, about: {} },
    ]);
    bench.secrets = { pairing: { version: "v2", about: {} } };
    bench.give({ kind: "stored", names: ["pairing"] });
    bench.answer("ping", PONG);
    assert.deepEqual([bench.all("ready").length, reply(bench)?.kind], [1, "answered"]);
  });

  it("that the operator refuses is refused", () => {
    const bench = begun();
    bench.answer("pair", errorAnswer(0, { name: "CANCELED", text: "canceled by the operator" }));
    assert.deepEqual(reply(bench), {
      kind: "refused",
      why: "the terminal refused the pairing: CANCELED canceled by the operator",
    });
  });

  it("is not asked twice at once", () => {
    const bench = begun();
    ask(bench, { kind: "pair" });
    assert.deepEqual(reply(bench), { kind: "refused", why: "the terminal is being asked already" });
  });
});
