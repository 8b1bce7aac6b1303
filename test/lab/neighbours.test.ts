// needs: qemu-system-x86, busybox-static, cpio, kmod
// Programs that open what is plugged in and write to it, and the udev rules that keep them away: in a guest with Debian's kernel and
// udev, and with the rules of ModemManager and brltty as Debian packages them.
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { unpackedPackage } from "./guest/packages.ts";
import { runCasesInGuest } from "./usb-guest/run-cases.ts";

const PROGRAM = fileURLToPath(new URL("neighbours/neighbours-program.ts", import.meta.url));

test("neighbours on the port of a terminal", { timeout: 290_000 }, async (context) => {
  // The guest finds them where they are unpacked: it has no network.
  for (const name of ["modemmanager", "brltty"]) unpackedPackage(name);
  await runCasesInGuest(context, PROGRAM);
});
