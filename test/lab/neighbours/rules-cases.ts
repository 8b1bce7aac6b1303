/** Runs in the guest: whether ModemManager and brltty would take a device, by what udev keeps for them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { portOf, untilGone } from "../usb-guest/devices.ts";
import { makeSerialGadget, type SerialGadget } from "../usb-guest/gadget.ts";
import type { Cases, Given } from "../usb-guest/guest.ts";
import {
  complaintsAboutOurs,
  deviceNode,
  installNeighboursRules,
  installOurRules,
  propertiesAsPlugged,
  propertiesOf,
} from "./udev.ts";

const TERMINAL = {
  vendorId: "0x2fb8",
  productId: "0x2001",
  manufacturer: "PAX",
  product: "A terminal",
  serialNumber: "PAX-1",
};
const DISPLAY = {
  vendorId: "0x1148",
  productId: "0x0301",
  manufacturer: "KGS",
  product: "BM Smart",
  serialNumber: "KGS-1",
};
/** The first one is on no list that there is; it stands for a terminal that shares its numbers with a display. */
const BRLTTY_LIST = ["2fb8/2001", "1148/301"];
const BRLTTY = "brltty-device@.service";

type Taken = { readonly byModemManager: boolean; readonly byBrltty: boolean };

/** ModemManager leaves what is ignored as a port or as a device; brltty is started by systemd. */
function takenAt(path: string): Taken {
  const { port, device } = propertiesOf(path);
  const isIgnored = [port, device].some((properties) => properties.get("ID_MM_DEVICE_IGNORE") === "1");
  return {
    byModemManager: port.get("ID_MM_CANDIDATE") === "1" && !isIgnored && port.get("ID_MM_PORT_IGNORE") !== "1",
    byBrltty: propertiesAsPlugged(path).get("SYSTEMD_WANTS")?.includes(BRLTTY) === true,
  };
}

async function plugged(given: Given, identity: typeof TERMINAL): Promise<SerialGadget & { readonly path: string }> {
  given.after(() => untilGone(identity.serialNumber));
  const gadget = makeSerialGadget(given, identity);
  gadget.plug();
  return { ...gadget, path: await portOf(identity.serialNumber) };
}

async function takenWithoutOurs(given: Given): Promise<void> {
  installNeighboursRules(BRLTTY_LIST);
  const { path } = await plugged(given, TERMINAL);

  assert.deepEqual(takenAt(path), { byModemManager: true, byBrltty: true });
}

async function leftAloneWithOurs(given: Given): Promise<void> {
  const { path, plug, unplug } = await plugged(given, TERMINAL);
  installOurRules();
  assert.deepEqual(takenAt(path), { byModemManager: false, byBrltty: false }, "what was plugged in before");

  unplug();
  await untilGone(TERMINAL.serialNumber);
  plug();
  const again = await portOf(TERMINAL.serialNumber);
  assert.deepEqual(takenAt(again), { byModemManager: false, byBrltty: false }, "what was plugged in afterwards");
  const tags = [...propertiesOf(again).port].filter(([name]) => name.startsWith("ID_MM_"));
  given.note(`udevadm info ${again}: ${tags.map((tag) => tag.join("=")).join(" ")}`);
  assert.deepEqual(complaintsAboutOurs(again), []);
}

async function opensForTheGroup(given: Given): Promise<void> {
  const { path } = await plugged(given, TERMINAL);
  const dialout = Number(execFileSync("getent", ["group", "dialout"], { encoding: "utf8" }).split(":")[2]);

  for (const node of [path, deviceNode(path)]) {
    const { mode, gid } = statSync(node);
    assert.deepEqual([(mode & 0o777).toString(8), gid], ["660", dialout], node);
  }
}

async function leavesOthers(given: Given): Promise<void> {
  const { path } = await plugged(given, DISPLAY);

  assert.deepEqual(takenAt(path), { byModemManager: true, byBrltty: true });
  const { port, device } = propertiesOf(path);
  for (const properties of [port, device]) assert.equal(properties.get("ID_MM_DEVICE_IGNORE"), undefined);
}

export const rulesCases: Cases = {
  "without our rules ModemManager takes a terminal, and brltty one that is on its list": takenWithoutOurs,
  "with our rules both leave it alone, plugged in before or afterwards": leftAloneWithOurs,
  "with our rules its nodes are the group's, and nobody else's": opensForTheGroup,
  "with our rules a device of another vendor is what it was": leavesOthers,
};
