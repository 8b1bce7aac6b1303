import assert from "node:assert/strict";
import { test } from "node:test";
import { createUnpluggedWatch } from "../../src/transports/usb-unplugged.ts";

/** The system's news, told by the test, and what was asked of it. */
function source({ fails = false } = {}) {
  const asked: string[] = [];
  let tell: ((handle: string) => void) | undefined;
  const answer = () => (fails ? Promise.reject(new Error("not permitted")) : Promise.resolve());
  return {
    asked,
    tell: (handle: string) => tell?.(handle),
    start: (heard: (handle: string) => void) => {
      asked.push("start");
      tell = heard;
      return answer();
    },
    stop: () => {
      asked.push("stop");
      tell = undefined;
      return answer();
    },
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test("the system is listened to while anybody listens, and only once", async () => {
  const system = source();
  const watch = createUnpluggedWatch(system);
  const [first, second]: [string[], string[]] = [[], []];

  const stopFirst = watch.hear((handle) => void first.push(handle));
  const stopSecond = watch.hear((handle) => void second.push(handle));
  await settled();
  system.tell("one");
  stopFirst();
  await settled();
  system.tell("two");
  stopSecond();
  await settled();

  assert.deepEqual(system.asked, ["start", "stop"]);
  assert.deepEqual([first, second], [["one"], ["one", "two"]]);
});

test("who comes and goes at the same moment leaves nothing listening", async () => {
  const system = source();
  const watch = createUnpluggedWatch(system);

  watch.hear(() => {})();
  watch.hear(() => {})();
  await settled();

  assert.equal(
    system.asked.filter((call) => call === "start").length,
    system.asked.filter((call) => call === "stop").length,
  );
});

test("a system that lets nobody listen harms nobody", async () => {
  const system = source({ fails: true });
  const watch = createUnpluggedWatch(system);

  const stop = watch.hear(() => {});
  await settled();
  stop();
  await settled();

  assert.deepEqual(system.asked, ["start", "stop"]);
});

test("one that stops while it is told does not keep the others from hearing", async () => {
  const system = source();
  const watch = createUnpluggedWatch(system);
  const heard: string[] = [];
  const stop = watch.hear(() => stop());
  watch.hear((handle) => void heard.push(handle));
  await settled();

  system.tell("one");

  assert.deepEqual(heard, ["one"]);
});
