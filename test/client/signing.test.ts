import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PaymentNotStarted } from "../../src/client/errors.ts";
import { signPayment } from "../../src/client/signing-node.ts";
import { signedText, type SignedRequest } from "../../src/core/signed-request.ts";
import { systemCrypto } from "../../src/daemon/crypto.ts";
import { emptyDisk, openTill, SALE } from "./till.ts";

const PAGE = readFileSync(new URL("../../docs/for-pos-programmers.md", import.meta.url), "utf8");

/** The example of docs/for-pos-programmers.md: key 1 of RFC 8032; the signature is what `openssl pkeyutl -sign -rawin` 3.0 wrote. */
const SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const PUBLIC_KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const TEXT =
  '{"expiresAt":"2026-11-20T10:20:00Z","operation":{"amount":{"currency":"EUR","value":1250},"reference":"Café 4711","type":"sale"},' +
  '"pos":"till-1","requestId":"7b0c9f5e-3a51-4c2e-9f7e-2d1f8a6b4c10","terminal":"counter-1"}';
const SIGNATURE = "SoHqF65UI34TLy5GLJzNGU0I8_90rg3GkNNSmObWNyaUREusq6kuOmtYV4aZdJalzNeNU8FOe6KycQDm5fIuAw";
const REQUEST: SignedRequest = {
  pos: "till-1",
  terminal: "counter-1",
  requestId: "7b0c9f5e-3a51-4c2e-9f7e-2d1f8a6b4c10",
  operation: { type: "sale", amount: { value: 1250, currency: "EUR" }, reference: "Café 4711" },
  expiresAt: "2026-11-20T10:20:00Z",
};
const KEY = createPrivateKey({
  key: Buffer.from(`302e020100300506032b657004220420${SEED}`, "hex"),
  format: "der",
  type: "pkcs8",
});

test("the text and the signature are those that OpenSSL made, and that stand on the page", () => {
  assert.equal(signedText(REQUEST), TEXT);
  assert.deepEqual(signPayment(KEY, REQUEST), { expiresAt: REQUEST.expiresAt, value: SIGNATURE });
  for (const shown of [SEED, PUBLIC_KEY, TEXT, SIGNATURE]) assert.ok(PAGE.includes(shown), shown);
});

test("the daemon takes OpenSSL's signature, and none with a letter changed", () => {
  const check = (text: string, signature: string) =>
    systemCrypto.verifyEd25519(
      Buffer.from(PUBLIC_KEY, "base64url"),
      Buffer.from(text),
      Buffer.from(signature, "base64url"),
    );
  assert.equal(createPublicKey(KEY).export({ format: "jwk" }).x, PUBLIC_KEY);
  assert.equal(check(TEXT, SIGNATURE), true);
  assert.equal(check(TEXT.replace("1250", "1251"), SIGNATURE), false);
  assert.equal(check(TEXT, `T${SIGNATURE.slice(1)}`), false);
  assert.equal(check(TEXT, ""), false);
});

test("a key may be PEM; one of another kind, and an expiry that is none, are said", () => {
  const pem = KEY.export({ type: "pkcs8", format: "pem" }).toString();
  assert.equal(signPayment(pem, REQUEST).value, SIGNATURE);
  assert.throws(() => signPayment(generateKeyPairSync("ed448").privateKey, REQUEST), /Ed25519/);
  assert.throws(() => signPayment(KEY, { ...REQUEST, expiresAt: "soon" }), /expiresAt/);
});

test("a signature goes with every try of its payment, also of the next run of the program", async () => {
  const disk = emptyDisk();
  const signature = { expiresAt: "2026-01-02T03:14:05Z", value: "A".repeat(86) };
  const before = await openTill({ disk });
  before.daemon.fate = ({ method }) => (method === "transactions.start" ? "lost" : undefined);
  before.client.pay({ terminal: "counter-1", operation: SALE, requestId: "R1", signature }).ended.catch(() => {});
  await before.clock.settle();
  await before.client.close();
  before.daemon.fate = () => undefined;

  const after = await openTill({ daemon: before.daemon, disk });
  after.client.pay({ terminal: "counter-1", operation: SALE, requestId: "R1" }).ended.catch(() => {});
  await after.clock.settle();

  const starts = after.daemon.requests.filter(({ method }) => method === "transactions.start");
  assert.deepEqual(
    starts.map(({ params }) => params["signature"]),
    [signature, signature],
  );
});

test("a payment whose signature is not good was not started", async () => {
  const till = await openTill();
  till.daemon.fate = ({ method }) => (method === "transactions.start" ? { refuse: "signatureRequired" } : undefined);

  const { ended } = till.client.pay({ terminal: "counter-1", operation: SALE, requestId: "R1" });

  await assert.rejects(ended, PaymentNotStarted);
});
