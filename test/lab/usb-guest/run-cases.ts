import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { bootMachine, type Machine } from "../guest/machine.ts";
import { unpackedPackage } from "../guest/packages.ts";
import { STRIPPED_HOOK } from "../guest/stripped.ts";
import { lastFirst } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { oftenRead } from "./often-read.ts";
import { ADAPTER_PLACES, type FromGuest, type ToGuest } from "./protocol.ts";
import { awaitMonitor, type QemuMonitor } from "./qemu-monitor.ts";

const START = fileURLToPath(new URL("start.sh", import.meta.url));

const MODULES = [
  ...["overlay", "xhci_pci", "ftdi_sio", "cdc_acm"],
  // A bus whose devices are programs of the guest: four sockets to plug them in.
  ...["dummy_hcd num=4", "libcomposite", "usb_f_acm", "usb_f_fs"],
];

/**
 * Boots a guest with a USB bus, runs a program there that gives its cases to `runCases` of `guest.ts`, and shows each one as a
 * test below this one.
 */
export async function runCasesInGuest(context: TestContext, program: string): Promise<void> {
  const ending = lastFirst(context);
  const folder = freshFolder(ending);
  const monitor = await awaitMonitor(ending, join(folder, "monitor"));
  const machine = bootMachine(ending, {
    folder,
    script: {
      modules: MODULES,
      files: [...udevFiles(), ...oftenRead(join(folder, "stripped"))],
      lines: guestLines(program),
    },
    devices: usbDevices(folder),
  });
  const reports = reportsOf(machine, monitor);
  for (;;) {
    const report = await nextReport(reports, machine);
    if (report.kind === "finished") return;
    if (report.kind === "case") await context.test(report.name, (test) => endOfCase(test, reports, machine));
    else if (report.kind === "failed") throw new Error(report.why);
  }
}

async function endOfCase(test: TestContext, reports: Reports, machine: Machine): Promise<void> {
  for (;;) {
    const report = await nextReport(reports, machine);
    if (report.kind === "passed") return;
    if (report.kind === "failed") throw new Error(report.why);
    if (report.kind === "note") test.diagnostic(report.text);
  }
}

type Report = Exclude<FromGuest, { kind: "qemu" }>;
type Reports = AsyncGenerator<Report, void>;

/** What the guest reports; what it asks of QEMU meanwhile is done. */
async function* reportsOf(machine: Machine, monitor: QemuMonitor): Reports {
  for await (const line of machine.lines) {
    const said = JSON.parse(line) as FromGuest;
    if (said.kind === "qemu") {
      void monitor.execute(said.command, said.parameters).then((refused) => {
        const answer: ToGuest = { id: said.id, ...(refused === undefined ? {} : { refused }) };
        machine.tell(JSON.stringify(answer));
      });
    } else yield said;
  }
}

async function nextReport(reports: Reports, machine: Machine): Promise<Report> {
  const next = await reports.next();
  if (next.done === true) throw new Error(`the guest ended before its cases did: ${machine.lastWords()}`);
  return next.value;
}

/** A host controller for adapters, and the cables that lead from them to serial ports of the guest. */
function usbDevices(folder: string): readonly string[] {
  const cables = ADAPTER_PLACES.flatMap(({ cable }) => [
    ...["-chardev", `socket,id=${cable}-far,path=${join(folder, cable)},server=on,wait=off`],
    ...["-device", `pci-serial,chardev=${cable}-far`],
    ...["-chardev", `socket,id=${cable},path=${join(folder, cable)}`],
  ]);
  return [
    ...["-device", "qemu-xhci,id=xhci", ...cables],
    ...["-chardev", `socket,id=monitor,path=${join(folder, "monitor")}`, "-mon", "chardev=monitor,mode=control"],
  ];
}

/** The files of udev as they lie on a machine where it is installed: `/bin` and `/lib` lead into `/usr` there. */
function udevFiles() {
  const unpacked = unpackedPackage("udev");
  return ["bin", "lib", "usr/bin", "usr/lib"]
    .map((name) => ({ to: join("/usr", name.replace("usr/", "")), from: join(unpacked, name) }))
    .filter(({ from }) => existsSync(from));
}

/** The machine's files with udev among them; what is written there is gone with the guest. */
function guestLines(program: string): readonly string[] {
  return [
    "mkdir -p /root /written",
    "mount -t tmpfs tmpfs /written",
    "mkdir /written/files /written/work",
    "mount -t overlay overlay -o lowerdir=/files:/host,upperdir=/written/files,workdir=/written/work /root",
    "mount -t tmpfs tmpfs /root/run",
    "mount -t tmpfs tmpfs /root/tmp",
    "for part in proc sys dev; do mount --move /$part /root/$part; done",
    "mkdir -p /root/dev/pts",
    "mount -t devpts devpts /root/dev/pts",
    "mount -t configfs none /root/sys/kernel/config",
    `NODE_OPTIONS=--import=${STRIPPED_HOOK} chroot /root /bin/sh ${START} ${process.execPath} ${program} > /root/dev/ttyS1 2>&1 < /root/dev/null`,
  ];
}
