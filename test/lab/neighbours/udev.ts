/** Runs in the guest: the rules of udev, and what came of them. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { UDEV_RULES } from "../../../scripts/documents/udev-rules.ts";
import { unpackedPackage } from "../guest/packages.ts";

const OURS = fileURLToPath(new URL(`../../../installers/linux/${UDEV_RULES}`, import.meta.url));
const PACKAGED = "/usr/lib/udev/rules.d";
const MODEM_MANAGER = "lib/udev/rules.d";
const BRLTTY_TEMPLATE = "usr/share/doc/brltty/examples/usb-template.rules";
const BRLTTY_LIST = "# BEGIN_USB_BRAILLE_DEVICES";

/** As udev writes them in the property that brltty's rules compare: vendor and product. */
export type OnTheList = readonly string[];

/**
 * The rules of ModemManager, and those of brltty with these devices on its list: Debian packages them as a template, other
 * distributions with the list of all braille displays and of the chips that some of them have inside.
 */
export function installNeighboursRules(list: OnTheList): void {
  const modemManager = join(unpackedPackage("modemmanager"), MODEM_MANAGER);
  for (const name of readdirSync(modemManager)) copyFileSync(join(modemManager, name), join(PACKAGED, name));
  const template = readFileSync(join(unpackedPackage("brltty"), BRLTTY_TEMPLATE), "utf8");
  const lines = list.map(
    (product) => `ENV{PRODUCT}=="${product}/*", ENV{BRLTTY_BRAILLE_DRIVER}="bm", GOTO="brltty_usb_run"`,
  );
  writeFileSync(join(PACKAGED, "85-brltty.rules"), template.replace(BRLTTY_LIST, lines.join("\n")));
  // What udev and brltty's rules take for a machine that runs systemd.
  mkdirSync("/run/systemd/system", { recursive: true });
  reload();
}

/** As the README beside the rules says. */
export function installOurRules(): void {
  mkdirSync("/etc/udev/rules.d", { recursive: true });
  copyFileSync(OURS, join("/etc/udev/rules.d", UDEV_RULES));
  reload();
}

function reload(): void {
  execFileSync("udevadm", ["control", "--reload"]);
  execFileSync("udevadm", ["trigger"]);
  settle();
}

function settle(): void {
  execFileSync("udevadm", ["settle", "--timeout=60"]);
}

export type Properties = ReadonlyMap<string, string>;

/** What udev keeps of a port and of the USB device that it is of, once it has worked on both. */
export function propertiesOf(port: string): { readonly port: Properties; readonly device: Properties } {
  settle();
  const kept = (folder: string) => propertiesIn(udevadm("info", "--query=property", `--path=${folder}`));
  return { port: kept(portFolder(port)), device: kept(deviceFolder(port)) };
}

/** What the rules make of this port's USB device as it is plugged in, which is when systemd looks at it. */
export function propertiesAsPlugged(port: string): Properties {
  return propertiesIn(udevadm("test", "--action=add", deviceFolder(port)));
}

/** The device's own node, which is opened for what is no serial port. */
export function deviceNode(port: string): string {
  return propertiesOf(port).device.get("DEVNAME") ?? "";
}

function propertiesIn(told: string): Properties {
  const pairs = told.matchAll(/^(\w+)=(.*)$/gm);
  return new Map(Array.from(pairs, ([, name = "", value = ""]) => [name, value]));
}

/** What udev has to say about our rules while it follows them for this port. */
export function complaintsAboutOurs(port: string): readonly string[] {
  const { stderr } = spawnSync("udevadm", ["test", "--action=add", portFolder(port)], { encoding: "utf8" });
  const said = stderr.split("\n").filter((line) => line.includes(UDEV_RULES));
  if (said.length === 0) throw new Error(`udev did not read ${UDEV_RULES}: ${stderr}`);
  return said.filter((line) => /invalid|unknown|fail|ignor(ing|ed)|should/i.test(line));
}

function udevadm(...words: readonly string[]): string {
  return execFileSync("udevadm", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

function portFolder(port: string): string {
  return join("/sys/class/tty", basename(port));
}

/** Above the interface that the port belongs to. */
function deviceFolder(port: string): string {
  return dirname(realpathSync(join(portFolder(port), "device")));
}
