import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidWebhookSignatureError, WebhookSignatureValidator } from "mercadopago";
import type { JsonObject } from "../../../src/core/json.ts";
import { mercadoPagoSimulator } from "../../../src/drivers/mercado-pago/simulator.ts";
import { signatureOf } from "../../../src/drivers/mercado-pago/simulator-webhooks.ts";
import { schemaFaults, withDefaults } from "../../../src/core/schema.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";
import { at, codeOf, idOf, order, SimulatedCloud, START, TERMINAL, textAt, type Called } from "./simulated-cloud.ts";

const LONG_MS = 3_600_000;
const LIST = "/terminals/v1/list";
const OAUTH = { clientId: "c", clientSecret: "s", refreshToken: "TG-1" };
const CLIENT = { client_id: "c", client_secret: "s" };

test("a terminal is named by the serial number of the scenario", () => {
  const terminals = (scenario: JsonObject) => at(new SimulatedCloud(scenario).ask("GET", LIST).body, "data.terminals");
  const own = { pos_id: 47_792_476, store_id: "47792478", external_pos_id: "SUC0101POS", operating_mode: "PDV" };
  assert.deepEqual(terminals({}), [{ id: TERMINAL, ...own }]);
  assert.equal(at(terminals({ identity: { serialNumber: "a-1" } }), "0.id"), "NEWLAND_N950__a1");
});

test("the list holds the account's own terminals, page by page", () => {
  const terminals = Array.from({ length: 60 }, (_, index) => ({
    id: `PAX_A910__${index}`,
    owner: index % 10 === 0 ? "other" : "own",
  }));
  const cloud = new SimulatedCloud({ terminals });
  const first = cloud.ask("GET", `${LIST}?limit=99`).body;
  assert.deepEqual(first["paging"], { total: 54, offset: 0, limit: 50 });
  const second = cloud.ask("GET", `${LIST}?limit=50&offset=50`).body;
  assert.equal((at(second, "data.terminals") as readonly unknown[]).length, 4);
  assert.equal(at(cloud.ask("GET", `${LIST}?pos_id=47792477`).body, "data.terminals.0.id"), "PAX_A910__1");
});

test("a terminal is set up for orders, one of each point of sale", () => {
  const cloud = new SimulatedCloud({
    terminals: [
      { id: "PAX_A910__1" },
      { id: "PAX_A910__2", posId: 47_792_476, operatingMode: "STANDALONE" },
      { id: "PAX_A910__3", owner: "other" },
    ],
  });
  const setup = (id: string, mode: string): string => {
    const { status, body } = cloud.ask("PATCH", "/terminals/v1/setup", { terminals: [{ id, operating_mode: mode }] });
    return `${status} ${codeOf(body)}`.trim();
  };
  assert.equal(setup("PAX_A910__2", "PDV"), "412 precondition_failed");
  assert.equal(setup("PAX_A910__3", "PDV"), "403 terminal_not_allowed_action");
  assert.equal(setup("PAX_A910__4", "PDV"), "404 not_found");
  assert.equal(setup("PAX_A910__1", "OTHER"), "400 property_value");
  assert.equal(setup("PAX_A910__1", "STANDALONE"), "200");
  assert.equal(setup("PAX_A910__2", "PDV"), "200");
});

test("any token will do, unless the scenario names some", () => {
  const answer = (cloud: SimulatedCloud, token: string): string => {
    const { status, body } = cloud.ask("GET", LIST, undefined, { token });
    return status === 200 ? "200" : `${status} ${textAt(body, "code")}: ${textAt(body, "message")}`;
  };
  assert.equal(answer(new SimulatedCloud(), "anything"), "200");
  assert.equal(answer(new SimulatedCloud(), ""), "401 unauthorized: authorization value not present");
  const named = new SimulatedCloud({ accessTokens: ["good"] });
  assert.equal(answer(named, "good"), "200");
  assert.equal(answer(named, "bad"), "401 unauthorized: user not found");
  const legacy = named.ask("GET", "/point/integration-api/devices", undefined, { token: "bad" });
  assert.deepEqual([legacy.status, legacy.body["error"]], [401, "unauthorized"]);
});

test("tokens are given for grants, and end", () => {
  const cloud = new SimulatedCloud({ oauth: { ...OAUTH, authorizationCode: "code", expiresS: 100 } });
  const ask = (body: JsonObject) => cloud.ask("POST", "/oauth/token", body, { token: "" });
  const refused = (body: JsonObject) => {
    const answer = ask(body);
    assert.equal(answer.status, 400);
    return codeOf(answer.body);
  };
  assert.equal(refused({}), "invalid_request");
  assert.equal(refused({ ...CLIENT, client_secret: "x", grant_type: "refresh_token" }), "invalid_client");
  assert.equal(refused({ ...CLIENT, grant_type: "password" }), "unsupported_grant_type");
  assert.equal(refused({ ...CLIENT, grant_type: "refresh_token", refresh_token: "TG-2" }), "invalid_grant");
  assert.equal(refused({ ...CLIENT, grant_type: "authorization_code", code: "other" }), "invalid_grant");

  const plain = ask({ ...CLIENT, grant_type: "client_credentials" }).body;
  assert.equal(plain["refresh_token"], undefined);
  const coded = ask({ ...CLIENT, grant_type: "authorization_code", code: "code" }).body;
  assert.match(textAt(coded, "refresh_token"), /^TG-/);
  assert.equal(refused({ ...CLIENT, grant_type: "authorization_code", code: "code" }), "invalid_grant");
  const form = "grant_type=refresh_token&client_id=c&client_secret=s&refresh_token=TG-1";
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const refreshed = cloud.ask("POST", "/oauth/token", new TextEncoder().encode(form), { token: "", headers });
  assert.equal(refreshed.body["expires_in"], 100);
  const token = textAt(refreshed.body, "access_token");
  cloud.elapse(99_999);
  assert.equal(cloud.ask("GET", LIST, undefined, { token }).status, 200);
  cloud.elapse(1);
  assert.equal(cloud.ask("GET", LIST, undefined, { token }).status, 401);
});

test("a refresh token is good once, or for a while longer where the scenario says so", () => {
  const refresh = (cloud: SimulatedCloud, token: string): number =>
    cloud.ask("POST", "/oauth/token", { ...CLIENT, grant_type: "refresh_token", refresh_token: token }).status;
  const strict = new SimulatedCloud({ oauth: OAUTH });
  assert.deepEqual([refresh(strict, "TG-1"), refresh(strict, "TG-1")], [200, 400]);
  const restarted = new SimulatedCloud({ oauth: OAUTH }, strict.memory);
  assert.equal(refresh(restarted, "TG-1"), 400);
  const kind = new SimulatedCloud({ oauth: { ...OAUTH, graceMs: 60_000 } });
  assert.deepEqual([refresh(kind, "TG-1"), refresh(kind, "TG-1")], [200, 200]);
  kind.elapse(60_000);
  assert.equal(refresh(kind, "TG-1"), 400);
});

test("a token can be taken back, alone or with the refresh token", () => {
  for (const withRefresh of [false, true]) {
    const then = [{ kind: "revokesToken", at: "done", refresh: withRefresh }];
    const cloud = new SimulatedCloud({ oauth: OAUTH, rules: [{ when: { command: "listTerminals", nth: 2 }, then }] });
    const refresh = (token: string) =>
      cloud.ask("POST", "/oauth/token", { ...CLIENT, grant_type: "refresh_token", refresh_token: token });
    const first = refresh("TG-1").body;
    const token = textAt(first, "access_token");
    const statuses = [1, 2, 3].map(() => cloud.ask("GET", LIST, undefined, { token }).status);
    assert.deepEqual(statuses, [200, 200, 401]);
    assert.equal(refresh(textAt(first, "refresh_token")).status, withRefresh ? 400 : 200);
  }
});

test("the cloud's clock can be another one, and a limit says when to come back", () => {
  const rules = [{ when: { command: "listTerminals" }, then: [{ kind: "rateLimited", retryAfterS: 7 }] }];
  const cloud = new SimulatedCloud({ clockSkewMs: LONG_MS, rules });
  const { headers } = cloud.answerTo(cloud.send("GET", LIST));
  const named = new Map(headers);
  assert.equal(named.get("Date"), new Date(START + LONG_MS).toUTCString());
  assert.equal(named.get("Retry-After"), "7");
});

test("what is wrong with an answer shows in its bytes", () => {
  const cases: readonly (readonly [reaction: JsonObject, text: RegExp])[] = [
    [{ kind: "truncated" }, /^\{"data".*[^}]$/],
    [{ kind: "duplicateNames" }, /^\{"status":"canceled","data"/],
    [{ kind: "invalidUtf8" }, /^\{"note":"�","data"/],
    [{ kind: "padded", bytes: 9_999 }, /^\{"data".*\}\s+$/],
    [{ kind: "portal" }, /^<!DOCTYPE html>/],
    [{ kind: "raw", body: "x" }, /^x$/],
  ];
  for (const [reaction, text] of cases) {
    const cloud = new SimulatedCloud({ rules: [{ when: { command: "listTerminals" }, then: [reaction] }] });
    const { body, status } = cloud.answerTo(cloud.send("GET", LIST));
    assert.equal(status, 200);
    assert.match(new TextDecoder().decode(body), text);
    assert.equal(body.length, reaction["kind"] === "padded" ? 9_999 : body.length);
  }
});

test("an order can be told otherwise than it is", () => {
  const then = [
    { kind: "tells", id: "x", reference: "B", terminalId: "t", amount: "1.00", status: "processed", detail: "d" },
  ];
  const cloud = new SimulatedCloud({ rules: [{ when: { command: "getOrder" }, then }] });
  const told = cloud.get(idOf(cloud.create()));
  const names = ["id", "external_reference", "status", "status_detail"];
  assert.deepEqual(
    names.map((name) => told[name]),
    ["x", "B", "processed", "d"],
  );
  assert.equal(at(told, "config.point.terminal_id"), "t");
  assert.equal(at(told, "transactions.payments.0.amount"), "1.00");
});

test("something to print goes to the terminal", () => {
  const cloud = new SimulatedCloud();
  const action = (content: string): JsonObject => ({
    type: "print",
    external_reference: "A1",
    config: { point: { terminal_id: TERMINAL, subtype: "custom" } },
    content,
  });
  assert.equal(cloud.ask("POST", "/terminals/v1/actions", action("{b}x{/b}".repeat(20))).status, 400);
  const { status, body } = cloud.ask("POST", "/terminals/v1/actions", action("{b}x{/b}".repeat(20)), { key: "1" });
  assert.deepEqual([status, body["status"]], [201, "created"]);
  assert.equal(cloud.ask("POST", "/terminals/v1/actions", action("short"), { key: "2" }).status, 400);
  const path = `/terminals/v1/actions/${idOf(body)}`;
  cloud.elapse(LONG_MS);
  assert.equal(cloud.ask("GET", path).body["status"], "finished");
  assert.equal(cloud.ask("POST", `${path}/cancel`).status, 409);
});

const HOOK = { webhookUrl: "http://127.0.0.1:9/hook?client=till", webhookSecret: "test-secret" };

/** Whether the vendor's own validator believes it, with the id of the query. */
function isBelieved({ url, headers }: Called, lowerCase: "asGiven" | "lowerCase" = "asGiven"): boolean {
  const dataId = new URL(url).searchParams.get("data.id") ?? "";
  try {
    WebhookSignatureValidator.validate({
      xSignature: headers["x-signature"],
      xRequestId: headers["x-request-id"],
      dataId: lowerCase === "lowerCase" ? dataId.toLowerCase() : dataId,
      secret: "test-secret",
    });
    return true;
  } catch (error) {
    assert(error instanceof InvalidWebhookSignatureError);
    return false;
  }
}
const bodyOf = ({ body }: Called): JsonObject => JSON.parse(new TextDecoder().decode(body)) as JsonObject;

test("the golden vectors of the signature", () => {
  const id = "ORD01JQ4S4KY8HWQ6NA5PXB65B3D3";
  const signed = (named: string) => signatureOf(named, "req-0001", "1742505638683", "test-secret", nodeCrypto);
  assert.equal(signed(id), "e87b54825624790394c9428a97b13c021137b0f4b1a6a4b33abe3fe71402df67");
  assert.equal(signed(id.toLowerCase()), "01d77d4671f982657291e6fc3b0cb5e5eaff6a47b7fc3cb913bbad91a7ace07e");
});

test("each end is notified once the money has moved, and nothing before it", () => {
  const cases: readonly (readonly [reaction: JsonObject, action: string, detail: string])[] = [
    [{ kind: "slow", ms: 1, phase: "load" }, "order.processed", "accredited"],
    [{ kind: "declines" }, "order.failed", "failed"],
    [{ kind: "cancels" }, "order.canceled", "canceled"],
    [{ kind: "stays", in: "created" }, "order.expired", "expired"],
    [{ kind: "actionRequired" }, "order.action_required", "check_on_terminal"],
  ];
  for (const [reaction, action, detail] of cases) {
    const cloud = new SimulatedCloud({ ...HOOK, rules: [{ when: { command: "createOrder" }, then: [reaction] }] });
    const id = idOf(cloud.create());
    cloud.elapse(LONG_MS);
    const [call, ...others] = cloud.calls;
    assert(call !== undefined && others.length === 0);
    assert.equal(call.url, `http://127.0.0.1:9/hook?client=till&data.id=${id}&type=order`);
    assert.ok(isBelieved(call));
    const body = bodyOf(call);
    assert.deepEqual([body["action"], at(body, "data.status_detail"), at(body, "data.id")], [action, detail, id]);
    assert.equal(at(body, "data.transactions") === undefined, action === "order.action_required");
    const order = cloud.told.map(({ what }) => what).filter((what) => what === "money" || what === "call");
    assert.deepEqual(order, action === "order.processed" ? ["money", "call"] : ["call"]);
  }
});

test("a refund is notified when it is done", () => {
  const cloud = new SimulatedCloud({ ...HOOK, refundMs: 5_000 });
  const id = idOf(cloud.create());
  cloud.elapse(10_000);
  cloud.ask("POST", `/v1/orders/${id}/refund`, undefined, { key: "r" });
  cloud.elapse(10_000);
  assert.deepEqual(
    cloud.calls.map((call) => [bodyOf(call)["action"], call.atMs]),
    [
      ["order.processed", 1_550],
      ["order.refunded", 15_000],
    ],
  );
  const versions = cloud.calls.map((call) => Number(at(bodyOf(call), "data.version")));
  assert.ok((versions[1] ?? 0) > (versions[0] ?? 0));
});

test("a notification comes late, several times, never, short, or with a signature that is not the vendor's", () => {
  const calls = (reaction: JsonObject, scenario: JsonObject = {}): readonly Called[] => {
    const then = [{ kind: "webhook", ...reaction }];
    const cloud = new SimulatedCloud({ ...HOOK, ...scenario, rules: [{ when: { command: "createOrder" }, then }] });
    cloud.create();
    cloud.elapse(LONG_MS);
    return cloud.calls;
  };
  assert.deepEqual(
    calls({ delayMs: 60_000 }).map(({ atMs }) => atMs),
    [61_550],
  );
  assert.equal(calls({ times: 0 }).length, 0);
  const thrice = calls({ times: 3 });
  assert.equal(thrice.length, 3);
  assert.equal(new Set(thrice.map((call) => at(bodyOf(call), "data.version"))).size, 1);
  assert.deepEqual(
    calls({ signature: "wrong" }).map((call) => isBelieved(call)),
    [false],
  );
  assert.deepEqual(
    calls({ signature: "none" }).map(({ headers }) => headers["x-signature"]),
    [undefined],
  );
  const lower = calls({}, { webhookId: "lowerCase" });
  assert.deepEqual(
    lower.map((call) => [isBelieved(call), isBelieved(call, "lowerCase")]),
    [[false, true]],
  );
  const [short] = calls({ form: "short" });
  assert(short !== undefined);
  assert.deepEqual(Object.keys(bodyOf(short)["data"] as JsonObject), ["id"]);
});

test("a notification that is not taken comes again, at growing intervals, and not for ever", () => {
  const cloud = new SimulatedCloud({ ...HOOK, webhookRetryMs: 1_000 });
  cloud.webhookStatus = undefined;
  cloud.create();
  cloud.elapse(24 * LONG_MS);
  const times = cloud.calls.map(({ atMs }) => atMs);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  assert.deepEqual(gaps, [1_000, 1_000, 1_000, 2_000, 4_000, 8_000, 16_000]);
  assert.deepEqual(
    cloud.calls.map(({ headers }) => headers["x-retry"]),
    ["0", "1", "2", "3", "4", "5", "6", "7"],
  );
  assert.ok(cloud.calls.every((call) => isBelieved(call)));
});

test("a cloud that is killed before it could notify does it later", () => {
  const before = new SimulatedCloud({ ...HOOK, rules: [{ when: {}, then: [{ kind: "webhook", delayMs: 9_000 }] }] });
  before.create();
  before.elapse(5_000);
  assert.deepEqual([before.ledger.length, before.calls.length], [1, 0]);
  const after = new SimulatedCloud(HOOK, before.memory);
  after.elapse(LONG_MS);
  assert.deepEqual([after.ledger.length, after.calls.length], [0, 1]);
});

test("an intent is notified in the older form", () => {
  const cloud = new SimulatedCloud(HOOK);
  const path = `/point/integration-api/devices/${TERMINAL}/payment-intents`;
  const id = idOf(cloud.ask("POST", path, { amount: 1_500, additional_info: { external_reference: "A1" } }).body);
  cloud.elapse(LONG_MS);
  const [call] = cloud.calls;
  assert(call !== undefined);
  assert.ok(call.url.endsWith(`&data.id=${id}&type=point_integration_wh`) && isBelieved(call));
  const body = bodyOf(call);
  assert.deepEqual([body["id"], body["state"], body["amount"]], [id, "FINISHED", 1_500]);
  assert.match(textAt(body, "created_at"), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.equal(at(body, "payment.state"), "approved");
});

test("nothing that an outsider does grows without end", () => {
  const then = [{ kind: "silent" }];
  const cloud = new SimulatedCloud({ rules: [{ when: { command: "listTerminals" }, then }] });
  for (let count = 0; count < 300; count += 1) cloud.send("GET", LIST);
  assert.equal(cloud.told.filter(({ what }) => what === "cut").length, 300 - 256);
  const busy = new SimulatedCloud({ loadMs: 0, customerMs: 0, stageMs: 0, ...HOOK });
  for (let count = 0; count < 1_100; count += 1) {
    busy.ask("POST", "/v1/orders", order(), { key: String(count) });
    busy.elapse(1);
  }
  assert.equal((at(busy.memory, "payments") as readonly unknown[]).length, 1_000);
  assert.equal((at(busy.memory, "jobs") as readonly unknown[]).length, 0);
});

test("a scenario that is none is refused", () => {
  const { scenarioSchema } = mercadoPagoSimulator;
  const wrong: readonly JsonObject[] = [
    { surprise: 1 },
    { terminals: [] },
    { terminals: [{ id: "SIM-7000" }] },
    { webhookUrl: "ftp://x" },
    { rules: [{ when: { command: "sale" }, then: [] }] },
    { rules: [{ then: [{ kind: "explodes" }] }] },
  ];
  for (const scenario of wrong) {
    assert.notDeepEqual(
      schemaFaults(scenarioSchema, withDefaults(scenarioSchema, scenario)),
      [],
      JSON.stringify(scenario),
    );
  }
});
