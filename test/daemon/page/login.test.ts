import assert from "node:assert/strict";
import { test } from "node:test";
import { exchange, takeCode, tokenIn } from "../../../src/daemon/page/login/login.ts";

function opened(hash: string) {
  const replaced: string[] = [];
  const past = {
    replaceState: (_data: unknown, _title: string, url?: string | URL | null) => replaced.push(String(url)),
  };
  return { code: takeCode({ hash, pathname: "/" }, past), replaced };
}

test("the code is taken out of the address at once, also one that is none", () => {
  assert.deepEqual(opened("#login=abc_-9"), { code: "abc_-9", replaced: ["/#/"] });
  assert.deepEqual(opened("#login="), { code: undefined, replaced: ["/#/"] });
  assert.deepEqual(opened("#login=<script>"), { code: undefined, replaced: ["/#/"] });
  assert.deepEqual(opened("#/terminals"), { code: undefined, replaced: [] });
});

const answering = (status: number, body: unknown) => async () => ({ status, json: async () => body });

test("what the daemon says to a code is told as what somebody can do", async () => {
  assert.deepEqual(await exchange("c", answering(200, { token: "t" })), { kind: "done", token: "t" });
  assert.deepEqual(await exchange("c", answering(200, {})), { kind: "refused", why: "wrong" });
  assert.deepEqual(await exchange("c", answering(401, {})), { kind: "refused", why: "wrong" });
  assert.deepEqual(await exchange("c", answering(429, {})), { kind: "refused", why: "tooMany" });
  const gone = () => Promise.reject(new TypeError("Failed to fetch"));
  assert.deepEqual(await exchange("c", gone), { kind: "refused", why: "unreachable" });
});

test("the code goes to the daemon in the body, and no cookie with it", async () => {
  const sent: (readonly [string, RequestInit])[] = [];
  await exchange("c0de", async (url, init) => {
    sent.push([url, init]);
    return { status: 401, json: async () => ({}) };
  });
  const [[url, init] = ["", {}]] = sent;
  assert.deepEqual([url, init.method, init.body, init.credentials], ["/login", "POST", '{"code":"c0de"}', "omit"]);
});

test("the token is kept in the tab, until it is not", () => {
  const kept = new Map<string, string>();
  const token = tokenIn({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  });
  assert.equal(token.get(), undefined);
  token.set("t");
  assert.equal(token.get(), "t");
  token.set(undefined);
  assert.equal(kept.size, 0);
});
