import assert from "node:assert/strict";
import { mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { AccountSighting, PluggedSighting } from "../../../src/discovery/sighting.ts";
import { standingOf } from "../../../src/daemon/discovery/configured.ts";
import { sighting, terminal, VENDORS } from "./seen.ts";

const standing = (link: JsonObject, seen = sighting()) => standingOf(seen, [terminal("counter-1", link)], VENDORS);
const counter1 = { kind: "configured", terminal: "counter-1" };

test("what is at the place of a configured terminal is that terminal", () => {
  assert.deepEqual(standing({ type: "http", host: "192.168.1.40", port: 7000 }), counter1);
  assert.deepEqual(standing({ type: "http", host: "192.168.1.40" }), counter1, "the port is the vendor's usual one");
  assert.deepEqual(standing({ type: "http", host: "ACME.local.", port: 7000 }), counter1, "by its announced name");
  const onLoopback = sighting({ address: "127.0.0.1" });
  assert.deepEqual(standing({ type: "http", host: "localhost", port: 7000 }, onLoopback), counter1);
});

test("what is elsewhere is new", () => {
  for (const link of [
    { type: "http", host: "192.168.1.41", port: 7000 },
    { type: "http", host: "192.168.1.40", port: 7001 },
    { type: "tcp", host: "192.168.1.40", port: 7000 },
    { type: "serial", path: "/dev/ttyACM0" },
    { type: "http", host: "terminal.shop", port: 7001 },
  ]) {
    assert.deepEqual(standing(link), { kind: "new" }, JSON.stringify(link));
  }
  const { link: _link, ...unreachable } = sighting();
  assert.deepEqual(standing({ type: "http", host: "192.168.1.40", port: 7000 }, unreachable), { kind: "new" });
});

test("what has the port of a terminal that is configured by another name could be that terminal", () => {
  assert.deepEqual(standing({ type: "http", host: "terminal.shop", port: 7000 }), { kind: "perhapsConfigured" });
});

test("a terminal in a cloud is the configured one that its vendor calls so", () => {
  const seen: AccountSighting = {
    kind: "account",
    vendor: "acme",
    name: "Bar",
    device: "A1",
    state: "takes payments",
    why: "its account lists it",
    score: 100,
    simulated: false,
    link: { type: "cloud" },
  };
  const at = (device: string, vendor = "acme") => ({ ...terminal("counter-1", { type: "cloud" }), vendor, device });

  assert.deepEqual(standingOf(seen, [at("A1")], VENDORS), counter1);
  for (const other of [at("A2"), at("A1", "getnet"), terminal("counter-1", { type: "cloud" })]) {
    assert.deepEqual(standingOf(seen, [other], VENDORS), { kind: "new" });
  }
});

test("a serial port is a configured terminal's by whatever name that one knows it", async (t) => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "tillbridge-")));
  t.after(() => rm(folder, { recursive: true }));
  const [port, other, byId] = ["ttyACM0", "ttyACM1", "usb-Acme_A1"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(port, "");
  await writeFile(other, "");
  await symlink(port, byId);
  const at = (path: string): PluggedSighting => ({
    kind: "serial",
    path,
    name: "a port",
    why: "its USB vendor",
    simulated: false,
  });
  const standingAt = (path: string, configured: string) =>
    standingOf(at(path), [terminal("counter-1", { type: "serial", path: configured })], VENDORS);

  assert.deepEqual(standingAt(port, port), counter1);
  assert.deepEqual(standingAt(port, byId), counter1);
  assert.deepEqual(standingAt(other, byId), { kind: "new" });
  assert.deepEqual(standingAt("COM3", "COM3"), counter1);
  assert.deepEqual(standingAt(port, join(folder, "unplugged")), { kind: "new" });
});
