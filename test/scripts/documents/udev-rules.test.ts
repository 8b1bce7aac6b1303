import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { UDEV_RULES, udevRules } from "../../../scripts/documents/udev-rules.ts";
import type { Fingerprint } from "../../../src/core/fingerprint.ts";
import { vendors } from "../../../src/drivers/registry.ts";

const committed = new URL(`../../../installers/linux/${UDEV_RULES}`, import.meta.url);
const rulesOf = (name: string, ...fingerprints: readonly Fingerprint[]) => udevRules([{ name, fingerprints }]);
/** What udev obeys: no comments, no empty lines. */
const lines = (rules: string) => rules.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
const devices = (rules: string) => lines(rules).filter((line) => line.endsWith('GOTO="tillbridge_terminal"'));

/** Whoever made them: an accessory's number is Google's. */
const ACCESSORIES = ["2d00", "2d01"].map(
  (product) => `ENV{ID_VENDOR_ID}=="18d1", ENV{ID_MODEL_ID}=="${product}", GOTO="tillbridge_terminal"`,
);

describe("the udev rules", () => {
  it("are those of the vendors that there are", () => {
    assert.equal(readFileSync(committed, "utf8"), udevRules(vendors));
    assert.ok(devices(udevRules(vendors)).includes('ENV{ID_VENDOR_ID}=="2fb8", GOTO="tillbridge_terminal"'));
  });

  it("name each device of a vendor as udev writes it, by its product where the fingerprint does", () => {
    const rules = rulesOf(
      "A vendor",
      { kind: "usb", vendorId: 0xa1, note: "all of them" },
      { kind: "mdns", service: "_x._tcp", nameContains: "x" },
      { kind: "usb", vendorId: 0x11ca, productId: 0x0201 },
    );

    assert.deepEqual(devices(rules), [
      'ENV{ID_VENDOR_ID}=="00a1", GOTO="tillbridge_terminal"',
      'ENV{ID_VENDOR_ID}=="11ca", ENV{ID_MODEL_ID}=="0201", GOTO="tillbridge_terminal"',
      ...ACCESSORIES,
    ]);
    assert.match(rules, /^# A vendor: all of them$/m);
  });

  it("say the same whatever a vendor is called", () => {
    const named = (name: string) => lines(rulesOf(name, { kind: "usb", vendorId: 1 }));

    assert.deepEqual(named('odd\nMODE="0666"'), named("plain"));
  });

  it("open no device to everybody, and none that is not named", () => {
    const rules = lines(udevRules(vendors));

    assert.deepEqual(
      rules.filter((line) => /\b(MODE|GROUP|OWNER)\b|uaccess/.test(line)),
      ['GROUP="dialout", MODE="0660"'],
    );
    assert.equal(rules[rules.indexOf('LABEL="tillbridge_terminal"') - 1], 'GOTO="tillbridge_end"');
    assert.deepEqual(devices(udevRules([])), ACCESSORIES);
  });
});
