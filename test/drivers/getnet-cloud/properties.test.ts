import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  array,
  assert as hold,
  boolean,
  constant,
  constantFrom,
  integer,
  jsonValue,
  oneof,
  property,
  record,
  string,
  uint8Array,
  type Arbitrary,
} from "../../support/properties.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { approvalFault } from "../../../src/core/plausible.ts";
import type { Conversation, Input } from "../../../src/drivers/driver.ts";
import { accountMachine } from "../../../src/drivers/getnet-cloud/account.ts";
import { getnetCloudWire } from "../../../src/drivers/getnet-cloud/codec.ts";
import { deviceMachine } from "../../../src/drivers/getnet-cloud/device.ts";
import type { CloudAnswer, CloudMessage } from "../../../src/drivers/getnet-cloud/messages.ts";
import { operationMachine } from "../../../src/drivers/getnet-cloud/operation.ts";
import { readReply } from "../../../src/drivers/getnet-cloud/records.ts";
import { recoverMachine } from "../../../src/drivers/getnet-cloud/recovery.ts";
import { getnetCloudSimulator } from "../../../src/drivers/getnet-cloud/simulator.ts";
import { createTerminalBench } from "../../support/terminal-bench.ts";
import {
  Bench,
  doubtOf,
  FakeKeys,
  httpAnswer,
  ID,
  IDENTITY,
  ORDERS,
  REMEMBERED,
  saleResponse,
  SECRETS,
  settingsWith,
  TRANSACTION,
} from "./support.ts";

/** What a terminal could say, and now and then what none would. */
const response: Arbitrary<JsonObject> = oneof(
  {
    weight: 5,
    arbitrary: record({
      functionCode: constantFrom(100, 100, 101, 102, 103, 104, 105, 106, 108, 109, 0),
      responseCode: constantFrom(0, 0, 0, 1, 5, 1006),
      responseMessage: constantFrom("Aprobado", "Operacion Cancelada", "Mensaje mal formado", "Error"),
      ticket: constantFrom(TRANSACTION, TRANSACTION, "OLD", ""),
      amount: constantFrom(1_250, 1_250, 500, 1, -1, 0.5),
      tip: constantFrom(0, 0, 0, 100),
      operationId: constantFrom(12, 12, 11, 13),
      authorizationCode: constantFrom("250349", "250349", "1"),
      success: constantFrom(true, true, false),
      saleDetails: constantFrom<readonly JsonObject[]>([], [saleResponse()], [saleResponse({ ticket: "OLD" })]),
    }).map((changes) => saleResponse(changes as JsonObject)),
  },
  jsonValue().map((value) => ({ functionCode: value, ticket: value, saleDetails: value }) as JsonObject),
);

const id = constantFrom(ID, ID, "8");
const answer: Arbitrary<CloudAnswer> = oneof(
  {
    weight: 5,
    arbitrary: record({
      kind: constant("finished" as const),
      idPosTxs: constantFrom<string | undefined>(ID, undefined),
      customId: constantFrom<string | undefined>(undefined, TRANSACTION, "another"),
      reply: response.map(readReply),
    }),
  },
  {
    weight: 3,
    arbitrary: record({ kind: constant("accepted" as const), idPosTxs: id, customId: constant(undefined) }),
  },
  { weight: 2, arbitrary: constant<CloudAnswer>({ kind: "pending" }) },
  record({
    kind: constant("refused" as const),
    status: constantFrom(400, 404, 409, 422),
    text: string(),
    idPosTxs: constantFrom<string | undefined>(undefined, undefined, ID),
  }),
  constantFrom<CloudAnswer>(
    { kind: "unavailable", status: 503 },
    { kind: "unavailable", status: 429 },
    { kind: "accessRefused", text: "" },
    { kind: "token", label: "newAccess" },
    { kind: "credentialsRefused", status: 401, text: "" },
    { kind: "finished", idPosTxs: ID, customId: undefined, reply: undefined },
  ),
);

type Happening = Input<CloudMessage> | { readonly kind: "elapse"; readonly ms: number };

const exchange = constantFrom("post", "result", "question", "auth", "cancel pos", "cancel deadline");

const happening: Arbitrary<Happening> = oneof(
  { weight: 8, arbitrary: record({ kind: constant("answered" as const), exchange, message: answer }) },
  { weight: 5, arbitrary: integer({ min: 0, max: 60_000 }).map((ms) => ({ kind: "elapse" as const, ms })) },
  record({ kind: constantFrom("exchangeLost" as const, "notSent" as const), exchange, why: constant("reset") }),
  record({ kind: constant("garbled" as const), exchange, why: constant("x"), length: constant(1) }),
  constantFrom<Happening>(
    { kind: "deadline" },
    { kind: "cancelAsked" },
    { kind: "linkLost", loss: "ended" },
    { kind: "opened", link: "cloud #1" },
    { kind: "resumed", link: "cloud #1", pending: [] },
    { kind: "stored", names: ["access"] },
    { kind: "claims", claimed: [] },
    { kind: "timer", timer: "unknown" },
    { kind: "told", message: { kind: "accessLost", version: "x" } },
    { kind: "consulted", by: "x", message: { kind: "accessLost", version: "a1" } },
    { kind: "asked", request: { kind: "probe" } },
    { kind: "asked", request: { kind: "report", report: "details", params: {} } },
    { kind: "asked", request: { kind: "function", name: "print", params: { lines: ["x"] } } },
  ),
);

function live(conversation: Conversation<CloudMessage>, first: Happening, happenings: readonly Happening[]): Bench {
  const bench = new Bench(conversation);
  for (const next of [first, ...happenings]) {
    if (next.kind === "elapse") bench.elapse(next.ms);
    // The engine tells nothing of an exchange that is not under way.
    else if (!("exchange" in next) || bench.isOpen(next.exchange ?? "")) bench.give(next);
  }
  return bench;
}

const LIFE = array(happening, { maxLength: 40 });
const RUNS = { numRuns: 500 };
const order = constantFrom(...Object.values(ORDERS));
const settings = constantFrom(
  settingsWith(),
  settingsWith({ referencesEchoed: false, timeoutIsFinal: false, quietMs: 0 }),
  settingsWith({ ticketEchoed: false, amountIncludesTip: true, refusalStatuses: [] }),
);
const OPENED: Happening = { kind: "opened", link: "cloud #1" };
const BASELINE = { version: 1, movement: "getnet/100/597029/70012345/11/250348/OLD", operationId: 11 };

const resumed = (pending: readonly string[]): Happening => ({ kind: "resumed", link: "cloud #1", pending });

describe("whatever happens", () => {
  it("an operation commits once at most, and ends once: settled or in doubt", () => {
    hold(
      property(order, settings, LIFE, (asked, chosen, life) => {
        const bench = live(operationMachine(asked, chosen), OPENED, life);
        assert.ok(bench.all("exchange").filter(({ commits }) => commits !== undefined).length <= 1);
        assert.ok(bench.paths.filter((path) => ["sale", "refund", "return", "close"].includes(path)).length <= 1);
        assert.ok(bench.paths.filter((path) => path === "cancelsale").length <= 2);
        const ends = bench.all("settle").length + bench.all("doubt").length;
        assert.ok(ends <= 1);
        assert.equal(bench.ended, ends === 1);
      }),
      RUNS,
    );
  });

  it("what the cloud calls it is durable before it is looked at", () => {
    hold(
      property(order, settings, LIFE, (asked, chosen, life) => {
        const { effects, kinds } = live(operationMachine(asked, chosen), OPENED, life);
        const look = effects.findIndex((effect) => effect.kind === "exchange" && effect.exchange === "result");
        assert.ok(look < 0 || kinds.indexOf("remember") < look);
      }),
      RUNS,
    );
  });

  it("a recovery sends nothing that commits, settles once at most, and calls a person once at most", () => {
    const harmless = new Set(["poll", "lastvoucher", "details", "totals", "cancelsale"]);
    hold(
      property(order, settings, boolean(), boolean(), LIFE, (asked, chosen, isPending, isNamed, life) => {
        const more = isNamed ? { remembered: REMEMBERED } : {};
        const doubt = doubtOf(asked, { baseline: BASELINE, identity: IDENTITY }, more);
        const bench = live(recoverMachine(doubt, chosen), resumed(isPending ? ["post"] : []), life);
        assert.ok(bench.all("exchange").every(({ commits }) => commits === undefined));
        assert.ok(bench.paths.every((path) => harmless.has(path)));
        assert.ok(bench.all("settle").length <= 1 && bench.all("giveUp").length <= 1);
        assert.deepEqual(bench.all("doubt"), []);
        const isUnfounded = bench.settled?.kind === "notPerformed" && bench.settled.reason === "noRecord";
        if (isUnfounded) assert.ok(bench.nowMs >= chosen.quietMs && bench.all("identified").length > 0);
      }),
      RUNS,
    );
  });

  it("no approval is told of more, or of less without the terminal's word", () => {
    hold(
      property(order, settings, LIFE, (asked, chosen, life) => {
        for (const bench of [
          live(operationMachine(asked, chosen), OPENED, life),
          live(recoverMachine(doubtOf(asked, {}, { remembered: REMEMBERED }), chosen), resumed([]), life),
        ]) {
          const verdict = bench.settled;
          // What is printed again moves nothing.
          if (verdict?.kind !== "approved" || asked.operation.type === "duplicateReceipt") continue;
          assert.equal(approvalFault(asked.operation, asked.original?.approved, verdict), undefined);
          const references = Object.entries(verdict.terminalReferences ?? {});
          assert.ok(references.length <= 16 && references.every(([, value]) => value.length <= 64));
        }
      }),
      RUNS,
    );
  });

  it("the device machine sends nothing that moves money, and answers every question once at most", () => {
    const harmless = new Set(["poll", "lastvoucher", "details", "printservice"]);
    hold(
      property(settings, LIFE, (chosen, life) => {
        const bench = live(deviceMachine(chosen), OPENED, life);
        assert.ok(bench.paths.every((path) => harmless.has(path)));
        assert.ok(bench.all("reply").length <= life.filter(({ kind }) => kind === "asked").length);
        assert.deepEqual([...bench.all("settle"), ...bench.all("doubt"), ...bench.all("giveUp")], []);
      }),
      RUNS,
    );
  });

  it("the account asks for access once at a time, and is ready only with a token", () => {
    hold(
      property(settings, boolean(), LIFE, (chosen, isKnown, life) => {
        const bench = new Bench(accountMachine(chosen));
        if (!isKnown) bench.secrets = { clientSecret: { version: "s2", about: {} } };
        // An account is opened once; anew, it is another machine.
        for (const next of [OPENED, ...life.filter(({ kind }) => kind !== "opened")]) {
          if (next.kind === "elapse") bench.elapse(next.ms);
          else if (!("exchange" in next) || bench.isOpen(next.exchange ?? "")) bench.give(next);
        }
        assert.ok(bench.paths.length === 0);
        if (!isKnown && bench.all("storeSecrets").length === 0) assert.deepEqual(bench.all("ready"), []);
      }),
      RUNS,
    );
  });

  it("a pause of a second at least lies between two looks", () => {
    hold(
      property(order, LIFE, (asked, life) => {
        const bench = live(operationMachine(asked, settingsWith()), OPENED, life);
        const looks = bench.all("exchange").filter(({ message }) => message.kind === "look");
        assert.ok(looks.length <= bench.nowMs / 1_000);
      }),
      RUNS,
    );
  });

  it("the same inputs give the same effects", () => {
    hold(
      property(order, LIFE, (asked, life) => {
        const machine = operationMachine(asked, settingsWith());
        assert.deepEqual(live(machine, OPENED, life).effects, live(machine, OPENED, life).effects);
      }),
      { numRuns: 100 },
    );
  });

  it("no input makes a machine throw, also one that the engine would not give", () => {
    hold(
      property(order, LIFE, (asked, life) => {
        for (const machine of [
          operationMachine(asked, settingsWith()),
          recoverMachine(doubtOf(asked), settingsWith()),
          recoverMachine(doubtOf(asked, {}, { remembered: REMEMBERED }), settingsWith()),
          deviceMachine(settingsWith()),
          accountMachine(settingsWith()),
        ]) {
          let next: Conversation<CloudMessage> = machine;
          for (const input of life) {
            if (input.kind === "elapse") continue;
            const crypto = {
              sha256: (bytes: Uint8Array) => bytes,
              randomBytes: (count: number) => new Uint8Array(count),
            };
            [next] = next.step(input, { now: 0, vendorNow: 0, crypto, secrets: SECRETS });
          }
        }
      }),
      RUNS,
    );
  });

  it("no answer makes the codec throw, and none lets a card number through", () => {
    const asked = constantFrom<CloudMessage>(
      { kind: "auth", country: "CL", clientId: "x", env: "prod" },
      { kind: "look", idPosTxs: ID },
      { kind: "command", path: "sale", body: {} },
    );
    const status = constantFrom(200, 201, 204, 302, 400, 401, 404, 429, 500);
    const anything = oneof(
      jsonValue().map((value) => JSON.stringify(value)),
      response.map((value) => JSON.stringify({ code: 1, data: { idPosTxs: ID, response: value } })),
    );
    hold(
      property(asked, status, anything, (message, code, text) => {
        const opened = getnetCloudWire.open(httpAnswer(code, text), getnetCloudWire.encode(message), new FakeKeys());
        if (message.kind !== "auth") assert.doesNotMatch(JSON.stringify(opened), /4111111111111111/);
      }),
      RUNS,
    );
    hold(
      property(asked, uint8Array(), (message, body) => {
        getnetCloudWire.open({ status: 200, headers: {}, body }, getnetCloudWire.encode(message), new FakeKeys());
      }),
      RUNS,
    );
  });

  it("no request makes the simulated cloud throw or move money without access", () => {
    const request = record({
      method: constantFrom("GET", "POST", "PUT", "get"),
      path: constantFrom("/auth", "/sale", "/1", "/poll", "/constructor", "/", "", "/../auth"),
      headers: constantFrom<Record<string, string>>({}, { authorization: "Bearer x" }),
      body: uint8Array(),
    });
    hold(
      property(array(request, { maxLength: 10 }), (requests) => {
        const bench = createTerminalBench(getnetCloudSimulator, {});
        for (const one of requests) bench.request(one);
        bench.elapse(100_000);
        assert.equal(bench.done.filter(({ kind }) => kind === "moved").length, 0);
        assert.equal(bench.done.filter(({ kind }) => kind === "answered").length, requests.length);
      }),
      RUNS,
    );
  });
});
