import assert from "node:assert/strict";
import { test } from "node:test";
import { systemCrypto } from "../../../src/daemon/crypto.ts";
import { createPageLogins } from "../../../src/daemon/server/page-logins.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function opened() {
  const clock = createVirtualClock();
  const connected = new Set<string>();
  const ended: string[] = [];
  const logins = createPageLogins({
    clock,
    crypto: systemCrypto,
    isConnected: (login) => connected.has(login),
    ended: (login) => ended.push(login),
  });
  const logIn = () => {
    const exchanged = logins.exchange(logins.offer().code);
    assert.ok(exchanged.kind === "done");
    const login = logins.loginOf(exchanged.token);
    assert.ok(login !== undefined);
    return { token: exchanged.token, login };
  };
  return { clock, connected, ended, logins, logIn };
}

test("a code is good once; used a second time it ends the login that came of it", () => {
  const { logins, ended } = opened();
  const { code } = logins.offer();
  const first = logins.exchange(code);
  assert.ok(first.kind === "done");
  const login = logins.loginOf(first.token);

  assert.deepEqual(logins.exchange(code), { kind: "usedTwice" });
  assert.equal(logins.loginOf(first.token), undefined);
  assert.deepEqual(ended, [login]);
  assert.deepEqual(logins.exchange(code), { kind: "usedTwice" });
  assert.deepEqual(ended, [login]);
});

test("a code is good for a minute, and of many codes the last five are", async () => {
  const { clock, logins } = opened();
  const { code } = logins.offer();
  await clock.advance(MINUTE_MS - 1);
  const other = logins.offer().code;
  assert.equal(logins.exchange(code).kind, "done");
  await clock.advance(MINUTE_MS);
  assert.deepEqual(logins.exchange(other), { kind: "wrong" });

  const codes = Array.from({ length: 6 }, () => logins.offer().code);
  assert.deepEqual(
    codes.map((each) => logins.exchange(each).kind),
    ["wrong", "done", "done", "done", "done", "done"],
  );
});

test("whoever made a code can see what became of it, which uses nothing up", async () => {
  const { clock, logins } = opened();
  const { code } = logins.offer();
  assert.deepEqual([logins.stateOf(code), logins.stateOf(code), logins.stateOf("x")], ["waiting", "waiting", "over"]);
  assert.equal(logins.exchange(code).kind, "done");
  assert.equal(logins.stateOf(code), "used");
  await clock.advance(MINUTE_MS);
  assert.equal(logins.stateOf(code), "over");
});

test("what is no code is wrong, and ends nothing", () => {
  const { logins, logIn } = opened();
  const { token } = logIn();
  const { code } = logins.offer();
  for (const wrong of ["", "x", code.slice(1), `${code}x`, code.toLowerCase(), token]) {
    assert.deepEqual(logins.exchange(wrong), { kind: "wrong" }, wrong);
  }
  assert.notEqual(logins.loginOf(token), undefined);
  assert.equal(logins.loginOf(code), undefined);
  assert.equal(logins.exchange(code).kind, "done");
});

test("a login ends after an hour without a page, and not while one is there", async () => {
  const { clock, connected, ended, logins, logIn } = opened();
  const [left, stayed] = [logIn(), logIn()];
  connected.add(stayed.login);
  await clock.advance(HOUR_MS - 1);
  assert.deepEqual(ended, []);
  await clock.advance(MINUTE_MS);
  assert.deepEqual(ended, [left.login]);
  assert.equal(logins.loginOf(left.token), undefined);

  await clock.advance(2 * HOUR_MS);
  connected.delete(stayed.login);
  await clock.advance(HOUR_MS - MINUTE_MS);
  assert.equal(logins.loginOf(stayed.token), stayed.login);
});

test("a login ends after twelve hours, although its page is there", async () => {
  const { clock, connected, ended, logIn, logins } = opened();
  const { token, login } = logIn();
  connected.add(login);
  await clock.advance(12 * HOUR_MS - MINUTE_MS);
  assert.deepEqual(ended, []);
  await clock.advance(MINUTE_MS);
  assert.deepEqual(ended, [login]);
  assert.equal(logins.loginOf(token), undefined);
});

test("of more logins than somebody needs the oldest goes; logging out ends one, or all with their codes", () => {
  const { ended, logins, logIn } = opened();
  const all = Array.from({ length: 17 }, logIn);
  assert.deepEqual(ended, [all[0]?.login]);

  logins.end(all[3]?.login);
  assert.deepEqual(ended, [all[0]?.login, all[3]?.login]);
  const { code } = logins.offer();
  logins.end();
  assert.equal(ended.length, 17);
  assert.deepEqual(logins.exchange(code), { kind: "wrong" });
});

test("where nobody is logged in, nothing is looked at any more", async () => {
  const { clock, logins, logIn } = opened();
  logIn();
  logins.end();
  await clock.advance(MINUTE_MS);
  assert.equal(clock.pendingTimers(), 0);
});
