import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import { linksOver, placeOf } from "../../src/daemon/links.ts";
import { poynt } from "../../src/drivers/poynt/vendor.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const vendor = { ...poynt, links: ["cloud"], linkDefaults: { cloud: { baseUrl: "https://api.vendor.test" } } } as const;
const bound = (link: JsonObject, isKnown = false) => linksOver(createVirtualClock())(vendor, link, isKnown);

describe("a terminal behind a cloud", () => {
  it("is reached where the vendor's servers are, unless its link says otherwise", () => {
    for (const isKnown of [false, true]) {
      const usual = bound({ type: "cloud" }, isKnown);
      assert(usual.kind === "bound");
      assert.deepEqual(usual.address, { type: "cloud", baseUrl: "https://api.vendor.test" });
      assert.equal(usual.medium.kind, "http");
    }
    const other = bound({ type: "cloud", baseUrl: "http://127.0.0.1:8080" });
    assert(other.kind === "bound");
    assert.equal(other.address["baseUrl"], "http://127.0.0.1:8080");
  });

  it("shares its place with many", () => {
    assert.equal(placeOf({ type: "cloud", baseUrl: "https://api.vendor.test" }), undefined);
  });

  it("is not bound where its token would travel in clear, nor by an address of another type", () => {
    const clear = bound({ type: "cloud", baseUrl: "http://api.vendor.test" });
    assert(clear.kind === "faulty");
    assert.deepEqual(
      clear.faults.map(({ field }) => field),
      ["link.baseUrl"],
    );
    assert.match(clear.faults[0]?.why ?? "", /never travels in clear/);
    const misfit = bound({ type: "cloud", baseUrl: 7 });
    assert(misfit.kind === "faulty");
    assert.deepEqual(
      misfit.faults.map(({ field }) => field),
      ["link.baseUrl"],
    );
    assert.equal(bound({ type: "http", host: "10.0.0.4", port: 80 }).kind, "faulty");
  });
});
