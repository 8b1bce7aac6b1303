import assert from "node:assert/strict";
import { test } from "node:test";
import { NotSeen } from "../../../src/doctor/check.ts";
import { windowsDeviceExaminations } from "../../../src/doctor/machine/windows-devices.ts";
import { words } from "../../../src/doctor/words/english/words.ts";
import { checkOf, configWith, programs } from "./examined.ts";

const PORTS = [
  "",
  "HKEY_LOCAL_MACHINE\\HARDWARE\\DEVICEMAP\\SERIALCOMM",
  "    \\Device\\Serial0    REG_SZ    COM1",
  "    \\Device\\USBSER000    REG_SZ    COM7",
  "",
].join("\r\n");

const DEVICES = [
  "",
  "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Enum\\USB\\VID_2FB8&PID_2001\\A920-0001",
  "    Service    REG_SZ    usbser",
  "",
  "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Enum\\USB\\VID_046D&PID_C31C\\5&1",
  "    Service    REG_SZ    usbccgp",
  "",
].join("\r\n");

const run = programs({
  "reg.exe query HKLM\\HARDWARE\\DEVICEMAP\\SERIALCOMM": PORTS,
  "reg.exe query HKLM\\SYSTEM\\CurrentControlSet\\Enum\\USB": DEVICES,
});

function look(link: object, runs = run) {
  const { terminals } = configWith({ terminals: [{ id: "counter-1", vendor: "getnet", link }] });
  return checkOf("terminal.counter-1.device", windowsDeviceExaminations(terminals, runs, "C:\\Windows"));
}

test("a port that Windows has is well; for one that it has not, those that are there are told", async () => {
  assert.equal((await look({ type: "serial", path: "COM7" })).verdict, "ok");
  assert.equal((await look({ type: "serial", path: "\\\\.\\COM7" })).verdict, "ok");
  const absent = await look({ type: "serial", path: "COM3" });
  assert.equal(absent.verdict, "fault");
  assert.equal(absent.evidence, "Windows has no port COM3: there are COM1, COM7.");
  assert.equal(absent.terminal, "counter-1");
});

test("a USB device needs the driver of what it speaks", async () => {
  const pax = { type: "usb", vendorId: "0x2fb8", productId: "0x2001" };

  assert.match((await look(pax)).evidence, /VID_2FB8&PID_2001 has the driver usbser/);
  const bulk = await look({ ...pax, speaks: "bulk" });
  assert.deepEqual([bulk.verdict, bulk.evidence.includes("through WinUSB alone")], ["fault", true]);
  assert.equal((await look({ ...pax, productId: "0x2002" })).verdict, "fault");
});

test("given a system that does not tell, then nothing is known", async () => {
  await assert.rejects(look({ type: "serial", path: "COM7" }, programs({})), (error) => {
    assert.ok(error instanceof NotSeen);
    assert.equal(error.why(words), "there is no reg.exe");
    return true;
  });
});
