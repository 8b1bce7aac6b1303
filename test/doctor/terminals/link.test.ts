import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LANGUAGES } from "../../../src/core/language.ts";
import type { TerminalState } from "../../../src/core/terminal.ts";
import type { RawUsbDevice } from "../../../src/discovery/usb-source.ts";
import { linkChecks, type LinkPorts } from "../../../src/doctor/terminals/link.ts";
import type { Reached } from "../../../src/doctor/terminals/reach.ts";
import { loadWords } from "../../../src/doctor/words/load-words.ts";
import { inEnglish } from "../told.ts";
import { knownTerminal, served } from "./known-terminal.ts";

type Around = Partial<LinkPorts> & { readonly reached?: Reached };

/** Ports of a machine in the terminal's network, and what was connected to. */
function machine({ reached = { kind: "accepted", said: "" }, ...other }: Around = {}) {
  const connected: string[] = [];
  const ports: LinkPorts = {
    cards: [{ name: "eth0", address: "192.168.1.5", netmask: "255.255.255.0", kind: "ordinary", facts: {} }],
    addressOf: (host) => Promise.resolve({ kind: "address", address: host }),
    routeTo: () => Promise.resolve({ kind: "from", address: "192.168.1.5" }),
    reach: (address, port) => {
      connected.push(`${address}:${port}`);
      return Promise.resolve(reached);
    },
    neighbourAt: () => Promise.resolve(undefined),
    isNobodyConnected: true,
    nodeAt: () => Promise.resolve("device"),
    usbDevices: () => Promise.resolve([]),
    ...other,
  };
  return { ports, connected };
}

async function examined(terminal: Parameters<typeof knownTerminal>[0], around: Around = {}) {
  const { ports, connected } = machine(around);
  const checks = await linkChecks(knownTerminal(terminal), ports, new AbortController().signal);
  const link = inEnglish(checks).find(({ id }) => id === "terminal.counter-1.link");
  return { checks, connected, link, shown: `${link?.verdict}: ${link?.evidence}` };
}

describe("a terminal's link that the service may have", () => {
  const HELD: readonly TerminalState[] = ["ready", "busy", "unpaired", "recovering", "fenced"];
  for (const state of HELD) {
    it(`while the terminal is ${state} nobody connects with it, and what the service knows is told`, async () => {
      const { connected, link } = await examined({ served: served(state, { lastSeen: "2026-01-02T03:04:05.000Z" }) });
      assert.deepEqual(connected, []);
      assert.equal(link?.verdict, "ok");
      assert.match(link.evidence, /The service has the link.*2026-01-02T03:04:05\.000Z/);
    });
  }

  it("while one is in doubt and its link is gone nobody connects either, and the reason is told", async () => {
    const doubtful = served("fenced", { detail: "192.168.1.41:7000 refuses the connection" });
    const { connected, shown } = await examined({ served: doubtful });
    assert.deepEqual(connected, []);
    assert.match(shown, /^fault: The service has no link: .*refuses the connection/);
  });

  it("where it is not known whether a service runs nobody connects", async () => {
    const { connected, shown } = await examined({}, { isNobodyConnected: false });
    assert.deepEqual(connected, []);
    assert.match(shown, /^unknown: Not tried: a service may have the link/);
  });

  it("one that is offline is tried, and what the service says is told beside it", async () => {
    const away = { served: served("offline", { detail: "no answer to the first question" }) };
    const { connected, shown } = await examined(away, { isNobodyConnected: false });
    assert.deepEqual(connected, ["192.168.1.41:7000"]);
    assert.match(shown, /^fault: .*takes connections\. The service says: no answer to the first question/);
    const refused = await examined(away, { reached: { kind: "refused" } });
    assert.match(refused.shown, /^fault: .*refuses the connection.*The service says/);
    const linkFault = { kind: "nobodyListens" } as const;
    const same = { served: served("offline", { detail: "192.168.1.41:7000 refuses the connection", linkFault }) };
    const once = await examined(same, { reached: { kind: "refused" } });
    assert.match(once.shown, /^fault: .*refuses the connection/);
    assert.doesNotMatch(once.shown, /The service says/);
  });

  it("one that is offline and has a payment waiting is left alone: it leaves with the link, and a second connection could end that", async () => {
    const { connected, shown } = await examined({ served: served("offline", { queue: 1 }) });
    assert.deepEqual(connected, []);
    assert.match(shown, /^unknown: Not tried/);
  });

  it("where a program answers that is no terminal nobody connects, and it is named, with what to do, in every language", async () => {
    for (const program of ["web", "ssh", "telnet", "mailOrFtp", "tls"] as const) {
      const linkFault = { kind: "otherProgram", program } as const;
      const { connected, checks, link } = await examined({
        served: served("offline", { detail: "it answers", linkFault }),
      });
      assert.deepEqual([connected, link?.verdict], [[], "fault"], program);
      const found = checks.find(({ id }) => id === "terminal.counter-1.link");
      assert.ok(found);
      for (const language of LANGUAGES) {
        const words = await loadWords(language);
        assert.ok(found.evidence(words).includes("192.168.1.41:7000"), `${program} in ${language}`);
        assert.match(found.remedy?.(words) ?? "", /`tillbridge terminals update counter-1 --tcp HOST:PORT`/, language);
        assert.equal(found.remedy?.(words).includes("`tls`"), program === "tls", language);
      }
    }
    const web = await examined({ served: served("offline", { linkFault: { kind: "otherProgram", program: "web" } }) });
    assert.match(web.shown, /^fault: A web server answers at 192\.168\.1\.41:7000, and no terminal/);
  });

  it("where somebody answers who is not taken for the terminal nobody connects either, and the reason is told", async () => {
    const detail = "somebody else answers";
    for (const turnedAway of [
      { kind: "otherDevice", told: "SIM9", expected: "0001" },
      { kind: "unnamed", expected: "0001" },
    ] as const) {
      const { connected, link, shown } = await examined({
        served: served("offline", { serialNumber: "0001", detail, turnedAway }),
      });
      assert.deepEqual(connected, [], turnedAway.kind);
      assert.match(shown, /^fault: The service was answered, .*Nothing else was tried/);
      assert.ok(link?.evidence.includes(detail), detail);
      assert.match(link?.remedy ?? "", /`terminal\.counter-1\.identity`/);
    }
    const turnedAway = { kind: "twin", told: "SIM9", owner: "counter-2" } as const;
    const twin = await examined({ served: served("offline", { detail, turnedAway }) });
    assert.deepEqual([twin.connected, twin.link?.remedy], [[], "`tillbridge terminals remove counter-1`"]);
  });

  it("a disabled one is left alone", async () => {
    const { connected, checks } = await examined({ disabled: true, served: served("disabled") });
    assert.deepEqual([connected, checks], [[], []]);
  });
});

describe("a terminal's place in the network, where no service runs", () => {
  const cases: readonly (readonly [Reached, "there" | "absent" | undefined, RegExp])[] = [
    [{ kind: "accepted", said: "" }, undefined, /^ok: 192\.168\.1\.41:7000 takes connections/],
    [{ kind: "accepted", said: "hello" }, undefined, /^warning: .*speaks first: "hello"/],
    [
      { kind: "accepted", said: "220 mail", program: "mailOrFtp" },
      undefined,
      /^fault: A mail or FTP server answers at/,
    ],
    [{ kind: "hungUp" }, undefined, /^warning: .*closes it at once/],
    [{ kind: "refused" }, undefined, /^fault: .*refuses the connection/],
    [{ kind: "silent" }, "absent", /^fault: .*no machine in its network has this address/],
    [{ kind: "silent" }, "there", /^fault: .*although a machine with this address is there/],
    [{ kind: "silent" }, undefined, /^fault: .*does not answer within 1\.5 s/],
    [{ kind: "noWay", code: "EHOSTUNREACH" }, undefined, /^fault: .*does not answer \(EHOSTUNREACH\)/],
    [{ kind: "forbidden", code: "EPERM" }, undefined, /^fault: This machine does not let a connection/],
    [{ kind: "failed", code: "EINVAL" }, undefined, /^fault: .*cannot be reached \(EINVAL\)/],
  ];
  for (const [reached, neighbour, words] of cases) {
    it(`${reached.kind}${neighbour === undefined ? "" : `, with a neighbour that is ${neighbour}`}: the fact, and what to do`, async () => {
      const { link, shown } = await examined({}, { reached, neighbourAt: () => Promise.resolve(neighbour) });
      assert.match(shown, words);
      assert.equal(link?.remedy === undefined, link?.verdict === "ok");
    });
  }

  it("a name that nobody knows is a fault, and nothing is tried", async () => {
    const addressOf = () => Promise.resolve({ kind: "unknown", code: "ENOTFOUND" } as const);
    const { connected, shown } = await examined({}, { addressOf });
    assert.deepEqual(connected, []);
    assert.match(shown, /^fault: The name 192\.168\.1\.41 is not known to this network \(ENOTFOUND\)/);
  });
});

describe("a terminal that is plugged in", () => {
  const serial = { link: { type: "serial", path: "/dev/ttyACM0" } };
  const device: RawUsbDevice = {
    vendorId: 0x2fb8,
    productId: 0x2001,
    serialNumber: "A920-0001",
    manufacturer: undefined,
    product: undefined,
    interfaces: [],
  };
  const usb = { link: { type: "usb", vendorId: "0x2fb8", serialNumber: "A920-0001" } };
  const plugged = (...devices: readonly RawUsbDevice[]) => ({ usbDevices: () => Promise.resolve(devices) });

  it("a path is there, is no device, or is not there", async () => {
    assert.match((await examined(serial)).shown, /^ok: \/dev\/ttyACM0 is there/);
    const node = (kind: "other" | "absent") => ({ nodeAt: () => Promise.resolve(kind) });
    assert.match((await examined(serial, node("other"))).shown, /^fault: .*is no device/);
    assert.match((await examined(serial, node("absent"))).shown, /^fault: There is no \/dev\/ttyACM0/);
  });

  it("what the service says of the link comes beside it", async () => {
    const away = served("offline", { detail: "the port is open already" });
    assert.match(
      (await examined({ ...serial, served: away })).shown,
      /^fault: \/dev\/ttyACM0 is there.*the port is open already/,
    );
    assert.match((await examined({ ...serial, served: served("ready") })).shown, /^ok: .*The service has the link/);
    assert.match(
      (await examined({ ...serial, served: served("connecting") })).shown,
      /^warning: .*is opening the link/,
    );
  });

  it("a USB device is there, is another one, or is one of two", async () => {
    assert.match((await examined(usb, plugged(device))).shown, /^ok: A USB device of vendor 0x2fb8/);
    assert.match((await examined(usb, plugged())).shown, /^fault: No USB device of vendor 0x2fb8/);
    const other = { ...device, serialNumber: "A920-0002" };
    assert.match(
      (await examined(usb, plugged(other))).shown,
      /^fault: .*1 of the same vendor with another serial number/,
    );
    const either = { link: { type: "usb", vendorId: "0x2FB8" } };
    assert.match((await examined(either, plugged(device, other))).shown, /^warning: 2 USB devices/);
  });

  it("where nobody tells of USB devices the service's word is all there is", async () => {
    const silent = { usbDevices: () => Promise.resolve(undefined) };
    assert.match((await examined({ ...usb, served: served("ready") }, silent)).shown, /^ok: The service has the link/);
    assert.match((await examined(usb, silent)).shown, /^unknown: /);
  });

  it("one in a cloud has no link of its own to look at", async () => {
    assert.deepEqual((await examined({ link: { type: "cloud", baseUrl: "https://api.example.com" } })).checks, []);
  });
});
