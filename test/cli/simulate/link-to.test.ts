import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { linkInWords, linkTo } from "../../../src/cli/simulate/link-to.ts";
import { whyNoBaseUrl } from "../../../src/transports/cloud.ts";

const at = (host: string) => ({ type: "http", host, port: 8_080 }) as const;

describe("the link to a simulated terminal", () => {
  it("is the base URL where a vendor's terminals are behind its cloud, as a configuration takes it", () => {
    for (const [host, baseUrl] of [
      ["127.0.0.1", "http://127.0.0.1:8080"],
      ["::1", "http://[::1]:8080"],
    ] as const) {
      const link = linkTo({ links: ["cloud"] }, at(host));
      assert.deepEqual(link, { type: "cloud", baseUrl });
      assert.equal(whyNoBaseUrl(linkInWords(link)), undefined);
    }
  });

  it("is where it listens with every other vendor", () => {
    assert.deepEqual(linkTo({ links: ["http"] }, at("127.0.0.1")), at("127.0.0.1"));
    assert.deepEqual(linkTo({ links: ["http", "cloud"] }, at("127.0.0.1")), at("127.0.0.1"));
    assert.deepEqual(linkTo({ links: ["serial"] }, { type: "serial", path: "/dev/pts/1" }), {
      type: "serial",
      path: "/dev/pts/1",
    });
    assert.equal(linkInWords(at("127.0.0.1")), "127.0.0.1:8080");
    assert.equal(linkInWords({ type: "serial", path: "/dev/pts/1" }), "/dev/pts/1");
  });
});
