import assert from "node:assert/strict";
import { test } from "node:test";
import { recognizedBy } from "../../../src/daemon/page/discovery/sightings.ts";
import { LANGUAGES } from "../../../src/daemon/page/language.ts";
import { words } from "../../../src/daemon/page/words/en.ts";
import { loadWords } from "../../../src/daemon/page/words/load-words.ts";
import { alarmWords, awayText } from "../../../src/daemon/page/words/told.ts";
import { AWAY_REASONS } from "../../../src/protocol/terminal.ts";
import { terminal } from "./things.ts";

const { told } = words;

test("given an alarm of a later version, then this page has no words for it, and none that every object has", () => {
  assert.equal(alarmWords("otherDevice", told), told.alarms.otherDevice);
  for (const code of ["ofALaterVersion", "constructor", "toString", "__proto__"]) {
    assert.equal(alarmWords(code, told), undefined, code);
  }
});

test("given a terminal that is away, when why is known, then that is said, and else what to look at with its kind of link", () => {
  const away = { state: "offline", detail: "what the daemon says" } as const;
  for (const reason of AWAY_REASONS)
    assert.equal(awayText(terminal("a", { ...away, reason }), told), told.away[reason]);
  assert.equal(awayText(terminal("a", away), told), told.silent.tcp);
  assert.equal(awayText(terminal("a", { ...away, link: { type: "cloud" } }), told), told.silent.cloud);
  assert.equal(awayText(terminal("a", { ...away, state: "fenced" }), told), told.silent.tcp);
  assert.equal(awayText(terminal("a", { ...away, link: { type: "ofALaterVersion" } }), told), undefined);
  const later = { ...away, reason: "ofALaterVersion" as "twin" };
  assert.equal(awayText(terminal("a", later), told), told.silent.tcp);
});

test("given a terminal that is not paired, then a lacking setting is told from a lacking pairing", () => {
  const unpaired = { state: "unpaired", detail: "what the daemon says" } as const;
  assert.equal(awayText(terminal("a", unpaired), told), told.unpaired);
  assert.equal(awayText(terminal("a", { ...unpaired, reason: "settingLacks" }), told), told.away.settingLacks);
});

test("given a terminal of which nothing but its state is known, then the state says it", () => {
  for (const state of ["connecting", "ready", "busy", "recovering", "fenced", "disabled"] as const) {
    assert.equal(awayText(terminal("a", { state }), told), undefined, state);
  }
});

test("given what discovery saw, then by what it was recognized is told by its kind", () => {
  const usb = { vendorId: "0x2fb8", productId: "0x2001" };
  assert.equal(recognizedBy({ kind: "mdns", vendor: "poynt", simulated: false }), "networkName");
  assert.equal(recognizedBy({ kind: "mdns", vendor: "poynt", simulated: true }), "itself");
  assert.equal(recognizedBy({ kind: "account", vendor: "mercadoPago" }), "account");
  assert.equal(recognizedBy({ kind: "serial", vendor: "getnet", ...usb }), "usbMaker");
  assert.equal(recognizedBy({ kind: "usb", ...usb }), "unknownUsbMaker");
  assert.equal(recognizedBy({ kind: "serial" }), "plainPort");
  assert.equal(recognizedBy({ kind: "ofALaterVersion" }), undefined);
});

test("given another language than English, then no sentence for the counter is left in English", async () => {
  const sentences = ({ alarms, away, silent, unpaired }: typeof told) => [
    ...Object.values(alarms).flatMap(({ what, remedy }) => [what, remedy]),
    ...Object.values(away),
    ...Object.values(silent),
    unpaired,
  ];
  const english = new Set(sentences(told));
  for (const language of LANGUAGES.filter((each) => each !== "en")) {
    const { told: own } = await loadWords(language);
    assert.deepEqual(
      sentences(own).filter((sentence) => english.has(sentence)),
      [],
      language,
    );
  }
});
