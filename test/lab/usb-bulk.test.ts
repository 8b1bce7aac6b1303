// needs: qemu-system-x86, busybox-static, cpio, kmod
// USB devices that are no serial ports, plugged and unplugged for real: in a guest with Debian's kernel and udev.
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runCasesInGuest } from "./usb-guest/run-cases.ts";

const PROGRAM = fileURLToPath(new URL("usb-bulk/usb-bulk-program.ts", import.meta.url));

test("USB devices with an interface of their vendor's own", { timeout: 280_000 }, (context) =>
  runCasesInGuest(context, PROGRAM),
);
