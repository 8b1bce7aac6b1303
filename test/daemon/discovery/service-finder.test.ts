import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { serviceFinder } from "../../../src/daemon/discovery/senses.ts";
import type { Scanned } from "../../../src/discovery/scanner.ts";
import type { MdnsSighting } from "../../../src/discovery/sighting.ts";
import { sighting } from "./seen.ts";

const SERVICE = { name: "AcmeConnector", vendor: "acme", type: "http" } as const;

/** Looks that end when the test says so. */
function finder() {
  const looks: ((seen: readonly MdnsSighting[]) => void)[] = [];
  const find = serviceFinder({
    kinds: ["mdns"],
    scan: () =>
      new Promise<Scanned<MdnsSighting>>((resolve) => {
        looks.push((sightings) => resolve({ sightings, troubles: [] }));
      }),
  });
  const findAmong = (...seen: readonly MdnsSighting[]) => {
    const found = find(SERVICE);
    looks.at(-1)?.(seen);
    return found;
  };
  return { find, looks, findAmong };
}

describe("a service by its name", () => {
  it("is where it is announced", async () => {
    const { findAmong } = finder();
    const other = sighting({ name: "AcmeConnector (2)", address: "192.168.1.41" });
    assert.deepEqual(await findAmong(other, sighting({ port: 7001 })), {
      kind: "found",
      host: "192.168.1.40",
      port: 7001,
    });
  });

  it("is nowhere where nobody of this network announces it, or two do", async () => {
    const { findAmong } = finder();
    const nobody = await findAmong(sighting({ name: "AcmeConnector (2)" }), sighting({ isOnLink: false }));
    assert(nobody.kind === "notFound");
    assert.match(nobody.why, /nobody on this network announces "AcmeConnector"/);
    const two = await findAmong(sighting(), sighting({ address: "192.168.1.41" }));
    assert(two.kind === "notFound");
    assert.match(two.why, /2 places on this network/);
  });

  it("is looked for once for all who ask at a time, and anew for who asks after that", async () => {
    const { find, looks } = finder();
    const asked = [find(SERVICE), find({ ...SERVICE, name: "another one" }), find(SERVICE)];
    assert.equal(looks.length, 1);
    looks[0]?.([sighting()]);
    const kinds = (await Promise.all(asked)).map(({ kind }) => kind);
    assert.deepEqual(kinds, ["found", "notFound", "found"]);
    void find(SERVICE);
    assert.equal(looks.length, 2);
  });

  it("is nowhere where the network cannot be looked at, and is looked for again", async () => {
    let looks = 0;
    const find = serviceFinder({
      kinds: ["mdns"],
      scan: () => {
        looks += 1;
        return Promise.reject(new Error("EMFILE"));
      },
    });
    const why = "the network cannot be looked at (EMFILE)";
    assert.deepEqual(await find(SERVICE), { kind: "notFound", why });
    assert.deepEqual(await find(SERVICE), { kind: "notFound", why });
    assert.equal(looks, 2);
  });

  it("is none where it is another vendor's, or is reached in another way: those are not in its way either", async () => {
    const { findAmong } = finder();
    const others = [
      sighting({ vendor: "other", address: "192.168.1.41" }),
      sighting({ address: "192.168.1.42", link: { type: "tcp", host: "192.168.1.42", port: 7000 } }),
    ];
    assert.equal((await findAmong(...others)).kind, "notFound");
    assert.deepEqual(await findAmong(...others, sighting()), { kind: "found", host: "192.168.1.40", port: 7000 });
  });

  it("is a simulated one on this machine, and never one in the network, which approves what it is asked", async () => {
    const { findAmong } = finder();
    const far = sighting({ simulated: true });
    const here = sighting({ simulated: true, address: "127.0.0.1" });
    assert.equal((await findAmong(far)).kind, "notFound");
    assert.deepEqual(await findAmong(far, here), { kind: "found", host: "127.0.0.1", port: 7000 });
  });
});
