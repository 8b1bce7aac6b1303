import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openSupervision } from "../../../src/daemon/supervision/open-supervision.ts";
import { loadNotify } from "../../../src/daemon/supervision/libsystemd.ts";
import { superviseBySystemd } from "../../../src/daemon/supervision/systemd.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

function heardBySystemd(environment: Readonly<Record<string, string>> = {}, answer = 1) {
  const heard: string[] = [];
  const log = createKeptLog();
  const notify = (state: string): number => {
    heard.push(state);
    return answer;
  };
  const supervision = superviseBySystemd(notify, environment, { clock: createVirtualClock(), log }, 42);
  return { heard, log, supervision };
}

describe("systemd", () => {
  it("hears each thing in the words of sd_notify", () => {
    const { heard, supervision } = heardBySystemd();
    supervision.status("Listening\non 8455");
    supervision.ready();
    supervision.alive();
    supervision.stopping();
    supervision.moreTime(1_500);
    assert.deepEqual(heard, [
      "STATUS=Listening on 8455",
      "READY=1",
      "WATCHDOG=1",
      "STOPPING=1",
      "EXTEND_TIMEOUT_USEC=1500000",
    ]);
  });

  it("gets signs of life twice as often as it waits for them, and none where it waits for another process", () => {
    const every = (environment: Readonly<Record<string, string>>) =>
      heardBySystemd(environment).supervision.aliveEveryMs;
    assert.equal(every({ WATCHDOG_USEC: "30000000" }), 15_000);
    assert.equal(every({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "42" }), 15_000);
    assert.equal(every({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "1" }), undefined);
    assert.equal(every({}), undefined);
    assert.equal(every({ WATCHDOG_USEC: "nonsense" }), undefined);
  });

  it("that does not listen is told of once, and nothing fails", () => {
    const { log, supervision } = heardBySystemd({}, -111);
    supervision.ready();
    supervision.alive();
    assert.equal(log.whole.length, 1);
    assert.match(log.whole[0] ?? "", /systemd does not hear.*"errno":111/);
  });

  it("whose library is not there leaves the service running", async () => {
    const loaded = await loadNotify("libsystemd-of-another-time.so.9");
    assert.equal(loaded.kind, "missing");
  });
});

it("without a supervisor nothing is loaded, and nothing asked for", async () => {
  const log = createKeptLog();
  const supervision = await openSupervision({}, { clock: createVirtualClock(), log });
  supervision.ready();
  assert.deepEqual([supervision.aliveEveryMs, log.lines], [undefined, []]);
});
