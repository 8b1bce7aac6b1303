import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { runSimulator } from "../../../src/cli/simulate/runner.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { command } from "../../../src/drivers/getnet-cloud/asked.ts";
import type { CommandPath } from "../../../src/drivers/getnet-cloud/messages.ts";
import { getnetCloud } from "../../../src/drivers/getnet-cloud/vendor.ts";
import { realClock } from "../../support/clock.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";
import { Cloud } from "./simulated-cloud.ts";
import { ARGENTINA, settingsWith, START } from "./support.ts";

const SETTINGS = settingsWith();
const TICKET = { ticketNumber: "A1", amount: 1_250, customId: "c1" };

function open(scenario: JsonObject = {}, settings = SETTINGS): Cloud {
  const cloud = new Cloud(scenario);
  cloud.login(settings);
  return cloud;
}

/** Posts, and answers what the cloud calls it. */
function post(cloud: Cloud, path: CommandPath, fields: JsonObject = {}, settings = SETTINGS): string {
  const { status, body } = cloud.ask(command(path, fields, "c1", settings));
  assert.equal(status, 200, JSON.stringify(body));
  return JSON.stringify((body["data"] as JsonObject)["idPosTxs"]);
}

const look = (cloud: Cloud, idPosTxs: string): JsonObject => cloud.ask({ kind: "look", idPosTxs }).body;

function result(cloud: Cloud, idPosTxs: string): JsonObject {
  const { code, data } = look(cloud, idPosTxs);
  assert.equal(code, 1);
  return (data as JsonObject)["response"] as JsonObject;
}

describe("access", () => {
  it("is given for the right secret in the country's spelling", () => {
    for (const [scenario, settings, status] of [
      [{}, SETTINGS, 200],
      [{ clientSecret: "else" }, SETTINGS, 401],
      [{ clientId: "else" }, SETTINGS, 401],
      [{ country: "AR" }, SETTINGS, 401],
      [{ country: "AR" }, settingsWith(ARGENTINA), 200],
      [{ rules: [{ when: { command: "auth" }, then: [{ kind: "wrongCredentials" }] }] }, SETTINGS, 401],
    ] as const) {
      const { country, clientId, env } = settings;
      assert.equal(
        new Cloud(scenario).ask({ kind: "auth", country, clientId, env }).status,
        status,
        JSON.stringify(scenario),
      );
    }
  });

  it("ends, and is revoked", () => {
    const cloud = open({ tokenMs: 60_000, rules: [{ when: { command: "totals" }, then: [{ kind: "tokenRevoked" }] }] });
    assert.equal(cloud.ask(command("poll", {}, "", SETTINGS)).status, 200);
    cloud.bench.elapse(60_000);
    assert.equal(cloud.ask(command("poll", {}, "", SETTINGS)).status, 401);
    cloud.login(SETTINGS);
    assert.equal(cloud.ask(command("totals", {}, "", SETTINGS)).status, 401);
    assert.equal(cloud.ask(command("poll", {}, "", SETTINGS)).status, 401);
  });

  it("survives a restart, as the vouchers do, and what was not finished never is", () => {
    const cloud = open();
    const first = post(cloud, "sale", TICKET);
    cloud.bench.elapse(5_000);
    const second = post(cloud, "sale", TICKET);
    const again = new Cloud({}, cloud.bench.memory());
    again.keys.values.set("access", cloud.keys.reveal("access"));
    assert.equal(result(again, first)["responseCode"], 0);
    assert.equal(result(again, second)["responseCode"], 1006);
    again.bench.elapse(100_000);
    assert.equal(again.total, 0);
    const last = post(again, "lastvoucher");
    again.bench.elapse(1_000);
    assert.equal(result(again, last)["ticket"], "A1");
  });

  it("tells after a restart how a command ended of which it had not heard yet", () => {
    const then = [{ kind: "slow", ms: 60_000, phase: "result" }];
    const cloud = open({ rules: [{ when: { command: "sale" }, then }] });
    const name = post(cloud, "sale", TICKET);
    cloud.bench.elapse(5_000);
    assert.equal(cloud.total, 1_250);
    assert.equal(look(cloud, name)["code"], 2);

    const again = new Cloud({}, cloud.bench.memory());
    again.keys.values.set("access", cloud.keys.reveal("access"));
    assert.equal(result(again, name)["responseCode"], 0);
  });
});

describe("a command", () => {
  it("is pending, moves money at the terminal's own time, and is finished after that", () => {
    const cloud = open();
    const name = post(cloud, "sale", TICKET);
    assert.deepEqual(look(cloud, name), {
      code: 2,
      status: "OK",
      message: "TRANSACCION PENDIENTE",
      data: { idPosTxs: Number(name), customId: "c1" },
    });
    cloud.bench.elapse(1_349);
    assert.deepEqual([look(cloud, name)["code"], cloud.total], [2, 0]);
    cloud.bench.elapse(1);
    const told = result(cloud, name);
    assert.deepEqual(
      [told["functionCode"], told["responseCode"], told["ticket"], told["amount"]],
      [100, 0, "A1", 1_250],
    );
    const { kind, amount, serialNumber, idPosTxs } = cloud.movements[0] ?? {};
    assert.deepEqual([kind, amount, serialNumber, JSON.stringify(idPosTxs)], ["sale", 1_250, "SIM0000001", name]);
    const done = cloud.bench.done.map((entry) => entry.kind);
    assert.ok(done.indexOf("moved") < done.lastIndexOf("answered"));
  });

  it("of a stranger, for another terminal, or without a name, is refused", () => {
    const cloud = open();
    const one = (settings: JsonObject) => cloud.ask(command("poll", {}, "", settingsWith(settings))).status;
    assert.deepEqual([one({ idTerminal: "9" }), one({ idSucursal: "9" }), one({ serialNumber: "X" })], [404, 404, 404]);
    assert.equal(cloud.ask({ kind: "look", idPosTxs: "9999999" }).status, 404);
    assert.equal(
      cloud.ask({ kind: "command", path: "sale", body: command("poll", {}, "", SETTINGS).body }).status,
      400,
    );
  });

  it("waits for its turn; a poll and a cancel do not", () => {
    const cloud = open({ customerMs: 10_000 });
    const sale = post(cloud, "sale", TICKET);
    const second = post(cloud, "sale", { ...TICKET, ticketNumber: "A2" });
    cloud.bench.elapse(1_000);
    const poll = post(cloud, "poll");
    cloud.bench.elapse(500);
    assert.equal(result(cloud, poll)["connected"], true);
    assert.equal(look(cloud, second)["code"], 2);
    const cancel = post(cloud, "cancelsale");
    cloud.bench.elapse(300);
    assert.equal(result(cloud, cancel)["responseCode"], 0);
    assert.equal(result(cloud, sale)["responseMessage"], "Operacion Cancelada");
    cloud.bench.elapse(20_000);
    assert.equal(result(cloud, second)["responseCode"], 0);
    assert.equal(cloud.total, 1_250);
  });

  it("that makes no sense is function 0 with code 0", () => {
    const cloud = open();
    const names = [
      post(cloud, "sale", { ...TICKET, amount: "x" }),
      post(cloud, "sale", { ...TICKET, ticketNumber: "+/" }),
    ];
    cloud.bench.elapse(10_000);
    for (const name of names) {
      const told = result(cloud, name);
      assert.deepEqual(
        [told["functionCode"], told["responseCode"], told["responseMessage"]],
        [0, 0, "Mensaje mal formado"],
      );
    }
  });

  it("that no terminal took is code 1006, and is never carried out", () => {
    const cloud = open({ rules: [{ when: { command: "sale" }, then: [{ kind: "offline", ms: 90_000 }] }] });
    const name = post(cloud, "sale", TICKET);
    cloud.bench.elapse(60_000);
    assert.equal(result(cloud, name)["responseCode"], 1006);
    cloud.bench.elapse(100_000);
    assert.equal(cloud.total, 0);
    const poll = post(cloud, "poll");
    cloud.bench.elapse(1_000);
    assert.equal(result(cloud, poll)["connected"], true);
  });

  it("can go to another terminal of the account", () => {
    const other = { terminalId: "70000002", branchId: "2", serialNumber: "SIM-2" };
    const cloud = open({ moreTerminals: [other] });
    const settings = settingsWith({ idTerminal: "70000002", idSucursal: "2", serialNumber: "SIM-2" });
    post(cloud, "sale", TICKET, settings);
    cloud.bench.elapse(5_000);
    assert.equal(cloud.movements[0]?.["serialNumber"], "SIM-2");
    const last = post(cloud, "lastvoucher");
    cloud.bench.elapse(1_000);
    assert.equal(result(cloud, last)["responseCode"], 2);
  });
});

describe("bad habits", () => {
  const withRule = (command: string, then: JsonObject): JsonObject => ({
    rules: [{ when: { command }, then: [then] }],
  });

  it("an answer that is lost, before or after the command was taken", () => {
    for (const [taken, total] of [
      [true, 1_250],
      [false, 0],
    ] as const) {
      const cloud = open(withRule("sale", { kind: "answerLost", taken }));
      assert.equal(cloud.endOf(cloud.send(command("sale", TICKET, "", SETTINGS))), "cut");
      cloud.bench.elapse(10_000);
      assert.equal(cloud.total, total);
    }
  });

  it("errors, and how long to wait", () => {
    const cloud = open(withRule("poll", { kind: "httpError", status: 429, retryAfterSeconds: 7 }));
    const { status, answer } = cloud.ask(command("poll", {}, "", SETTINGS));
    assert.equal(status, 429);
    assert.ok(answer.headers.some(([name, value]) => name === "Retry-After" && value === "7"));
  });

  it("late answers tell what is so when they leave, and whoever has gone gets none", () => {
    const cloud = open(withRule("result", { kind: "slow", ms: 5_000, phase: "answer" }));
    const name = post(cloud, "poll");
    const first = cloud.send({ kind: "look", idPosTxs: name });
    const left = cloud.send({ kind: "look", idPosTxs: name });
    cloud.bench.give({ kind: "left", exchange: left });
    assert.equal(cloud.endOf(first), undefined);
    cloud.bench.elapse(5_000);
    const answer = cloud.endOf(first);
    assert(answer !== undefined && answer !== "cut");
    assert.equal((JSON.parse(new TextDecoder().decode(answer.body)) as JsonObject)["code"], 1);
    assert.equal(cloud.endOf(left), undefined);
  });

  it("a clock that is wrong", () => {
    const cloud = open({ clockSkewMs: 3_600_000 });
    const { answer } = cloud.ask(command("poll", {}, "", SETTINGS));
    const date = answer.headers.find(([name]) => name === "Date")?.[1] ?? "";
    assert.equal(Date.parse(date), START + 3_600_000);
  });

  it("half an answer says that it is whole", () => {
    const cloud = open(withRule("poll", { kind: "truncated" }));
    const end = cloud.endOf(cloud.send(command("poll", {}, "", SETTINGS)));
    assert(end !== undefined && end !== "cut");
    assert.ok(end.headers.some(([name, value]) => name === "Content-Length" && Number(value) === end.body.length));
    assert.throws(() => JSON.parse(new TextDecoder().decode(end.body)) as unknown);
  });

  it("somebody else sells, closes, or makes it forget", () => {
    for (const [then, total, code] of [
      [{ kind: "otherSale", amount: 7 }, 1_257, 0],
      [{ kind: "closesBatch" }, 1_250, 2],
      [{ kind: "forgets" }, 1_250, 2],
      [{ kind: "closesBatch", when: "before" }, 1_250, 0],
    ] as const) {
      const cloud = open(withRule("sale", then));
      post(cloud, "sale", TICKET);
      cloud.bench.elapse(5_000);
      const last = post(cloud, "lastvoucher");
      cloud.bench.elapse(1_000);
      assert.deepEqual([cloud.total, result(cloud, last)["responseCode"]], [total, code], JSON.stringify(then));
    }
  });
});

it("over real HTTP a sale is made, and the ledger has it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tillbridge-getnet-cloud-"));
  const ledgerFile = join(folder, "money.jsonl");
  try {
    await using running = await runSimulator({
      vendor: getnetCloud,
      scenario: { takeMs: 0, customerMs: 0, stageMs: 0 },
      listen: { kind: "http", host: "127.0.0.1", port: 0 },
      ledgerFile,
      clock: realClock,
      crypto: nodeCrypto,
      log: createKeptLog(),
    });
    const { address } = running;
    assert(address.type === "http");
    const base = `http://127.0.0.1:${address.port}`;
    const form = new URLSearchParams({ clientId: "till", clientSecret: "secret" });
    const access = (await (await fetch(`${base}/auth`, { method: "POST", body: form })).json()) as {
      data: { token: string };
    };
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${access.data.token}` };
    // The terminal's name is made of its port.
    const place = {
      idTerminal: `7${String(address.port).padStart(7, "0")}`,
      idSucursal: 1,
      serialNumber: `SIM-${address.port}`,
    };
    const body = JSON.stringify({ ...place, command: 100, ...TICKET });
    const taken = (await (await fetch(`${base}/sale`, { method: "POST", headers, body })).json()) as {
      data: { idPosTxs: number };
    };
    const told = (await (await fetch(`${base}/${taken.data.idPosTxs}`, { headers })).json()) as JsonObject;
    assert.deepEqual([told["code"], told["message"]], [1, "TRANSACCION FINALIZADA"]);
    const [line] = readFileSync(ledgerFile, "utf8").trim().split("\n");
    assert.equal((JSON.parse(line ?? "") as JsonObject)["amount"], 1_250);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
