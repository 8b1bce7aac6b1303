// needs: qemu-system-x86, busybox-static, cpio, kmod
// The whole service with a terminal on a USB bus whose cable is pulled, in a guest with Debian's kernel and udev.
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runCasesInGuest } from "./usb-guest/run-cases.ts";

const PROGRAM = fileURLToPath(new URL("usb-guest/usb-sale-program.ts", import.meta.url));

test("sales at a terminal that is unplugged", { timeout: 290_000 }, (context) => runCasesInGuest(context, PROGRAM));
