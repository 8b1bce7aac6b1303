import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isJsonObject, type JsonObject } from "../../src/core/json.ts";
import type { BoundLink } from "../../src/daemon/bound-link.ts";
import { linksOver, placeOf } from "../../src/daemon/links.ts";
import { anywhere, byServiceName, type FindService } from "../../src/daemon/named-links.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

type FoundService = Awaited<ReturnType<FindService>>;

const NAME = "Front desk";

/** Binds links of TCP, and tells what was opened. */
function binding() {
  const opened: JsonObject[] = [];
  const bind = (address: JsonObject): BoundLink =>
    typeof address["host"] === "string" && address["keepAlive"] === undefined
      ? {
          kind: "bound",
          address,
          medium: {
            kind: "stream",
            open: () => {
              opened.push(address);
              return Promise.resolve({ kind: "failed", why: "nobody" });
            },
          },
        }
      : { kind: "faulty", faults: [{ field: "link.keepAlive", why: "is not known" }] };
  return { bind, opened };
}

function boundOf(link: BoundLink): Extract<BoundLink, { kind: "bound" }> {
  assert(link.kind === "bound", JSON.stringify(link));
  return link;
}

async function openOver({ medium }: Extract<BoundLink, { kind: "bound" }>): Promise<string> {
  await medium.choose?.();
  assert(medium.kind === "stream");
  const result = await medium.open(
    { received: () => undefined, lost: () => undefined },
    1,
    new AbortController().signal,
  );
  return result.kind === "failed" ? result.why : "open";
}

describe("a terminal by the name that it announces", () => {
  it("is looked up before each link, and opened where it is now", async () => {
    const { bind, opened } = binding();
    const found: FoundService[] = [
      { kind: "found", host: "10.0.0.4", port: 7001 },
      { kind: "found", host: "10.0.0.5", port: 7002 },
    ];
    const asked: string[] = [];
    const link = boundOf(
      byServiceName(NAME, { type: "tcp" }, bind, (name) => {
        asked.push(name);
        return Promise.resolve(found.shift() ?? { kind: "notFound", why: "gone" });
      }),
    );
    await openOver(link);
    await openOver(link);
    assert.deepEqual(asked, [NAME, NAME]);
    assert.deepEqual(opened, [
      { type: "tcp", host: "10.0.0.4", port: 7001 },
      { type: "tcp", host: "10.0.0.5", port: 7002 },
    ]);
    assert.equal(await openOver(link), "gone", "the place from before is not opened");
    assert.equal(opened.length, 2);
  });

  it("is one by its name, which no other terminal has", () => {
    const { bind } = binding();
    const { address } = boundOf(byServiceName(NAME, { type: "tcp" }, bind, notFound));
    assert.deepEqual(address, { type: "tcp", mdns: NAME });
    assert.equal(placeOf(address), `mdns ${NAME}`);
  });

  it("opens nothing before it was looked up", async () => {
    const { bind, opened } = binding();
    const { choose: _choose, ...medium } = boundOf(byServiceName(NAME, { type: "tcp" }, bind, notFound)).medium;
    const link = { kind: "bound", address: {}, medium } as const;
    assert.match(await openOver(link), /not been looked for/);
    assert.deepEqual(opened, []);
  });

  it("opens nothing where what is announced is no address", async () => {
    const { bind: strict, opened } = binding();
    const bind = (address: JsonObject): BoundLink =>
      address["port"] === 0 ? { kind: "faulty", faults: [{ field: "link.port", why: "is none" }] } : strict(address);
    const link = boundOf(
      byServiceName(NAME, { type: "tcp" }, bind, () => Promise.resolve({ kind: "found", host: "10.0.0.4", port: 0 })),
    );
    assert.match(await openOver(link), /is no address/);
    assert.deepEqual(opened, []);
  });

  it("has a name of 1 to 63 characters, and faults in all else are told", () => {
    const { bind } = binding();
    for (const name of ["", "x".repeat(64), 7, null, { a: 1 }]) {
      const link = byServiceName(name, { type: "tcp" }, bind, notFound);
      assert(link.kind === "faulty");
      assert.equal(link.faults[0]?.field, "link.mdns");
    }
    assert.equal(byServiceName("x".repeat(63), { type: "tcp" }, bind, notFound).kind, "bound");
    const faulty = byServiceName(NAME, { type: "tcp", keepAlive: true }, bind, notFound);
    assert(faulty.kind === "faulty");
    assert.equal(faulty.faults[0]?.field, "link.keepAlive");
  });
});

describe("a terminal of which only the serial number is known", () => {
  it("has no place of its own, and nothing is opened there", async () => {
    const { bind, opened } = binding();
    const link = boundOf(anywhere({ type: "tcp" }, bind));
    assert.match(await openOver(link), /not been found yet/);
    assert.deepEqual([opened, link.address, placeOf(link.address)], [[], { type: "tcp" }, undefined]);
  });
});

describe("the links of a vendor", () => {
  const bindLink = linksOver(createVirtualClock());
  const kindOf = (link: JsonObject, isKnown = false) => bindLink(getnet, link, isKnown).kind;

  it("name a place, or a name, or nothing where the device is known", () => {
    assert.equal(kindOf({ type: "tcp", host: "10.0.0.4", port: 7000 }), "bound");
    assert.equal(kindOf({ type: "tcp", mdns: NAME }), "bound");
    assert.equal(kindOf({ type: "tcp" }), "faulty");
    assert.equal(kindOf({ type: "tcp" }, true), "bound");
    assert.equal(kindOf({ type: "serial" }), "faulty");
    assert.equal(kindOf({ type: "serial" }, true), "bound");
    assert.equal(kindOf({ type: "usb" }, true), "faulty", "a USB device is known by its numbers");
    assert.equal(kindOf({ type: "tcp", host: "10.0.0.4", port: 7000, mdns: NAME }), "faulty", "it is one of both");
    assert.equal(kindOf({ type: "tcp", mdns: NAME, surprise: 1 }), "faulty");
  });

  it("are looked up among what is of this vendor, and is reached in this way", async () => {
    const asked: unknown[] = [];
    const overNames = linksOver(createVirtualClock(), {
      serialPorts: { list: () => Promise.resolve({ kind: "listed", ports: [] }), onChange: () => () => undefined },
      findService: (service) => {
        asked.push(service);
        return notFound();
      },
    });
    await openOver(boundOf(overNames(getnet, { type: "tcp", mdns: NAME })));
    assert.deepEqual(asked, [{ name: NAME, vendor: getnet.id, type: "tcp" }]);
  });

  it("lead to one device by its USB serial number, in whatever letters its vendor stands", () => {
    const usb = { type: "usb", vendorId: "0x2FB8", serialNumber: "A1" };
    assert.equal(placeOf(usb), placeOf({ ...usb, vendorId: "0x2fb8", productId: "0x2001" }));
    assert.notEqual(placeOf(usb), placeOf({ ...usb, serialNumber: "A2" }));
    assert.equal(placeOf({ type: "usb", vendorId: "0x2fb8" }), undefined);
    const bound = bindLink(getnet, usb);
    assert(bound.kind === "bound" && isJsonObject(bound.address));
    assert.notEqual(placeOf(bound.address), undefined);
  });
});

const notFound = (): Promise<FoundService> => Promise.resolve({ kind: "notFound", why: "nobody announces it" });
