import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { createRequire } from "node:module";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import {
  InvalidWebhookSignatureError,
  MercadoPagoConfig,
  MPAuthenticationError,
  MPIdempotencyError,
  MPNotFoundError,
  MPRateLimitError,
  OAuth,
  Order,
  Point,
  WebhookSignatureValidator,
} from "mercadopago";
import { runSimulator } from "../../../src/cli/simulate/runner.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { mercadoPagoSimulator } from "../../../src/drivers/mercado-pago/simulator.ts";
import { realClock } from "../../support/clock.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";
import { until } from "../../support/until.ts";
import { order } from "./simulated-cloud.ts";

/** The vendor's own client, on this machine: it is asked over real HTTP, and knows nothing of our code. */
const { AppConfig } = createRequire(import.meta.url)("mercadopago/dist/utils/config") as {
  readonly AppConfig: { BASE_URL: string };
};
const LIMIT_MS = 20_000;
const AT_ONCE = { loadMs: 0, customerMs: 0, stageMs: 0, eventMs: 0 };

async function cloud(t: TestContext, scenario: JsonObject = {}): Promise<void> {
  const running = await runSimulator({
    vendor: { id: "mercado-pago", simulator: mercadoPagoSimulator },
    scenario: { ...AT_ONCE, identity: { serialNumber: "SIM-7000" }, ...scenario },
    listen: { kind: "http", host: "127.0.0.1", port: 0 },
    clock: realClock,
    crypto: nodeCrypto,
    log: createKeptLog(),
  });
  t.after(() => running.close());
  assert.equal(running.address.type, "http");
  AppConfig.BASE_URL = `http://127.0.0.1:${running.address.port}`;
}

/** A new one for each call: the SDK keeps the idempotency key of a call for those after it. */
const config = (accessToken = "APP_USR-1"): MercadoPagoConfig =>
  new MercadoPagoConfig({ accessToken, options: { timeout: LIMIT_MS, maxRetries: 0 } });
const orders = (): Order => new Order(config());
const point = (): Point => new Point(config());

type OrderBody = Parameters<Order["create"]>[0]["body"];
const body = (changes: JsonObject = {}): OrderBody => order(changes);

test("the vendor's SDK creates, reads, finds, refunds and cancels orders", async (t) => {
  await cloud(t);

  const created = await orders().create({ body: body(), requestOptions: { idempotencyKey: "one" } });
  const again = await orders().create({ body: body(), requestOptions: { idempotencyKey: "one" } });
  assert.equal(again.id, created.id);
  const id = created.id ?? "";
  await until(async () => (await orders().get({ id })).status === "processed");
  const paid = await orders().get({ id });
  assert.equal(paid.transactions?.payments?.[0]?.paid_amount, "24.90");

  const found = await orders().search({
    options: { begin_date: "2020-01-01T00:00:00Z", end_date: "2100-01-01T00:00:00Z", external_reference: "A1" },
  });
  assert.deepEqual([found.data?.map((order) => order.id), found.paging?.total], [[id], "1"]);

  const payment = paid.transactions.payments[0].id ?? "";
  const part = await orders().refund({ id, body: { transactions: [{ id: payment, amount: "5.00" }] } });
  assert.deepEqual([part.status, part.status_detail], ["processed", "partially_refunded"]);
  const whole = await orders().refund({ id });
  assert.deepEqual([whole.status, whole.transactions?.refunds?.at(-1)?.amount], ["refunded", "19.90"]);
  await assert.rejects(orders().refund({ id }), MPIdempotencyError);
});

test("the vendor's SDK cancels an order that has not reached the terminal", async (t) => {
  await cloud(t, { loadMs: 60_000 });
  const { id = "" } = await orders().create({ body: body() });
  assert.equal((await orders().cancel({ id })).status, "canceled");
  await assert.rejects(orders().cancel({ id }), MPIdempotencyError);
});

test("the vendor's SDK takes the errors for what they are", async (t) => {
  const limited = [{ when: { command: "getOrder" }, then: [{ kind: "rateLimited", retryAfterS: 7 }] }];
  await cloud(t, { accessTokens: ["APP_USR-1"], rules: limited });
  const id = "ORD01JQ4S4KY8HWQ6NA5PXB65B3D3";
  await assert.rejects(orders().get({ id }), (error) => error instanceof MPRateLimitError && error.retryAfter === 7);
  await assert.rejects(orders().cancel({ id }), MPNotFoundError);
  await assert.rejects(new Order(config("APP_USR-2")).cancel({ id }), MPAuthenticationError);
});

test("the vendor's SDK drives the older API", async (t) => {
  await cloud(t, { loadMs: 20, customerMs: 0 });
  const { devices = [] } = await point().getDevices({
    request: { options: { store_id: "47792478", pos_id: "47792476" } },
  });
  const [{ id: device_id = "" } = {}] = devices as unknown as readonly { readonly id?: string }[];
  assert.equal(device_id, "NEWLAND_N950__SIM7000");
  const mode = await point().changeDeviceOperatingMode({ device_id, request: { operating_mode: "PDV" } });
  assert.equal(mode.operating_mode, "PDV");

  const today = () => new Date().toISOString().slice(0, 10);
  const startDate = today(); // midnight can come before the list is asked for
  const first = await point().createPaymentIntent({ device_id, request: { amount: 1_500 } });
  const payment_intent_id = first.id ?? "";
  assert.deepEqual([first.amount, first.device_id, first.state], [1_500, device_id, "OPEN"]);
  await until(async () => (await point().searchPaymentIntent({ payment_intent_id })).state === "FINISHED");
  assert.equal((await point().getPaymentIntentStatus({ payment_intent_id })).status, "FINISHED");
  const { events } = await point().getPaymentIntentList({ body: { options: { startDate, endDate: today() } } });
  assert.deepEqual(
    events?.map((event) => event.payment_intent_id),
    [payment_intent_id],
  );
});

test("the vendor's SDK cancels an intent that has not reached the terminal", async (t) => {
  await cloud(t, { loadMs: 60_000 });
  const device_id = "NEWLAND_N950__SIM7000";
  await point().changeDeviceOperatingMode({ device_id, request: { operating_mode: "PDV" } });

  const { id = "" } = await point().createPaymentIntent({ device_id, request: { amount: 1_500 } });

  assert.equal((await point().cancelPaymentIntent({ device_id, payment_intent_id: id })).id, id);
});

test("the vendor's SDK refreshes a token, and the refresh token is another one then", async (t) => {
  await cloud(t, { oauth: { clientId: "c", clientSecret: "s", refreshToken: "TG-1" } });
  const refresh = (refresh_token: string) =>
    new OAuth(config()).refresh({ body: { client_id: "c", client_secret: "s", refresh_token } });

  const token = await refresh("TG-1");

  assert.deepEqual([token.token_type, token.expires_in, token.user_id], ["bearer", 15_552_000, 5_238_400_195]);
  await assert.rejects(refresh("TG-1"));
  const next = await refresh(token.refresh_token ?? "");
  const id = "ORD01JQ4S4KY8HWQ6NA5PXB65B3D3";
  await assert.rejects(new Order(config(next.access_token)).get({ id }), MPNotFoundError);
  await assert.rejects(orders().get({ id }), MPAuthenticationError);
});

type Notification = { readonly url: URL; readonly headers: IncomingHttpHeaders; readonly text: string };

test("the vendor's validator believes the notifications that arrive, and those alone", async (t) => {
  const { promise, resolve } = Promise.withResolvers<Notification>();
  const shop = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.end();
      const url = new URL(request.url ?? "", "http://shop");
      resolve({ url, headers: request.headers, text: Buffer.concat(chunks).toString() });
    });
  });
  shop.listen(0, "127.0.0.1");
  await once(shop, "listening");
  t.after(() => shop.close());
  const { port } = shop.address() as AddressInfo;
  await cloud(t, { webhookUrl: `http://127.0.0.1:${port}/hook?client=till`, webhookSecret: "test-secret" });

  const { id } = await orders().create({ body: body() });
  const { url, headers, text } = await promise;

  assert.equal(url.href, `http://shop/hook?client=till&data.id=${id ?? ""}&type=order`);
  const check = (secret: string): void =>
    WebhookSignatureValidator.validate({
      xSignature: headers["x-signature"],
      xRequestId: headers["x-request-id"],
      dataId: url.searchParams.get("data.id"),
      secret,
    });
  check("test-secret");
  assert.throws(() => check("other"), InvalidWebhookSignatureError);
  const event = JSON.parse(text) as { readonly action: string; readonly data: JsonObject };
  assert.deepEqual([event.action, event.data["id"], event.data["total_paid_amount"]], ["order.processed", id, "24.90"]);
});
