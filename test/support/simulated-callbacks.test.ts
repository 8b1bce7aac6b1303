import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Call } from "../../src/transports/callback-call.ts";
import { ProcessLife } from "./process-life.ts";
import { SimulatedCallbacks, type SimulatedCall } from "./simulated-callbacks.ts";
import { createVirtualClock } from "./virtual-clock.ts";

const PATH = "/somebody";

/** A process that has registered a path, and a cloud that calls. */
function given() {
  const clock = createVirtualClock();
  const callbacks = new SimulatedCallbacks(clock);
  const calls: Call[] = [];
  const begin = (): ProcessLife => new ProcessLife(clock);
  const register = (life: ProcessLife) => callbacks.within(life).register(PATH, (call) => calls.push(call));
  const ends: (number | undefined)[] = [];
  const post = (url: string, more: Partial<SimulatedCall> = {}): void => {
    const call = { call: "c1", headers: { "X-Signature": "s" }, body: new Uint8Array([7]), answerTimeoutMs: 3_000 };
    callbacks.carry({ kind: "call", url, ...call, ...more }, (status) => ends.push(status));
  };
  return { clock, begin, register, calls, ends, post };
}

describe("a call of a simulated cloud", () => {
  it("comes to whoever registered its path, and ends with the answer", async () => {
    const { clock, begin, register, calls, ends, post } = given();
    const { url } = register(begin());
    assert.equal(url, "https://callbacks.test/somebody");

    post(`${url}?id=7`);
    await clock.advance(1);
    const [call] = calls;
    assert(call !== undefined);
    assert.deepEqual(
      [call.method, call.query, call.headers, call.body],
      ["POST", "id=7", { "x-signature": "s" }, new Uint8Array([7])],
    );
    await clock.advance(1_000);
    assert.deepEqual(ends, []);
    assert.equal(call.respond(200).kind, "given");
    assert.equal(call.respond(500).kind, "refused");
    await clock.advance(5_000);

    assert.deepEqual(ends, [200]);
    assert.equal(clock.pendingTimers(), 0);
  });

  it("ends with 404 where nobody is registered: at another path, after it was given back, in the next life", async () => {
    const { clock, begin, register, calls, ends, post } = given();
    const first = begin();
    const registration = register(first);
    post("https://callbacks.test/somebody-else");
    post("https://elsewhere.test/somebody");
    await clock.advance(2);
    registration[Symbol.dispose]();
    post(registration.url);
    await clock.advance(2);
    first.end();
    const second = given();
    const old = second.begin();
    const { url } = second.register(old);
    old.end();
    second.register(second.begin())[Symbol.dispose]();
    second.post(url);
    await second.clock.advance(2);

    assert.deepEqual([ends, second.ends], [[404, 404, 404], [404]]);
    assert.deepEqual([calls, second.calls], [[], []]);
  });

  it("ends without a status where the process dies before it has answered, or is dead", async () => {
    const { clock, begin, register, calls, ends, post } = given();
    const life = begin();
    const { url } = register(life);
    post(url);
    await clock.advance(1);
    life.end();
    await clock.advance(1);
    assert.deepEqual(ends, [undefined]);
    assert.equal(calls[0]?.respond(200).kind, "refused");

    post(url);
    await clock.advance(1);

    assert.deepEqual(ends, [undefined, undefined]);
    assert.equal(calls.length, 1);
  });

  it("ends without a status where nobody answers in time; an answer after that is nobody's", async () => {
    const { clock, begin, register, calls, ends, post } = given();
    const { url } = register(begin());
    post(url, { answerTimeoutMs: 3_000 });
    await clock.advance(2_999);
    assert.deepEqual(ends, []);
    await clock.advance(1);
    assert.deepEqual(ends, [undefined]);

    calls[0]?.respond(200);
    await clock.advance(10);

    assert.deepEqual(ends, [undefined]);
  });

  it("is answered at a boundary of effects, where the process can die", async () => {
    const { clock, begin, register, calls, ends, post } = given();
    const life = begin();
    const { url } = register(life);
    post(url);
    await clock.advance(1);
    life.atBoundary(0, () => life.end());

    assert.equal(calls[0]?.respond(200).kind, "refused");
    await clock.advance(10);

    assert.deepEqual(ends, [undefined]);
  });
});
