import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import { AssertionFailure } from "../../src/core/assert.ts";
import { openCallbackListener } from "../../src/transports/callback-listener.ts";
import { systemCrypto } from "../../src/daemon/crypto.ts";
import { realClock } from "../support/clock.ts";
import { createKeptLog } from "../support/kept-log.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import { callerOver, newPath, openDoor, plain, post, statusOf } from "./callback-caller.ts";

const decoder = new TextDecoder();
const BODY = '{"referenceId":"1","status":"PROCESSED"}';
const NOT_FOUND = "HTTP/1.1 404 Not Found\nContent-Length: 0\nConnection: close\n\n";
const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), "utf8");

test("a call arrives whole, with what a signature is made of, and its caller gets the answer", async () => {
  await using door = await openDoor();
  const caller = await door.connect();
  caller.write(post(`${door.path}?data.id=ORD1&type=order`, BODY, "X-Signature: ts=1\r\nx-signature: v1=2\r\n"));

  const call = await door.call(0);

  assert.equal(call.method, "POST");
  assert.equal(call.query, "data.id=ORD1&type=order");
  assert.equal(call.headers["x-signature"], "ts=1, v1=2");
  assert.equal(decoder.decode(call.body), BODY);
  assert.equal(call.remoteAddress, "127.0.0.1");
  assert.equal(caller.text(), "");
  assert.deepEqual(call.respond(201, new TextEncoder().encode("{}")), { kind: "given" });
  assert.equal(plain(await caller.over), "HTTP/1.1 201 Created\nContent-Length: 2\nConnection: close\n\n{}");
});

test("an encrypted call arrives as well, and a caller who speaks no TLS gets nothing", async () => {
  const pem = fixture("signed-terminal");
  await using door = await openDoor({ tls: { key: pem, cert: pem } });
  const { port } = door.listener;
  const options = { host: "127.0.0.1", port, ca: fixture("authority"), servername: "terminal.test" };
  const caller = callerOver(connectTls(options));
  caller.write(post(door.path, BODY));

  const call = await door.call(0);

  assert.equal(decoder.decode(call.body), BODY);
  call.respond(200);
  assert.equal(statusOf(await caller.over), 200);
  const stranger = await door.connect();
  stranger.write(post(door.path, BODY));
  assert.equal(statusOf(await stranger.over), 0);
  assert.equal(door.calls.length, 1);
});

test("each path hears its own calls, and none after it was disposed of", async () => {
  await using door = await openDoor();
  const others: string[] = [];
  const path = newPath();
  const other = door.listener.register(path, (call) => {
    others.push(decoder.decode(call.body));
    call.respond(200);
  });

  const first = await door.connect();
  first.write(post(path, "one"));
  assert.equal(statusOf(await first.over), 200);
  other[Symbol.dispose]();
  const second = await door.connect();
  second.write(post(path, "two"));

  assert.equal(plain(await second.over), NOT_FOUND);
  assert.deepEqual(others, ["one"]);
  assert.deepEqual(door.calls, []);
});

test("a path that was registered anew is the newer one's, also when the older one is disposed of", async () => {
  await using door = await openDoor();
  const newer: string[] = [];
  using _newer = door.listener.register(door.path, (call) => {
    newer.push(decoder.decode(call.body));
    call.respond(200);
  });

  door.registration[Symbol.dispose]();
  const caller = await door.connect();
  caller.write(post(door.path, "one"));

  assert.equal(statusOf(await caller.over), 200);
  assert.deepEqual([newer, door.calls], [["one"], []]);
});

test("a path that could be guessed is our own mistake", async () => {
  await using door = await openDoor();
  const paths = [
    "",
    "/",
    "/callback",
    newPath().slice(1),
    newPath().slice(0, -1),
    `${newPath()}/`,
    `${newPath()}/hook`,
  ];
  for (const path of paths) {
    assert.throws(() => door.listener.register(path, () => undefined), AssertionFailure, path);
  }
  door.listener.register(`/hooks/shop-1${newPath()}`, () => undefined)[Symbol.dispose]();
});

test("a registration that is disposed of while the body comes hears nothing, and the caller gets the same 404", async () => {
  await using door = await openDoor();
  const caller = await door.connect();
  const whole = post(door.path, BODY);
  caller.write(whole.slice(0, -5));
  // The head has been read when a later connection was served.
  const later = await door.connect();
  later.write(post("/", ""));
  await later.over;

  door.registration[Symbol.dispose]();
  caller.write(whole.slice(-5));

  assert.equal(plain(await caller.over), NOT_FOUND);
  assert.deepEqual(door.calls, []);
});

test("whatever is tried without the path, and another method with it, gets the same 404", async () => {
  await using door = await openDoor();
  const { path } = door;
  const attempts = [
    post("/", BODY),
    post(path.slice(0, -1), BODY),
    post(`${path}x`, BODY),
    post(`${path}/`, BODY),
    post(path.toLowerCase() === path ? path.toUpperCase() : path.toLowerCase(), BODY),
    post(`/x/..${path}`, BODY),
    post(`http://till${path}`, BODY),
    post(`/?${path}`, BODY),
    post("/x", "", "Content-Length: 999999999\r\n").replace("Content-Length: 0\r\n", ""),
    ...["GET", "PUT", "DELETE", "OPTIONS", "PATCH"].map((method) => post(path, BODY).replace("POST", method)),
    `TRACE ${path} HTTP/1.1\r\nHost: till\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: till\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
  ];
  for (const attempt of attempts) {
    const caller = await door.connect();
    caller.write(attempt);
    assert.equal(plain(await caller.over), NOT_FOUND, attempt);
  }
  const asked = await door.connect();
  asked.write(`HEAD ${path} HTTP/1.1\r\nHost: till\r\n\r\n`);
  assert.equal(plain(await asked.over), NOT_FOUND);
  assert.deepEqual(door.calls, []);
});

test("what is no HTTP, or two kinds of it at once, is no call", async () => {
  await using door = await openDoor();
  const attempts = {
    garbage: "\u0000\u0001\u0002\r\n\r\n",
    "two lengths": post(door.path, BODY, "Content-Length: 3\r\n"),
    "a length and chunks": post(door.path, BODY, "Transfer-Encoding: chunked\r\n"),
    "a head that is too long": post(door.path, BODY, `X: ${"x".repeat(9_000)}\r\n`),
    tunnel: `CONNECT ${door.path} HTTP/1.1\r\nHost: till\r\n\r\n`,
  };
  for (const [what, attempt] of Object.entries(attempts)) {
    const caller = await door.connect();
    caller.write(attempt);
    assert.ok([0, 400, 404, 431].includes(statusOf(await caller.over)), what);
  }
  assert.deepEqual(door.calls, []);
});

test("a body that is too long is refused, whether it says so before or not; the longest is taken", async () => {
  await using door = await openDoor({ limits: { maxBodyBytes: 1_000 } });
  const declared = await door.connect();
  declared.write(post(door.path, "x".repeat(1_001)).slice(0, -900));
  const chunked = await door.connect();
  const chunk = `3e8\r\n${"x".repeat(1_000)}\r\n`;
  chunked.write(`POST ${door.path} HTTP/1.1\r\nHost: till\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`);
  const longest = await door.connect();
  longest.write(`POST ${door.path} HTTP/1.1\r\nHost: till\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`);

  assert.equal(statusOf(await declared.over), 413);
  assert.equal(statusOf(await chunked.over), 413);
  const call = await door.call(0);
  assert.equal(call.body.length, 1_000);
  call.respond(200);
  assert.equal(statusOf(await longest.over), 200);
  assert.equal(door.calls.length, 1);
});

test("of requests one behind the other on a connection the first is a call, the others are dropped", async () => {
  await using door = await openDoor();
  const caller = await door.connect();
  caller.write(post(door.path, "one") + post(door.path, "two") + post("/", "three"));

  (await door.call(0)).respond(200);

  assert.equal(plain(await caller.over), "HTTP/1.1 200 OK\nContent-Length: 0\nConnection: close\n\n");
  assert.deepEqual(
    door.calls.map(({ body }) => decoder.decode(body)),
    ["one"],
  );
});

test("a call is answered once, and not when its caller has gone", async () => {
  await using door = await openDoor();
  const caller = await door.connect();
  caller.write(post(door.path, BODY));
  const call = await door.call(0);

  assert.deepEqual(call.respond(200), { kind: "given" });
  assert.deepEqual(call.respond(500), { kind: "refused", why: "it was answered already" });
  assert.equal(statusOf(await caller.over), 200);

  const impatient = await door.connect();
  impatient.write(post(door.path, BODY));
  const left = await door.call(1);
  impatient.socket.destroy();
  // Its end is told by an event of its own; closing waits for it.
  await door.listener.close();
  assert.deepEqual(left.respond(200), { kind: "refused", why: "the caller is gone" });
});

test("an answer whose status is none is no answer: the call still waits for one", async () => {
  await using door = await openDoor();
  const caller = await door.connect();
  caller.write(post(door.path, BODY));
  const call = await door.call(0);

  for (const status of [0, 99, 100, 101, 199, 600, 200.5, Number.NaN]) {
    const why = `an answer has a status of 200 to 599, and not ${status}`;
    assert.deepEqual(call.respond(status), { kind: "refused", why });
  }

  assert.deepEqual(call.respond(599), { kind: "given" });
  assert.equal(statusOf(await caller.over), 599);
});

for (const encrypted of [false, true]) {
  test(`a caller who does not take its answer is thrown out in time, ${encrypted ? "encrypted" : "plain"}`, async () => {
    const clock = createVirtualClock();
    const pem = fixture("signed-terminal");
    await using door = await openDoor({ clock, ...(encrypted ? { tls: { key: pem, cert: pem } } : {}) });
    const { port } = door.listener;
    const options = { host: "127.0.0.1", port, ca: fixture("authority"), servername: "terminal.test" };
    const caller = encrypted ? callerOver(connectTls(options)) : await door.connect();
    caller.write(post(door.path, BODY));
    const call = await door.call(0);
    caller.socket.pause();

    assert.deepEqual(call.respond(200, new Uint8Array(20_000_000)), { kind: "given" });
    const closing = door.listener.close();
    await clock.advance(5_000);

    await closing;
    assert.equal(clock.pendingTimers(), 0);
    caller.socket.destroy();
  });
}

test("a call that nobody answers gets 503 in time, and it is said without its path and its body", async () => {
  const clock = createVirtualClock();
  await using door = await openDoor({ clock, limits: { answerTimeoutMs: 3_000 } });
  const caller = await door.connect();
  caller.write(post(door.path, BODY));
  const call = await door.call(0);

  await clock.advance(2_999);
  assert.equal(caller.text(), "");
  await clock.advance(1);

  assert.equal(statusOf(await caller.over), 503);
  assert.deepEqual(call.respond(200), { kind: "refused", why: "its time was over" });
  assert.equal(door.log.lines.length, 1);
  assert.match(door.log.lines[0] ?? "", /^warn a callback was not answered in time/);
  assert.doesNotMatch(door.log.whole.join(), new RegExp(`${door.path.slice(1)}|PROCESSED`));
});

test("whoever sends its head or its body drop by drop is thrown out in time", async () => {
  const clock = createVirtualClock();
  await using door = await openDoor({ clock, limits: { headTimeoutMs: 5_000, bodyTimeoutMs: 4_000 } });
  const [silent, head, body] = [await door.connect(), await door.connect(), await door.connect()];
  head.write(`POST ${door.path} HTTP/1.1\r\nHost: ti`);
  body.write(post(door.path, BODY).slice(0, -20));
  const later = await door.connect();
  later.write(post("/", ""));
  await later.over; // by now the others were read

  for (let second = 0; second < 4; second += 1) {
    head.write("l");
    body.write("x");
    await clock.advance(1_000);
  }
  assert.equal(statusOf(await body.over), 408);
  assert.deepEqual([silent.socket.closed, head.socket.closed], [false, false]);
  await clock.advance(1_000);

  assert.deepEqual(await Promise.all([silent.over, head.over]), ["", ""]);
  assert.deepEqual(door.calls, []);
});

test("no more calls wait, or come in a second, than there is room for: the others get 503", async () => {
  const clock = createVirtualClock();
  await using door = await openDoor({ clock, limits: { maxWaitingCalls: 2, callsPerSecond: 4 } });
  const ask = async () => {
    const caller = await door.connect();
    caller.write(post(door.path, BODY));
    return caller;
  };
  const first = await ask();
  const second = await ask();
  const [one, two] = [await door.call(0), await door.call(1)];

  assert.equal(statusOf(await (await ask()).over), 503);
  one.respond(200);
  two.respond(200);
  await Promise.all([first.over, second.over]);
  const statuses: number[] = [];
  for (let asked = 2; asked < 8; asked += 1) {
    const caller = await ask();
    void door.call(asked).then((call) => call.respond(200));
    statuses.push(statusOf(await caller.over));
  }

  assert.deepEqual(statuses.slice(-2), [503, 503]);
  assert.ok(statuses.filter((status) => status === 200).length >= 2);
  await clock.advance(1_000);
  const again = await ask();
  (await door.call(door.calls.length)).respond(200);
  assert.equal(statusOf(await again.over), 200);
  assert.equal(door.log.lines.length, 1); // all refusals of a minute in one line
});

test("a thousand connections of one address: some are let in, the others cost nothing, and calls go on when they are gone", async () => {
  await using door = await openDoor({ limits: { maxSockets: 20, maxSocketsPerAddress: 10 } });
  const many = Array.from({ length: 1_000 }, () =>
    callerOver(connect({ host: "127.0.0.1", port: door.listener.port })),
  );
  let gone = 0;
  await new Promise<void>((resolve) => {
    for (const { over } of many) {
      void over.then(() => {
        gone += 1;
        if (gone === 990) resolve();
      });
    }
  });

  assert.equal(many.filter(({ socket }) => !socket.closed).length, 10);
  for (const { socket } of many) socket.destroy();
  for (;;) {
    const caller = callerOver(connect({ host: "127.0.0.1", port: door.listener.port }));
    caller.write(post(door.path, BODY));
    const call = await Promise.race([door.call(0), caller.over]);
    if (typeof call === "string") continue; // those that left are not all noticed yet
    call.respond(200);
    assert.equal(statusOf(await caller.over), 200);
    break;
  }
  assert.deepEqual(door.log.lines, ["warn connections for callbacks were refused, because there were too many"]);
});

test("closing lets calls that wait be answered, throws the others out, and takes no more", async () => {
  await using door = await openDoor();
  const silent = await door.connect();
  const caller = await door.connect();
  caller.write(post(door.path, BODY));
  const call = await door.call(0);

  const closing = door.listener.close();

  assert.equal(await silent.over, "");
  assert.deepEqual(call.respond(200), { kind: "given" });
  assert.equal(statusOf(await caller.over), 200);
  await closing;
  assert.deepEqual(call.respond(200), { kind: "refused", why: "it was answered already" });
  const late = callerOver(connect({ host: "127.0.0.1", port: door.listener.port }));
  assert.equal(await late.over, "");
});

test("a port that another program holds, and a certificate that cannot be read, are told with what to do", async () => {
  await using door = await openDoor();
  const wanted = {
    host: "127.0.0.1",
    port: door.listener.port,
    limits: {
      maxSockets: 1,
      maxSocketsPerAddress: 1,
      headTimeoutMs: 1,
      maxHeadBytes: 1_024,
      maxBodyBytes: 1,
      bodyTimeoutMs: 1,
      answerTimeoutMs: 1,
      maxWaitingCalls: 1,
      callsPerSecond: 1,
    },
    clock: realClock,
    crypto: systemCrypto,
    log: createKeptLog(),
  };

  const taken = await openCallbackListener(wanted);
  const unreadable = await openCallbackListener({ ...wanted, tls: { key: "key", cert: "certificate" } });

  assert.equal(taken.kind, "failed");
  assert.match(taken.why, /in use by another program/);
  assert.equal(unreadable.kind, "failed");
  assert.match(unreadable.remedy ?? "", /PEM/);
});
