import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Account } from "../../../src/daemon/account/account.ts";
import type { Urgency } from "../../../src/daemon/account/request-budget.ts";
import { Keyring } from "../../../src/daemon/terminal/keyring.ts";
import type { AccountDriver } from "../../../src/drivers/account.ts";
import { conversation, type Input } from "../../../src/drivers/driver.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

/** What the machine says is what it is told to say. */
type Word = { readonly kind: "ready" } | { readonly kind: "unusable"; readonly why: string; readonly remedy: string };

const UNUSABLE: Word = { kind: "unusable", why: "the token was revoked", remedy: "Give another one." };
const NEVER = new AbortController().signal;
const unused = () => assert.fail("nothing is asked here");

const driver: AccountDriver<Word> = {
  nameOf: unused,
  linkOf: unused,
  secretsOf: () => [],
  sharedSettings: unused,
  wire: { kind: "http", encode: unused, seal: unused, open: unused, maxAnswerBytes: 1 },
  machine: () =>
    conversation<undefined, Word>(
      (state, input: Input<Word>) => [state, input.kind === "consulted" ? [input.message] : []],
      undefined,
    ),
  budget: () => ({ requestsPerSecond: 10, burst: 10 }),
};

async function begun() {
  const clock = createVirtualClock();
  const log = createKeptLog();
  const values = { read: () => Promise.resolve(undefined), set: unused, remove: unused };
  const account = new Account<Word>(
    {
      name: "an account",
      driver,
      settings: {},
      open: unused,
      keyring: await Keyring.open("an account", values, nodeCrypto, log, "account"),
      secretValues: values,
      callbacks: undefined,
      clock,
      crypto: nodeCrypto,
      log,
      connection: { openTimeoutMs: 1, writeTimeoutMs: 1, frameGapMs: 1, backoff: { minMs: 1, maxMs: 1 } },
      emit: () => undefined,
    },
    () => undefined,
  );
  account.start();
  const says = async (word: Word) => {
    account.consult("counter-1", word);
    await clock.settle();
  };
  const left: string[] = [];
  const refused: string[] = [];
  const ask = async (urgency: Urgency) => {
    void account.desk
      .admit(urgency, NEVER)
      .then((admission) => (admission.kind === "admitted" ? left : refused).push(urgency));
    await clock.settle();
  };
  return { clock, desk: account.desk, says, ask, left, refused };
}

describe("what asks the servers of an account", () => {
  it("stays here until there is access, but for what asks for access; and a lost access lets what runs come to its end", async () => {
    const { says, ask, left, refused } = await begun();
    for (const urgency of ["commits", "recovery", "device", "access"] as const) await ask(urgency);
    assert.deepEqual([left, refused], [["access"], ["commits", "recovery", "device"]]);
    await says({ kind: "ready" });
    await ask("commits");
    await says(UNUSABLE);
    await ask("operation");
    assert.deepEqual(left, ["access", "commits", "operation"]);
  });

  it("waits for as long as any answer of theirs asked for, whoever it was for", async () => {
    const { clock, desk, says, ask, left } = await begun();
    await says({ kind: "ready" });
    desk.heard({ status: 429, headers: { "retry-after": "7" }, body: new Uint8Array() });
    await ask("operation");
    await ask("access");
    await clock.advance(6_999);
    assert.deepEqual(left, []);
    await clock.advance(1);
    assert.deepEqual(left, ["access", "operation"]);
  });

  it("does not leave late where money hangs on it: the customer waits as well", async () => {
    const { clock, desk, says, ask, left, refused } = await begun();
    await says({ kind: "ready" });
    desk.heard({ status: 503, headers: { "retry-after": "60" }, body: new Uint8Array() });
    await ask("commits");
    await clock.advance(5_000);
    assert.deepEqual([left, refused], [[], ["commits"]]);
  });
});
