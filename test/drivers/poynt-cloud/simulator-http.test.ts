import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import { runSimulator } from "../../../src/cli/simulate/runner.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { deviceIdOf } from "../../../src/drivers/poynt-cloud/simulator-devices.ts";
import { poyntCloudSimulator } from "../../../src/drivers/poynt-cloud/simulator.ts";
import { realClock } from "../../support/clock.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";
import { APPLICATION, BUSINESS, jwt, PUBLIC_PEM, STORE, TRANSACTIONS } from "./simulator-client.ts";

const LIMIT_MS = 20_000;

/** The cloud on a real port, and where its ledger is. */
async function running(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "simulator-"));
  const ledgerFile = join(folder, "ledger.jsonl");
  const cloud = await runSimulator({
    vendor: { id: "poynt-cloud", simulator: poyntCloudSimulator },
    scenario: { customerMs: 0, stageMs: 0, deliveryMs: 0, publicKey: PUBLIC_PEM, applicationId: APPLICATION },
    listen: { kind: "http", host: "127.0.0.1", port: 0 },
    ledgerFile,
    memoryFile: join(folder, "memory.json"),
    clock: realClock,
    crypto: nodeCrypto,
    log: createKeptLog(),
  });
  t.after(async () => {
    await cloud.close();
    await rm(folder, { recursive: true });
  });
  assert(cloud.address.type === "http");
  const { host, port } = cloud.address;
  const ledger = () =>
    readFileSync(ledgerFile, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as JsonObject);
  return { base: `http://${host}:${port}`, deviceId: `urn:tid:${deviceIdOf(`SIM-${port}`)}`, ledger };
}

/** Somebody who is called back: answers 200, and hands over what came. */
async function listener(t: TestContext) {
  const { promise: called, resolve } = Promise.withResolvers<{
    readonly request: IncomingMessage;
    readonly body: Buffer;
  }>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.end();
      resolve({ request, body: Buffer.concat(chunks) });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/poynt?key=of-mine`, called };
}

const own = (): Readonly<Record<string, string>> => ({ "Api-Version": "1.2", "Poynt-Request-Id": randomUUID() });

async function posted(url: string, headers: Readonly<Record<string, string>>, body: string) {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const answer = await fetch(url, { method: "POST", headers: { ...own(), ...headers }, body, signal });
  return { status: answer.status, date: answer.headers.get("date"), text: await answer.text() };
}

/** The token and the message as the vendor's Node SDK sends them, over a real connection; the terminal calls over another one. */
test("a program that sends what the vendor's SDK sends is paid over HTTP and called back, and the ledger has it by then", async (t) => {
  const { base, deviceId, ledger } = await running(t);
  const { url, called } = await listener(t);
  const now = Date.now();
  const assertion = jwt({ iat: now, exp: now + 365 * 86_400_000, aud: ["https://services.poynt.net"] });
  const form = new URLSearchParams({ grantType: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion }).toString();
  const token = await posted(`${base}/token`, { "Content-Type": "application/x-www-form-urlencoded" }, form);
  assert.equal(token.status, 200);
  assert(Math.abs(Date.parse(token.date ?? "") - now) < 60_000);
  const { accessToken } = JSON.parse(token.text) as { readonly accessToken: string };
  const authorization = { Authorization: `Bearer ${accessToken}` };

  const data = JSON.stringify({
    action: "sale",
    purchaseAmount: 1_250,
    currency: "USD",
    referenceId: "ABC1234",
    callbackUrl: encodeURIComponent(url),
  });
  const message = { businessId: BUSINESS, storeId: STORE, deviceId, ttl: 900, data };
  const json = { Accept: "application/json", "Content-Type": "application/json" };
  const taken = await posted(`${base}/cloudMessages`, { ...authorization, ...json }, JSON.stringify(message));
  assert.deepEqual([taken.status, taken.text], [202, ""]);

  const { request, body } = await called;
  assert.equal(request.method, "POST");
  assert.equal(request.url, "/poynt?key=of-mine");
  const { "content-type": type, "user-agent": agent, "content-encoding": encoding } = request.headers;
  assert.deepEqual([type, agent, encoding], ["application/json; charset=utf-8", "okhttp/2.5.0", "gzip"]);
  const told = JSON.parse(gunzipSync(body).toString()) as JsonObject;
  assert.deepEqual([told["status"], told["referenceId"]], ["PROCESSED", "ABC1234"]);
  assert.deepEqual(
    ledger().map(({ referenceId, amount, deviceId: where }) => [referenceId, amount, where]),
    [["ABC1234", 1_250, deviceId]],
  );
  const found = await fetch(`${base}${TRANSACTIONS}?searchKey=ABC1234`, { headers: { ...own(), ...authorization } });
  const { transactions } = (await found.json()) as { readonly transactions: readonly JsonObject[] };
  assert.deepEqual(
    transactions.map(({ id }) => id),
    [ledger()[0]?.["transactionId"]],
  );
});

test("a stranger is refused on a real port", async (t) => {
  const { base } = await running(t);
  const answer = await fetch(`${base}${TRANSACTIONS}`, { headers: { ...own(), Authorization: "Bearer stranger" } });
  assert.equal(answer.status, 401);
  assert.equal(((await answer.json()) as JsonObject)["code"], "INVALID_ACCESS_TOKEN");
});
