import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { journalWithAudit, openCounter, scriptedRecorder } from "../../support/counter.ts";
import { SALE } from "../../support/fake-till.ts";
import { ADMINISTRATOR_TOKEN } from "../../support/protocol-server.ts";

const start = (requestId: string) => ({ terminal: "counter-1", requestId, operation: SALE });

describe("The audit", () => {
  it("knows who changed what, and no secret", async () => {
    const { journal, entries } = journalWithAudit();
    const { recorder } = scriptedRecorder();
    const { arrive, till } = openCounter(undefined, { journal, recorder });
    const operator = arrive();
    await operator.open("cli", ADMINISTRATOR_TOKEN);
    const till1 = arrive();
    await till1.open();
    await till1.request("transactions.start", start("r1"));
    await till.settle("T1", { kind: "unknown", since: "timeout", advice: "askOperator" });
    const ask = async (method: string, params: object) => {
      const reply = await operator.request(method, params);
      assert.ok(reply?.result, `${method}: ${JSON.stringify(reply)}`);
      return reply.result;
    };

    const { code } = await ask("pos.add", { pos: "till-1", scopes: ["status", "pay"], shared: true });
    await ask("pos.add", { pos: "till-2", token: true });
    await arrive().request("session.pair", { pos: "till-1", code });
    await ask("pos.revoke", { pos: "till-2" });
    await ask("secrets.set", { name: "mp", value: "very secret" });
    await ask("secrets.remove", { name: "mp" });
    await ask("certificate.reload", {});
    await ask("events.subscribe", { all: true });
    await ask("diagnostics.trace", { enable: true });
    const decision = {
      outcome: { kind: "notPerformed" },
      operator: "Ana\nroot",
      reason: "no slip for 4111 1111 1111 1111",
    };
    await ask("transactions.resolve", { transaction: "T1", ...decision });
    await ask("terminals.liftFence", { terminal: "counter-1", transaction: "T1", operator: "Ana", reason: "looked" });

    const told = entries.map(({ what, by, detail }) => `${by} ${what}: ${detail}`);
    assert.deepEqual(
      told.map((line) => line.replace(/session [0-9A-Z]+$/, "session S")),
      [
        'cli pos pairing offered: till-1 (known); scopes ["status","pay","refund"] -> ["status","pay"]; shared false -> true',
        'cli pos token made: till-2 (new); scopes none -> ["status","pay","refund"]; shared none -> false',
        "till-1 pos paired: no browser",
        "cli pos revoked: till-2",
        "cli secret set: mp",
        "cli secret removed: mp",
        "cli certificate reloaded: none",
        "cli events of every pos subscribed: session S",
        "cli trace turned on: every terminal",
        "cli transaction resolved: T1 as notPerformed, by Ana\\u000aroot: no slip for **** **** **** 1111",
        "cli fence lifted: counter-1, transaction T1, by Ana: looked",
      ],
    );
  });

  it("knows what a POS asked for beyond its scopes", async () => {
    const { journal, entries } = journalWithAudit();
    const { arrive } = openCounter(undefined, { journal });
    const pos = arrive({ origin: "https://pos.example.com", from: "thisMachine" });
    await pos.open();
    for (let times = 0; times < 3; times += 1) {
      const reply = await pos.request("terminals.remove", { terminal: "counter-1" });
      assert.equal(reply?.error?.data["reason"], "forbidden");
    }

    assert.equal(entries.length, 1);
    assert.match(entries[0]?.detail ?? "", /terminals\.remove: This POS lacks the scope admin/);
    assert.match(entries[0]?.detail ?? "", /pos\.example\.com/);
  });
});
