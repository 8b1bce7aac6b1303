// The udev rules for terminals on USB, from the fingerprints of the vendors: a new one is in them without a word.
import type { UsbFingerprint } from "../../src/core/fingerprint.ts";
import type { Vendor } from "../../src/drivers/driver.ts";

/** Behind the rules that name a device (50, 60), say what it is for (85, 90), and before the one that tells systemd of it (99). */
export const UDEV_RULES = "91-tillbridge.rules";

type Maker = Pick<Vendor, "name" | "fingerprints">;

export function udevRules(vendors: readonly Maker[]): string {
  const devices = vendors.flatMap(({ name, fingerprints }) =>
    (fingerprints ?? []).flatMap((fingerprint) => (fingerprint.kind === "usb" ? [device(name, fingerprint)] : [])),
  );
  return `# Card terminals on USB: other programs leave them alone, and the group of the serial ports may use them.
# Generated from the fingerprints in src/drivers by \`npm run docs\`; do not edit.

ACTION=="remove", GOTO="tillbridge_end"
SUBSYSTEM=="tty", GOTO="tillbridge_look"
SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", GOTO="tillbridge_look"
GOTO="tillbridge_end"

LABEL="tillbridge_look"
${[...devices, ...ACCESSORIES].join("\n")}
GOTO="tillbridge_end"

LABEL="tillbridge_terminal"
# ModemManager takes it for no modem; the last word is for its versions before 1.18.
ENV{ID_MM_DEVICE_IGNORE}="1", ENV{ID_MM_PORT_IGNORE}="1", ENV{ID_MM_TTY_BLACKLIST}="1"
# brltty is not started for it. Nothing keeps its rules from asking for that, so what they wrote is taken back.
ENV{BRLTTY_BRAILLE_DRIVER}=="?*", ENV{SYSTEMD_WANTS}="", ENV{BRLTTY_BRAILLE_DEVICE}="", ENV{BRLTTY_BRAILLE_DRIVER}=""
GROUP="dialout", MODE="0660"

LABEL="tillbridge_end"
`;
}

/** What a terminal with Android calls itself once it was asked to be an accessory, with the debug bridge and without, whoever made it. */
const ACCESSORIES = [0x2d00, 0x2d01].map((productId) =>
  device("An Android device in accessory mode", { kind: "usb", vendorId: 0x18d1, productId }),
);

function device(vendor: string, { vendorId, productId, note }: UsbFingerprint): string {
  const product = productId === undefined ? "" : ` ENV{ID_MODEL_ID}=="${hex(productId)}",`;
  return `# ${oneLine(note === undefined ? vendor : `${vendor}: ${note}`)}
ENV{ID_VENDOR_ID}=="${hex(vendorId)}",${product} GOTO="tillbridge_terminal"`;
}

/** As udev writes it. */
function hex(id: number): string {
  return id.toString(16).padStart(4, "0");
}

/** A comment that went on in the next line would be a rule there. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
