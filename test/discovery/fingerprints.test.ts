import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Fingerprint, UsbFingerprint } from "../../src/core/fingerprint.ts";
import { isOfInterest, matchOf, typesOf, usbMatchOf, type KnownVendor } from "../../src/discovery/fingerprints.ts";
import { SIMULATOR_TYPE } from "../../src/discovery/simulated.ts";
import { vendors } from "../../src/drivers/registry.ts";

const plain: Fingerprint = {
  kind: "mdns",
  service: "_http._tcp",
  nameContains: "AcmeConnector",
  nameLacks: "HTTPS",
  link: "http",
  score: 90,
};
const overTls: Fingerprint = {
  kind: "mdns",
  service: "_http._tcp",
  nameContains: "AcmeConnector",
  score: 60,
  note: "its certificate is not known",
};
const VENDORS: readonly KnownVendor[] = [
  { id: "silent", fingerprints: [] },
  { id: "acme", fingerprints: [overTls, plain] },
  {
    id: "vague",
    fingerprints: [{ kind: "mdns", service: "_http._tcp", nameContains: "acme", link: "http", score: 20 }],
  },
];
const NO_TXT = new Map<string, string>();

const named = (name: string, type = "_http._tcp") => ({ type, name });

describe("what an announcement looks like", () => {
  it("is a vendor's when its name holds what the vendor's terminals are called, in any letters and with anything behind it", () => {
    for (const name of ["AcmeConnector", "AcmeConnector (2)", "Front acmeconnector"]) {
      const match = matchOf(named(name), NO_TXT, VENDORS);
      assert.equal(match?.vendor, "acme", name);
      assert.deepEqual(match.link, { type: "http", fields: {} });
      assert.equal(match.why, 'its name contains "AcmeConnector" (_http._tcp)');
      assert.equal(match.simulated, false);
    }
  });

  it("is nobody's under another name, or as another service", () => {
    assert.equal(matchOf(named("Laser printer"), NO_TXT, VENDORS), undefined);
    assert.equal(matchOf(named("AcmeConnector", "_ipp._tcp"), NO_TXT, VENDORS), undefined);
    assert.equal(isOfInterest(named("Laser printer"), VENDORS), false);
    assert.equal(isOfInterest(named("AcmeConnector", "_ipp._tcp"), VENDORS), false);
    assert.equal(isOfInterest(named("acmeconnector"), VENDORS), true);
  });

  it("is what the surest row says, and a row that does not fit says nothing", () => {
    const match = matchOf(named("AcmeConnector HTTPS"), NO_TXT, VENDORS);

    assert.deepEqual([match?.vendor, match?.score, match?.link], ["acme", 60, undefined]);
    assert.match(match?.why ?? "", /; its certificate is not known$/);
    assert.equal(matchOf(named("AcmeConnector"), NO_TXT, VENDORS)?.score, 90);
  });

  it("is of the vendor that is named first where two are equally sure", () => {
    const same = (id: string): KnownVendor => ({ id, fingerprints: [plain] });
    assert.equal(matchOf(named("AcmeConnector"), NO_TXT, [same("one"), same("two")])?.vendor, "one");
  });

  it("takes no settings from a real terminal's text, and those of a simulated one that are plain words", () => {
    const txt = [
      ["set.currency", "CLP"],
      ["set.quietMs", "5"],
      ["set.shell", "$(reboot)"],
      ["set.__proto__", "x"],
    ] as const;

    assert.deepEqual(matchOf(named("AcmeConnector"), new Map(txt), VENDORS)?.settings, {});
    const simulated = matchOf(named("AcmeConnector"), new Map([...txt, ["simulated", "1"]]), VENDORS);
    assert.deepEqual(simulated?.settings, { currency: "CLP", quietMs: 5 });
    assert.equal(simulated.simulated, true);
  });
});

describe("a simulator of a vendor whose terminals announce nothing", () => {
  const simulator = (entries: Readonly<Record<string, string>>) =>
    matchOf(named("anything", SIMULATOR_TYPE), new Map(Object.entries(entries)), VENDORS);

  it("says whose it is and how it is reached", () => {
    const match = simulator({ vendor: "silent", link: "tcp", "set.currency": "CLP" });

    assert.deepEqual([match?.vendor, match?.score, match?.simulated], ["silent", 100, true]);
    assert.deepEqual(match?.link, { type: "tcp", fields: {} });
    assert.deepEqual(match.settings, { currency: "CLP" });
  });

  it("is nobody's when it names no vendor that is registered, or no way to it", () => {
    assert.equal(simulator({ link: "tcp" }), undefined);
    assert.equal(simulator({ vendor: "unheard-of", link: "tcp" }), undefined);
    assert.equal(simulator({ vendor: "silent" }), undefined);
    assert.equal(simulator({ vendor: "silent", link: "serial" }), undefined);
  });
});

it("every service type is asked for once, and that of simulators always", () => {
  assert.deepEqual(typesOf(VENDORS), ["_http._tcp", SIMULATOR_TYPE]);
  assert.deepEqual(typesOf([]), [SIMULATOR_TYPE]);
});

describe("what a USB device looks like", () => {
  const usbOf = (id: string, ...fingerprints: readonly Omit<UsbFingerprint, "kind">[]): KnownVendor => ({
    id,
    fingerprints: fingerprints.map((fingerprint) => ({ kind: "usb", ...fingerprint })),
  });
  const DEVICE = { vendorId: 0x1234, productId: 0x0001 };

  it("is a vendor's by its maker, or by its maker and product", () => {
    const any = [usbOf("acme", { vendorId: 0x1234 })];
    assert.deepEqual(usbMatchOf(DEVICE, any), {
      vendor: "acme",
      score: 50,
      why: "its USB vendor is 0x1234",
      settings: {},
    });
    assert.equal(usbMatchOf({ ...DEVICE, vendorId: 0x1235 }, any), undefined);
    const one = [usbOf("acme", { vendorId: 0x1234, productId: 0x0001 })];
    assert.equal(usbMatchOf(DEVICE, one)?.vendor, "acme");
    assert.equal(usbMatchOf({ ...DEVICE, productId: 0x0002 }, one), undefined);
  });

  it("is what the surest row says, with its settings and its note; of equals the first one", () => {
    const rows = [
      usbOf("vague", { vendorId: 0x1234, score: 20 }),
      usbOf("acme", { vendorId: 0x1234, score: 70, settings: { print: true }, note: "as they are given out" }),
      usbOf("late", { vendorId: 0x1234, score: 70 }),
    ];
    assert.deepEqual(usbMatchOf(DEVICE, rows), {
      vendor: "acme",
      score: 70,
      why: "its USB vendor is 0x1234; as they are given out",
      settings: { print: true },
    });
  });

  it("is nobody's by its own words, nor by a row for the network", () => {
    const named = { ...DEVICE, manufacturer: "AcmeConnector", product: "AcmeConnector", serialNumber: "AcmeConnector" };
    assert.equal(usbMatchOf(named, VENDORS), undefined);
  });

  it("is a terminal only where a vendor's row names a maker of terminals, and no chip of adapters", () => {
    const ADAPTERS = new Set([0x0403, 0x067b, 0x10c4, 0x1a86, 0x04d8, 0x0557, 0x2341, 0x1d6b]);
    const rows = vendors.flatMap(({ fingerprints = [] }) => fingerprints.filter(({ kind }) => kind === "usb"));
    assert(rows.length > 0);
    for (const row of rows) assert.equal(row.kind === "usb" && ADAPTERS.has(row.vendorId), false);
  });
});
