import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { done, refused } from "../../../src/core/errors.ts";
import { LANGUAGES } from "../../../src/core/language.ts";
import type { Check, Finding } from "../../../src/doctor/check.ts";
import { addressesExamination } from "../../../src/doctor/terminals/addresses.ts";
import { examinedTerminals, type Polled, type Service } from "../../../src/doctor/terminals/examined.ts";
import { probeChecks } from "../../../src/doctor/terminals/probe.ts";
import { standingChecks } from "../../../src/doctor/terminals/standing.ts";
import { loadWords } from "../../../src/doctor/words/load-words.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";
import { inEnglish, toldInEnglish } from "../told.ts";
import { knownTerminal, served } from "./known-terminal.ts";

type Known = Parameters<typeof knownTerminal>[0];

async function standing(known: Known, secrets: ReadonlySet<string> | undefined = new Set(), hasService = true) {
  const checks = await standingChecks(knownTerminal(known), { hasService, secrets: () => Promise.resolve(secrets) });
  return (subject: string): Check | undefined =>
    inEnglish(checks).find(({ id }) => id === `terminal.counter-1.${subject}`);
}
const shown = (check: Check | undefined) => `${check?.verdict}: ${check?.evidence} → ${check?.remedy}`;
const told = (found: Finding | undefined) => shown(found === undefined ? undefined : toldInEnglish(found));

describe("how a terminal stands, without asking it", () => {
  it("one that is well: nothing lacks, it is paired, nothing is in doubt, nothing waits, and who it is is told", async () => {
    const known = served("ready", { model: "A920", identity: { serialNumber: "0001", firmware: "1.2" } });
    const of = await standing({ served: known });
    for (const subject of ["settings", "pairing", "fence", "queue", "identity"])
      assert.equal(of(subject)?.verdict, "ok", subject);
    assert.match(shown(of("identity")), /model A920, serialNumber 0001, firmware 1\.2/);
  });

  it("one that is not there says nothing of itself: which one is expected is told, and that it is not known", async () => {
    const unnamed = { turnedAway: { kind: "unnamed", expected: "0001" } } as const;
    for (const known of [{ detail: "no answer to the first question" }, unnamed]) {
      const of = await standing({ served: served("offline", { serialNumber: "0001", ...known }) });
      assert.equal(shown(of("identity")), "unknown: The device with serial number 0001 is expected here. → undefined");
    }
    assert.equal((await standing({ served: served("offline") }))("identity"), undefined);
    const known = { serialNumber: "0001", identity: { firmware: "1.2" } };
    const half = await standing({ served: served("connecting", known) });
    assert.equal(
      half("identity")?.evidence,
      "It says of itself: firmware 1.2. The device with serial number 0001 is expected here.",
    );
  });

  it("one in whose place another device answers is a fault, with the command for an exchange, in every language", async () => {
    const turnedAway = { kind: "otherDevice", told: "SIM9", expected: "0001" } as const;
    const terminal = knownTerminal({ served: served("offline", { serialNumber: "0001", turnedAway }) });
    const checks = await standingChecks(terminal, { hasService: true, secrets: () => Promise.resolve(new Set()) });
    const found = checks.find(({ id }) => id === "terminal.counter-1.identity");
    assert.equal(found?.verdict, "fault");
    for (const language of LANGUAGES) {
      const words = await loadWords(language);
      assert.match(found.evidence(words), /SIM9, \S+ 0001\. /, language);
      assert.match(
        found.remedy?.(words) ?? "",
        /`tillbridge terminals update counter-1 --serial-number SIM9`/,
        language,
      );
    }
  });

  it("one that changed places with another terminal is given its own again, not the other's number", async () => {
    const turnedAway = { kind: "otherDevice", told: "SIM9", expected: "0001", owner: "counter-2" } as const;
    const of = await standing({ served: served("offline", { serialNumber: "0001", turnedAway }) });
    assert.match(shown(of("identity")), /^fault: .*SIM9, not 0001.* → That is the device of terminal counter-2/);
    assert.doesNotMatch(shown(of("identity")), /--serial-number/);
  });

  it("settings that cannot be used are told by their field", async () => {
    const faults = [{ field: "settings.currency", why: "is missing" }];
    const of = await standing({ faults }, new Set(), false);
    assert.match(
      shown(of("settings")),
      /^fault: .*settings\.currency is missing.*config set terminals\.0\.settings\.currency/,
    );
  });

  it("secrets that are not set are named, with the command that sets them", async () => {
    const settings = { accessToken: { secret: "mp" }, cloud: { privateKey: { secret: "pem" } } };
    assert.match(
      shown((await standing({ settings, served: served("ready") }, new Set(["mp"])))("settings")),
      /^fault: .*pem.*`tillbridge secret set pem`/,
    );
    const all = await standing({ settings, served: served("ready") }, new Set(["mp", "pem"]));
    assert.equal(all("settings")?.verdict, "ok");
    const hidden = await standingChecks(knownTerminal({ settings, served: served("ready") }), {
      hasService: true,
      secrets: () => Promise.resolve(undefined),
    });
    assert.equal(hidden[0]?.verdict, "unknown");
  });

  it("one that is configured and not served is a fault; without a service it is none", async () => {
    assert.match(shown((await standing({}))("settings")), /^fault: The service does not serve counter-1/);
    assert.equal((await standing({}, new Set(), false))("settings")?.verdict, "ok");
  });

  it("a disabled one is a warning, with the command that ends it", async () => {
    const of = await standing({ disabled: true, served: served("disabled") });
    assert.match(shown(of("settings")), /^warning: .*`tillbridge terminals update counter-1 --enable`/);
  });

  it("one that is not paired is a fault with its reason", async () => {
    const of = await standing({ served: served("unpaired", { detail: "the token was refused" }) });
    assert.match(shown(of("pairing")), /^fault: .*the token was refused.*`tillbridge terminals pair counter-1`/);
  });

  it("one that lacks a setting is told the command for it, and not to be paired", async () => {
    const detail = "the settings do not say which. `tillbridge terminals update counter-1 --setting ...` says it";
    const of = await standing({ served: served("unpaired", { detail, lacksSetting: true }) });
    assert.match(
      shown(of("pairing")),
      /^fault: .*takes no payment yet: .*`tillbridge terminals update counter-1 --setting/,
    );
    assert.doesNotMatch(shown(of("pairing")), /terminals pair/);
  });

  it("a fence names its transaction and the command that ends it; one that is being asked is waited for", async () => {
    const fence = { transaction: "tx_1", since: "2026-01-02T03:04:05.000Z" };
    const fenced = await standing({ served: served("fenced", { fence }) });
    assert.match(
      shown(fenced("fence")),
      /^fault: Transaction tx_1 .*resolve tx_1 .*lift-fence counter-1 --transaction tx_1/,
    );
    const recovering = await standing({ served: served("recovering", { fence }) });
    assert.match(shown(recovering("fence")), /^warning: .*is being asked.*Wait/);
  });

  it("what waits behind one that runs is well; what waits behind nothing is a warning", async () => {
    const behind = await standing({ served: served("busy", { queue: 2, busyWith: "tx_1" }) });
    assert.match(shown(behind("queue")), /^ok: Transaction tx_1 runs, and 2 transactions wait/);
    const stuck = await standing({ served: served("offline", { queue: 1 }) });
    assert.match(shown(stuck("queue")), /^warning: 1 transaction waits, and none runs: the terminal is offline/);
  });
});

describe("a question to the terminal itself", () => {
  const asks = (answer: Awaited<ReturnType<Service["poll"]>> | "never") => {
    const asked: string[] = [];
    const poll = (terminal: string) => {
      asked.push(terminal);
      return answer === "never" ? new Promise<never>(() => undefined) : Promise.resolve(answer);
    };
    return { asked, poll };
  };
  const polled = (answer: Polled) => asks(done(answer));

  it("is asked of one that is ready, and its answer is told", async () => {
    const service = polled({ reachable: true, asked: true, latencyMs: 12 });
    const [check] = await probeChecks(knownTerminal({ served: served("ready") }), service, createVirtualClock());
    assert.match(told(check), /^ok: It answered our question within 12 ms/);
    const [none] = await probeChecks(
      knownTerminal({ served: served("ready") }),
      polled({ reachable: false, asked: true, detail: "no answer" }),
      createVirtualClock(),
    );
    assert.match(told(none), /^fault: .*no answer/);
  });

  for (const state of ["busy", "recovering", "fenced", "offline", "unpaired", "connecting", "disabled"] as const) {
    it(`is not asked of one that is ${state}`, async () => {
      const service = polled({ reachable: true, asked: true });
      const checks = await probeChecks(knownTerminal({ served: served(state) }), service, createVirtualClock());
      assert.deepEqual(service.asked, []);
      for (const check of checks) assert.match(told(check), /^ok: Not asked, so as not to disturb it/);
    });
  }

  it("that is not answered in time is a fault, and nobody waits any longer", async () => {
    const clock = createVirtualClock();
    const asking = probeChecks(knownTerminal({ served: served("ready") }), asks("never"), clock);
    await clock.advance(3_000);
    assert.match(told((await asking)[0]), /^fault: It did not answer our question within 3 s/);
    assert.equal(clock.pendingTimers(), 0);
  });

  it("that the service refuses is not known", async () => {
    const service = asks(refused("terminalNotFound", "There is no terminal counter-1."));
    const [check] = await probeChecks(knownTerminal({ served: served("ready") }), service, createVirtualClock());
    assert.match(told(check), /^unknown: .*There is no terminal counter-1/);
  });
});

describe("the places of all terminals", () => {
  const at = (id: string, link: Parameters<typeof examinedTerminals>[0][number]["link"], disabled = false) => ({
    id,
    vendor: "acme",
    link,
    ...(disabled ? { disabled } : {}),
  });
  const around = {
    vendors: [{ id: "acme", linkDefaults: { tcp: { port: 7000 } } }],
    checkTerminal: () => [],
    isNobodyConnected: true,
  };
  const ports = {
    numericOf: (host: string) => Promise.resolve(host === "pos.local" ? "192.168.1.41" : host),
    realPath: (path: string) => Promise.resolve(path.replace("/dev/serial/by-id/acme", "/dev/ttyACM0")),
  };
  const examined = async (...configs: Parameters<typeof examinedTerminals>[0]) => {
    const terminals = examinedTerminals(configs, around);
    const [check] = await addressesExamination(terminals, ports).examine(new AbortController().signal);
    return told(check);
  };

  it("one device under two names is a fault: a host, a default port, a device node", async () => {
    const twins = await examined(
      at("a", { type: "tcp", host: "pos.local" }),
      at("b", { type: "http", host: "192.168.1.41", port: 7000 }),
    );
    assert.match(twins, /^fault: a and b are all at 192\.168\.1\.41:7000/);
    const cables = await examined(
      at("a", { type: "serial", path: "/dev/ttyACM0" }),
      at("b", { type: "serial", path: "/dev/serial/by-id/acme" }),
    );
    assert.match(cables, /^fault: a and b are all at \/dev\/ttyACM0/);
  });

  it("places of their own are well, and so is a twin that is disabled, and many behind one cloud", async () => {
    const host = "192.168.1.41";
    assert.match(
      await examined(at("a", { type: "tcp", host, port: 1 }), at("b", { type: "tcp", host, port: 2 })),
      /^ok/,
    );
    assert.match(await examined(at("a", { type: "tcp", host }), at("b", { type: "tcp", host }, true)), /^ok/);
    assert.match(await examined(at("a", { type: "cloud" }), at("b", { type: "cloud" })), /^ok/);
  });
});
