import type { RawUsbDevice } from "../../discovery/usb-source.ts";
import { fault, ok, unknown, warning, type Finding, type Said } from "../check.ts";
import { idOf, type ExaminedTerminal } from "./examined.ts";
import { lastSign } from "./last-sign.ts";

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
  return [unknown(id, ({ plugged: words }) => words.lookedFor)];
}

function nodeCheck(terminal: ExaminedTerminal, path: string, node: Node): Finding {
  const id = idOf(terminal, "link");
  switch (node) {
    case "device":
      return ok(id, ({ plugged: words }) => words.there(path));
    case "other":
      return fault(
        id,
        ({ plugged: words }) => words.noDevice(path),
        ({ plugged: words }) => words.sayPort,
      );
    case "absent":
      return fault(
        id,
        ({ plugged: words }) => words.absent(path),
        ({ plugged: words }) => words.plugIn(terminal.config.id),
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
  const wanted: Said = ({ plugged: words }) => {
    const vendor = typeof vendorId === "string" ? vendorId : words.anyVendor;
    return typeof serialNumber === "string" ? words.withSerial(vendor, serialNumber) : vendor;
  };
  if (found === undefined) {
    return fault(
      id,
      (words) => {
        const lack = words.plugged.noUsb(wanted(words));
        return alike.length === 0 ? lack : `${lack} ${words.plugged.otherSerials(alike.length)}`;
      },
      ({ plugged: words }) => words.plugInUsb,
    );
  }
  if (others.length > 0) {
    return warning(
      id,
      (words) => words.plugged.several(others.length + 1, wanted(words)),
      ({ plugged: words }) => words.sayWhich(terminal.config.id),
    );
  }
  return ok(id, (words) => words.plugged.usbThere(wanted(words)));
}

/** How the service has it; undefined where none has. */
function servedCheck(terminal: ExaminedTerminal, seen: Said | undefined): Finding | undefined {
  const { served, config } = terminal;
  if (served === undefined) return undefined;
  const id = idOf(terminal, "link");
  const { state, detail, lastSeen } = served;
  const after =
    (said: Said): Said =>
    (words) =>
      seen === undefined ? said(words) : `${seen(words)} ${said(words)}`;
  const life = lastSign(lastSeen);
  if (detail !== undefined && state !== "unpaired") {
    return fault(
      id,
      after((words) => `${words.link.lost(detail)}${life(words)}`),
      ({ plugged: words }) => words.seeSwitchedOn(config.id),
    );
  }
  switch (state) {
    case "connecting":
      return warning(
        id,
        after(({ plugged: words }) => words.opening),
        ({ plugged: words }) => words.lookSoon,
      );
    case "ready":
    case "busy":
    case "unpaired":
    case "recovering":
    case "fenced":
    case "offline":
    case "disabled":
      return ok(
        id,
        after((words) => `${words.link.held}${life(words)}`),
      );
  }
}
