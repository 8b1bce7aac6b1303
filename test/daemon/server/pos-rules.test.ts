import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import type { PosRegistry } from "../../../src/core/pos.ts";
import { openPosRegistry } from "../../../src/home/pos-registry.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { serveProtocol, tillRecord } from "../../support/protocol-server.ts";

const LIMITS = [
  { operation: "sale", currency: "EUR", perOperation: 50_000 },
  { operation: "refund", currency: "EUR", perOperation: 2_000, perDay: 5_000 },
] as const;
const KEY = String(generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x);

test("pos.add keeps limits, signing key and LAN, pos.list shows them, and what is not said stays", async (t) => {
  const { administrator, registry } = await serveProtocol(t);
  const operator = await administrator();

  await operator.request("pos.add", { pos: "till-9", limits: LIMITS, signingKey: KEY, lan: true });
  await operator.request("pos.add", { pos: "till-9", scopes: ["status"] });

  const listed = (await operator.request("pos.list")).result?.["pos"] as { pos: string }[];
  const shown = listed.find(({ pos }) => pos === "till-9");
  assert.deepEqual(shown, { ...registry.find("till-9"), paired: false, sessions: 0 });
  const { limits, signingKey, lan, scopes } = registry.find("till-9") ?? {};
  assert.deepEqual(
    { limits, signingKey, lan, scopes },
    { limits: LIMITS, signingKey: KEY, lan: true, scopes: ["status"] },
  );
});

test("no limits and a key of null take them away", async (t) => {
  const { administrator, registry } = await serveProtocol(t, {
    records: [tillRecord({ pos: "till-9", limits: LIMITS, signingKey: KEY, lan: true })],
  });

  await (await administrator()).request("pos.update", { pos: "till-9", limits: [], signingKey: null, lan: false });

  assert.deepEqual(registry.find("till-9"), tillRecord({ pos: "till-9", lan: false }));
});

test("pos.update makes no code live, keeps the token, counts at once and is in the audit", async (t) => {
  const { administrator, registry, open, till } = await serveProtocol(t);
  const session = await open();
  const operator = await administrator();

  assert.deepEqual(
    (await operator.request("pos.update", { pos: "till-1", scopes: ["status"], limits: LIMITS })).result,
    {},
  );

  assert.equal(registry.find("till-1")?.tokenHash, tillRecord().tokenHash);
  const start = {
    terminal: "counter-1",
    requestId: "r1",
    operation: { type: "sale", amount: { value: 1, currency: "EUR" } },
  };
  assert.equal((await session.request("transactions.start", start)).error?.data.reason, "forbidden");
  const told = await open({ client: { name: "pos", version: "1" } });
  assert.ok(told.opened.result !== undefined);
  assert.deepEqual((told.opened.result["limits"] as { operations: unknown }).operations, LIMITS);
  assert.equal(till.started.length, 0);
});

test("a session is told what its POS may move and that it has to sign, and nothing where there is nothing to tell", async (t) => {
  const { open, administrator } = await serveProtocol(t);
  const limitsOf = async () => (await open()).opened.result?.["limits"] as Readonly<Record<string, unknown>>;
  const before = await limitsOf();

  await (await administrator()).request("pos.update", { pos: "till-1", limits: LIMITS, signingKey: KEY });
  const after = await limitsOf();

  assert.deepEqual([before["operations"], before["signed"]], [undefined, undefined]);
  assert.deepEqual([after["operations"], after["signed"]], [LIMITS, true]);
});

test("pos.update is for administrators, and for a POS that is known", async (t) => {
  const { open, administrator } = await serveProtocol(t);

  const byTill = await (await open()).request("pos.update", { pos: "till-1", limits: [] });
  const unknown = await (await administrator()).request("pos.update", { pos: "till-7", limits: [] });

  assert.equal(byTill.error?.data.reason, "forbidden");
  assert.deepEqual([unknown.error?.data.reason, unknown.error?.data.field], ["invalidParams", "pos"]);
});

test("a POS whose record is damaged is not let in, nor added or changed over it: revoked first, with its limits in mind", async (t) => {
  const registry = await registryWith(t, [{ ...tillRecord({ pos: "till-7" }), limits: "none" }, tillRecord()]);
  const { administrator, open } = await serveProtocol(t, { ports: { registry } });
  const operator = await administrator();
  const broken = { place: 1, pos: "till-7", why: "limits must be array" };

  const { result } = await operator.request("pos.list");
  assert.deepEqual(result?.["unreadable"], [broken]);
  assert.deepEqual(
    (result["pos"] as { pos: string }[]).map(({ pos }) => pos),
    ["till-1"],
  );
  assert.equal((await open({ pos: "till-7" })).opened.error?.data.reason, "unauthorized");
  assert.ok((await open()).opened.result !== undefined, "the others go on");
  for (const [method, params] of [
    ["pos.add", { pos: "till-7" }],
    ["pos.add", { pos: "till-7", token: true }],
    ["pos.update", { pos: "till-7", scopes: ["pay"] }],
  ] as const) {
    const { error } = await operator.request(method, params);
    assert.equal(error?.data.reason, "invalidParams", method);
    assert.match(error.message, /limits must be array.*Stop the service.*pos revoke till-7/s);
  }
  assert.deepEqual(registry.unreadable(), [broken]);

  assert.deepEqual((await operator.request("pos.revoke", { pos: "till-7" })).result, {});
  assert.deepEqual(registry.unreadable(), []);
  assert.ok(((await operator.request("pos.add", { pos: "till-7", limits: LIMITS })).result?.["code"] ?? "") !== "");
  assert.equal((await operator.request("pos.list")).result?.["unreadable"], undefined);
});

async function registryWith(t: TestContext, pos: readonly unknown[]): Promise<PosRegistry> {
  const path = join(freshFolder(t), "pos.json");
  writeFileSync(path, JSON.stringify({ pos }));
  return (await openPosRegistry(path)).registry;
}

describe("the administrator is told what is wrong with", () => {
  const wrong: readonly (readonly [what: string, params: object, field: string, why: RegExp])[] = [
    ["a limit twice", { limits: [LIMITS[0], LIMITS[0]] }, "limits.1", /already/],
    ["a limit of nothing", { limits: [{ operation: "sale", currency: "EUR" }] }, "limits.0", /perDay/],
    ["a currency", { limits: [{ operation: "sale", currency: "EUX", perDay: 1 }] }, "limits.0.currency", /ISO 4217/],
    [
      "an operation without an amount",
      { limits: [{ operation: "balance", currency: "EUR", perDay: 1 }] },
      "limits.0.operation",
      /amount/,
    ],
    [
      "an amount below zero",
      { limits: [{ operation: "sale", currency: "EUR", perDay: -1 }] },
      "limits.0.perDay",
      /0 to/,
    ],
    ["half a unit", { limits: [{ operation: "sale", currency: "EUR", perDay: 0.5 }] }, "limits.0.perDay", /./],
    ["a key of zeros", { signingKey: "A".repeat(43) }, "signingKey", /small order/],
    ["a key that is too short", { signingKey: "AAAA" }, "signingKey", /32 bytes/],
  ];
  for (const [what, params, field, why] of wrong) {
    test(what, async (t) => {
      const { administrator, registry } = await serveProtocol(t);
      const operator = await administrator();
      for (const method of ["pos.add", "pos.update"]) {
        const { error } = await operator.request(method, { pos: "till-1", ...params });
        assert.deepEqual([error?.data.reason, error?.data.field], ["invalidParams", field]);
        assert.match(error?.message ?? "", why);
      }
      assert.deepEqual(registry.find("till-1"), tillRecord());
    });
  }
});

test("a limit that is exceeded tells the program which one, and what is left", async (t) => {
  const { open, till } = await serveProtocol(t);
  const [, limit] = LIMITS;
  till.failNext({ reason: "limitExceeded", message: "no", field: "operation.amount.value", limit, left: 100 });

  const { error } = await (
    await open()
  ).request("transactions.start", {
    terminal: "counter-1",
    requestId: "r1",
    operation: { type: "refund", amount: { value: 1_500, currency: "EUR" }, original: { transaction: "A" } },
  });

  assert.deepEqual(error?.data, {
    reason: "limitExceeded",
    retry: "never",
    field: "operation.amount.value",
    limit,
    left: 100,
  });
});
