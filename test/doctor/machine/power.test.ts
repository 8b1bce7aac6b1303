import assert from "node:assert/strict";
import { test } from "node:test";
import { linuxSleepExamination, windowsPowerExaminations } from "../../../src/doctor/machine/power.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { checkOf, plant, programs } from "./examined.ts";

const CAN_SLEEP = { "sys/power/state": "freeze mem disk\n" };
const DESKTOP = { "etc/systemd/system/default.target": "->/usr/lib/systemd/system/graphical.target" };
const LID = { "proc/acpi/button/lid/LID0/state": "state: open\n" };

test("a machine that may go to sleep by itself is a warning that says why", async (t) => {
  const look = async (files: Readonly<Record<string, string>>) => {
    const root = freshFolder(t);
    plant(root, files);
    return checkOf("power.sleep", [linuxSleepExamination(root)]);
  };
  const idle = { "etc/systemd/logind.conf": "[Login]\n#IdleAction=ignore\nIdleAction=suspend\n" };

  assert.equal((await look({})).verdict, "ok");
  assert.equal((await look(CAN_SLEEP)).verdict, "ok");
  assert.match((await look({ ...CAN_SLEEP, ...DESKTOP })).evidence, /a desktop may send it to sleep/);
  assert.match((await look({ ...CAN_SLEEP, ...LID })).evidence, /has a lid/);
  assert.match((await look({ ...CAN_SLEEP, ...idle })).evidence, /IdleAction=suspend/);
  const ignored = { "etc/systemd/logind.conf": "HandleLidSwitch=ignore\n" };
  assert.equal((await look({ ...CAN_SLEEP, ...LID, ...ignored })).verdict, "ok");
  const masked = { "etc/systemd/system/sleep.target": "->/dev/null" };
  assert.equal((await look({ ...CAN_SLEEP, ...DESKTOP, ...LID, ...idle, ...masked })).verdict, "ok");
  assert.match((await look({ ...CAN_SLEEP, ...DESKTOP })).remedy ?? "", /systemctl mask sleep\.target/);
});

const query = (onMains: string, onBattery: string) =>
  [
    "GUID des Energieschemas: 381b4222-f694-41f0-9685-ff5bb260df2e  (Ausbalanciert)",
    "  Minimal mögliche Einstellung: 0x00000000",
    "  Maximal mögliche Einstellung: 0xffffffff",
    `Index der aktuellen Wechselstromeinstellung: ${onMains}`,
    `Index der aktuellen Gleichstromeinstellung: ${onBattery}`,
    "",
  ].join("\r\n");

test("on Windows, what counts is the setting on mains, whatever the language of the system", async () => {
  const look = (id: string, sleep: string, usb: string) =>
    checkOf(
      id,
      windowsPowerExaminations(
        programs({
          "powercfg.exe /query SCHEME_CURRENT SUB_SLEEP STANDBYIDLE": sleep,
          "powercfg.exe /query SCHEME_CURRENT 2a737441-1930-4402-8d77-b2bebba308a3": usb,
        }),
        "C:\\Windows",
      ),
    );
  const off = query("0x00000000", "0x00000001");

  assert.equal((await look("power.sleep", off, off)).verdict, "ok");
  assert.match((await look("power.sleep", query("0x00000708", "0x00000000"), off)).evidence, /sleeps after 30 min/);
  assert.equal((await look("usb.power", off, off)).verdict, "ok");
  assert.equal((await look("usb.power", off, query("0x00000001", "0x00000000"))).verdict, "warning");
  assert.equal((await look("usb.power", off, "")).verdict, "unknown");
  assert.equal((await look("power.sleep", "", off)).verdict, "unknown");
});
