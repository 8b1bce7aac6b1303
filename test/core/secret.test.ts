import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { format, inspect } from "node:util";
import { Secret } from "../../src/core/secret.ts";

const VALUE = "correct horse battery staple";
const secret = new Secret(VALUE);

describe("a secret", () => {
  it("is revealed by name alone", () => assert.equal(secret.reveal(), VALUE));

  for (const [how, shown] of [
    ["a text", String(secret)],
    ["a template", `its value: ${secret as unknown as string}`],
    ["a sum", "its value: " + (secret as unknown as string)],
    ["a list", [secret].join()],
    ["JSON", JSON.stringify({ secret })],
    ["what an inspector shows", inspect({ secret }, { depth: 9, showHidden: true, customInspect: true })],
    ["a format", format("%s %o %O %j", secret, secret, secret, secret)],
    ["a cause", inspect(new Error("failed", { cause: { secret } }))],
    ["its own names", Reflect.ownKeys(secret).join()],
  ] as const) {
    it(`does not print in ${how}`, () => assert.doesNotMatch(shown, /horse/));
  }

  it("does not print where the inspector's own word is ignored", () => {
    assert.doesNotMatch(inspect(secret, { customInspect: false, showHidden: true }), /horse/);
  });

  it("does not print in what an assertion says", () => {
    assert.throws(
      () => assert.deepEqual({ secret }, { secret: "another" }),
      (error) => !inspect(error, { depth: 9 }).includes("horse"),
    );
  });

  it("gets into no copy for another thread", () => {
    assert.doesNotMatch(inspect(structuredClone(secret), { showHidden: true }), /horse/);
  });
});
