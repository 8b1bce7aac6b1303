// needs: qemu-system-x86, busybox-static, cpio, kmod
// Serial terminals on a USB bus, where they are plugged and unplugged for real: in a guest with Debian's kernel and udev.
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runCasesInGuest } from "./usb-guest/run-cases.ts";

const PROGRAM = fileURLToPath(new URL("usb-guest/usb-serial-program.ts", import.meta.url));

test("serial terminals that are plugged and unplugged", { timeout: 280_000 }, (context) =>
  runCasesInGuest(context, PROGRAM),
);
