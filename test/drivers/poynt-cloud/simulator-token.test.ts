import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import {
  APPLICATION,
  ask,
  CLOUD_MESSAGES,
  flat,
  form,
  given,
  granting,
  jwt,
  ledger,
  NOBODY,
  PUBLIC_DER,
  PUBLIC_PEM,
  shape,
  START,
  TRANSACTIONS,
  type CloudBench,
} from "./simulator-client.ts";

const GRANTED = { status: 200, tokenType: "BEARER", scope: "ALL" };

function granted(bench: CloudBench, assertion: string = jwt()) {
  const { status, body } = ask(bench, "POST /token", granting(assertion));
  const { tokenType, scope, accessToken, refreshToken, expiresIn } = body as Record<string, string>;
  assert.deepEqual({ status, tokenType, scope }, GRANTED);
  return { accessToken: accessToken ?? "", refreshToken: refreshToken ?? "", expiresIn };
}

const search = (bench: CloudBench, token: string, scheme = "Bearer") =>
  ask(bench, `GET ${TRANSACTIONS}`, { headers: { authorization: `${scheme} ${token}` } });

test("an application signs with its key, which is given in either form, and may then ask", () => {
  for (const publicKey of [PUBLIC_PEM, PUBLIC_DER]) {
    const bench = given({ publicKey, applicationId: APPLICATION });
    const { accessToken, refreshToken, expiresIn } = granted(bench);
    assert.equal(expiresIn, 86_400);
    assert.match(refreshToken, /^1:1:1:/);
    const [, claims = ""] = accessToken.split(".");
    const told = JSON.parse(Buffer.from(claims, "base64url").toString()) as JsonObject;
    assert.deepEqual([told["sub"], told["exp"]], [APPLICATION, START / 1_000 + 86_400]);
    for (const scheme of ["Bearer", "BEARER"]) assert.equal(search(bench, accessToken, scheme).status, 200);
    assert.equal(search(bench, `${accessToken}x`).code, "INVALID_ACCESS_TOKEN");
    assert.equal(search(bench, accessToken, "Basic").code, "INVALID_ACCESS_TOKEN");
  }
});

test("times in seconds and milliseconds and an audience in a list are good as well", () => {
  const bench = given({ publicKey: PUBLIC_PEM });
  granted(bench, jwt({ iat: START, exp: START + 365 * 86_400_000, aud: ["https://services.poynt.net"] }));
  granted(bench, jwt({ iat: START / 1_000 + 59 }));
});

test("whatever is wrong with the assertion, nobody gets a token for it", () => {
  const seconds = START / 1_000;
  const [head = "", , mark = ""] = jwt().split(".");
  const other = Buffer.from(JSON.stringify({ iss: APPLICATION })).toString("base64url");
  const cases: readonly (readonly [what: string, assertion: string])[] = [
    ["nothing", ""],
    ["no JWT", "a.b"],
    ["four parts", `${jwt()}.x`],
    ["other claims than those that were signed", `${head}.${other}.${mark}`],
    ["no signature", `${jwt().split(".").slice(0, 2).join(".")}.`],
    ["another algorithm", jwt({}, { alg: "HS256" })],
    ["none", jwt({}, { alg: "none" })],
    ["another application", jwt({ iss: `urn:aid:${NOBODY}`, sub: `urn:aid:${NOBODY}` })],
    ["a subject of its own", jwt({ sub: `urn:aid:${NOBODY}` })],
    ["another audience", jwt({ aud: "https://example.com" })],
    ["two audiences", jwt({ aud: ["https://services.poynt.net", "https://example.com"] })],
    ["no jti", jwt({ jti: "" })],
    ["expired, in seconds", jwt({ exp: seconds - 1 })],
    ["expired, in milliseconds", jwt({ exp: START - 1 })],
    ["no exp", jwt({ exp: null })],
    ["from the future", jwt({ iat: seconds + 61 })],
  ];
  for (const [what, assertion] of cases) {
    const { status, code } = ask(
      given({ publicKey: PUBLIC_PEM, applicationId: APPLICATION }),
      "POST /token",
      granting(assertion),
    );
    assert.deepEqual([status, code], [401, "LOGIN_FAILED"], what);
  }
});

test("without a public key in the scenario any well-formed assertion is good", () => {
  const [head = "", claims = ""] = jwt().split(".");
  granted(given(), `${head}.${claims}.${Buffer.from("any").toString("base64url")}`);
});

test("a refresh token is good once, and brings the next one", () => {
  const bench = given();
  const first = granted(bench);
  const refresh = (refreshToken: string) =>
    ask(bench, "POST /token", form({ grantType: "REFRESH_TOKEN", refreshToken }));

  const { status, body } = refresh(first.refreshToken);

  assert.equal(status, 200);
  const next = body as Readonly<Record<string, string>>;
  assert.notEqual(next["refreshToken"], first.refreshToken);
  assert.equal(search(bench, next["accessToken"] ?? "").status, 200);
  assert.equal(search(bench, first.accessToken).status, 200, "until it expires");
  const again = refresh(first.refreshToken);
  assert.deepEqual([again.status, again.code], [401, "INVALID_REFRESH_TOKEN"]);
  assert.equal(refresh(next["refreshToken"] ?? "").status, 200);
});

test("an access token ends, and the next process knows those that it gave", () => {
  const bench = given({ expiresInS: 100 });
  const { accessToken } = granted(bench);
  bench.elapse(90_000);
  assert.equal(search(bench, accessToken).status, 200);
  assert.equal(search(given({}, bench.memory()), accessToken).status, 200, "by the clock of the next process");
  bench.elapse(10_000);
  assert.equal(search(bench, accessToken).code, "INVALID_ACCESS_TOKEN");
});

test("a grant that is none says what is missing", () => {
  const cases: readonly (readonly [asking: Parameters<typeof ask>[2], code: Json])[] = [
    [form({}), "MISSING_PARAMETER"],
    [form({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer" }), "MISSING_PARAMETER"],
    [form({ grantType: "password" }), "INVALID_PARAMETER"],
    [form({ grantType: "REFRESH_TOKEN" }), "INVALID_REFRESH_TOKEN"],
    [{ body: { grantType: "REFRESH_TOKEN" } }, "INVALID_REQUEST"],
  ];
  for (const [asking, code] of cases) assert.equal(ask(given(), "POST /token", asking).code, code);
});

test("the clock of the cloud is told, and is the one that counts", () => {
  const bench = given({ clockSkewMs: 3_600_000, publicKey: PUBLIC_PEM });
  const late = ask(bench, "POST /token", granting(jwt()));
  assert.deepEqual([late.status, late.code], [401, "LOGIN_FAILED"]);
  const [answered] = bench.done;
  assert(answered?.kind === "answered");
  const [, date = ""] = answered.answer.headers.find(([name]) => name === "Date") ?? [];
  assert.equal(Date.parse(date), START + 3_600_000);
  const nowS = Date.parse(date) / 1_000;
  granted(bench, jwt({ iat: nowS, exp: nowS + 300 }));
});

/** As the vendor's Node SDK writes them: names of headers as HTTP hands them on, times in milliseconds, the audience in a list. */
test("the requests of the vendor's SDK are understood to the letter", () => {
  const bench = given({ publicKey: PUBLIC_PEM, applicationId: APPLICATION });
  const own = (): Readonly<Record<string, string>> => ({ "poynt-request-id": randomUUID(), "api-version": "1.2" });
  const claims = {
    aud: ["https://services.poynt.net"],
    iss: APPLICATION,
    sub: APPLICATION,
    iat: START,
    jti: randomUUID(),
    exp: START + 31_536_000_000,
  };
  const text = `grantType=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=${jwt(claims)}`;
  const headers = { ...own(), "content-type": "application/x-www-form-urlencoded" };
  bench.request({ method: "POST", path: "/token", headers, body: new TextEncoder().encode(text) });
  const [answered] = bench.done;
  assert(answered?.kind === "answered" && answered.answer.status === 200);
  const { accessToken } = JSON.parse(new TextDecoder().decode(answered.answer.body)) as {
    readonly accessToken: string;
  };

  const message = { ...(flat().body as JsonObject), ttl: 900, serialNum: "P61SIM000000001" };
  bench.request({
    method: "POST",
    path: "/cloudMessages",
    headers: {
      ...own(),
      authorization: `Bearer ${accessToken}`,
      accept: "application/json",
      "content-type": "application/json",
    },
    body: new TextEncoder().encode(JSON.stringify(message)),
  });
  bench.elapse(1);

  assert.equal(shape(bench.done), "200 202 money");
  assert.deepEqual(ledger(bench), [["sale", "ABC1234", 1_250]]);
});

test("whoever may not send messages may ask all the same", () => {
  const bench = given({ mayMessage: false });
  const refused = ask(bench, CLOUD_MESSAGES, flat());
  assert.deepEqual([refused.status, refused.code], [401, "UNAUTHORIZED_ACCESS"]);
  assert.equal(ask(bench, `GET ${TRANSACTIONS}`).status, 200);
});
