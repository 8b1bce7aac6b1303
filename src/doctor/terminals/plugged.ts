import type { RawUsbDevice } from "../../discovery/usb-source.ts";
import { fault, ok, unknown, warning, type Finding, type Said } from "../check.ts";
import { idOf, type ExaminedTerminal } from "./examined.ts";

/** What stands at a path. */
export type Node = "device" | "other" | "absent";

export type DevicePorts = {
  /** Throws what the system says where it does not let anybody look. */
  readonly nodeAt: (path: string) => Promise<Node>;
  /** Undefined where this system tells it to nobody but a library that would open each of them. */
  readonly usbDevices: () => Promise<readonly RawUsbDevice[] | undefined>;
};

/** Of a terminal that is plugged in, is in a cloud, or is looked for by what it is. */
export async function deviceLinkCheck(terminal: ExaminedTerminal, ports: DevicePorts): Promise<readonly Finding[]> {
  const { link, served } = terminal;
  const id = idOf(terminal, "link");
  const path = link["path"];
  if (typeof path === "string") {
    const check = nodeCheck(terminal, path, await ports.nodeAt(path));
    return [check.verdict === "ok" ? (servedCheck(terminal, check.evidence) ?? check) : check];
  }
  const evidence = link["type"] === "usb" ? await usbEvidence(terminal, ports) : undefined;
  if (evidence?.verdict === "fault") return [evidence];
  const told = servedCheck(terminal, evidence?.evidence);
  if (told !== undefined) return [told];
  if (evidence !== undefined) return [evidence];
  // Whether the servers of a cloud are reached has checks of its own.
  if (link["type"] === "cloud" || served !== undefined) return [];
  return [
    unknown(id, "Its link names no address: the service looks for it. `tillbridge discover` shows what is seen."),
  ];
}

function nodeCheck(terminal: ExaminedTerminal, path: string, node: Node): Finding {
  const id = idOf(terminal, "link");
  switch (node) {
    case "device":
      return ok(id, `${path} is there.`);
    case "other":
      return fault(
        id,
        `${path} is there, and is no device.`,
        "Say which port it is: `tillbridge discover` shows the serial ports of this machine.",
      );
    case "absent":
      return fault(
        id,
        `There is no ${path}: the terminal is not plugged in, is switched off, or has another name now.`,
        `Plug it in and look with \`tillbridge discover\`; \`tillbridge terminals update ${terminal.config.id} --serial PATH\` says where it is. A name below /dev/serial/by-id stays the same.`,
      );
  }
}

async function usbEvidence(terminal: ExaminedTerminal, { usbDevices }: DevicePorts): Promise<Finding | undefined> {
  const { vendorId, productId, serialNumber } = terminal.link;
  const devices = await usbDevices();
  if (devices === undefined) return undefined;
  const id = idOf(terminal, "link");
  const same = (number: number, wanted: unknown) => typeof wanted !== "string" || Number(wanted) === number;
  const alike = devices.filter((device) => same(device.vendorId, vendorId) && same(device.productId, productId));
  const [found, ...others] = alike.filter(
    (device) => typeof serialNumber !== "string" || device.serialNumber === serialNumber,
  );
  const wanted = `${typeof vendorId === "string" ? vendorId : "any"}${typeof serialNumber === "string" ? ` with the serial number ${serialNumber}` : ""}`;
  if (found === undefined) {
    const instead =
      alike.length === 0 ? "" : ` ${alike.length} of the same vendor with another serial number are there.`;
    return fault(
      id,
      `No USB device of vendor ${wanted} is plugged in.${instead}`,
      "Plug it in, switch it on, and try another cable and another socket; `tillbridge discover` shows what is seen.",
    );
  }
  if (others.length > 0) {
    return warning(
      id,
      `${others.length + 1} USB devices are of vendor ${wanted}: which of them it is, nobody can say.`,
      `\`tillbridge terminals update ${terminal.config.id} --usb VENDOR:PRODUCT:SERIAL\` says which.`,
    );
  }
  return ok(id, `A USB device of vendor ${wanted} is plugged in.`);
}

/** How the service has it; undefined where none has. */
function servedCheck(terminal: ExaminedTerminal, seen: Said | undefined): Finding | undefined {
  const { served, config } = terminal;
  if (served === undefined) return undefined;
  const id = idOf(terminal, "link");
  const { state, detail, lastSeen } = served;
  const after =
    (text: string): Said =>
    (words) =>
      seen === undefined ? text : `${seen(words)} ${text}`;
  const life = lastSeen === undefined ? "" : ` The last sign of life was at ${lastSeen}.`;
  if (detail !== undefined && state !== "unpaired") {
    return fault(
      id,
      after(`The service has no link: ${detail}.${life}`),
      `Finding that it is switched on and its app for the POS is open; \`tillbridge trace --terminal ${config.id}\` shows what is said on the link.`,
    );
  }
  switch (state) {
    case "connecting":
      return warning(id, after("The service is opening the link."), "Look again in some seconds.");
    case "ready":
    case "busy":
    case "unpaired":
    case "recovering":
    case "fenced":
    case "offline":
    case "disabled":
      return ok(id, after(`The service has the link.${life}`));
  }
}
