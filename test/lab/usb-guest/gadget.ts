/** Runs in the guest: USB devices that are programs of the guest, on the bus of dummy_hcd. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ending } from "../../support/ending.ts";

const GADGETS = "/sys/kernel/config/usb_gadget";
const CONTROLLERS = "/sys/class/udc";

/** What the device says of itself. */
export type GadgetIdentity = {
  /** `0x2fb8`. */
  readonly vendorId: string;
  readonly productId: string;
  readonly serialNumber: string;
  readonly manufacturer: string;
  readonly product: string;
};

export type Gadget = {
  /** Its folder in configfs. */
  readonly folder: string;
  plug(): void;
  unplug(): void;
};

/** A CDC-ACM device, as terminals on USB mostly are: `/dev/ttyACM…` on our side, `farEnd` on the terminal's. */
export type SerialGadget = Gadget & { readonly farEnd: string };

/**
 * A device with this function of the kernel, `acm.NAME` or `ffs.NAME`, not plugged yet. It is unplugged with the case at the
 * latest, and stays in configfs to be taken again by the same name: taking one apart waits for whoever has its far end open.
 * There can be eight `acm` ones in one guest.
 */
export function makeGadget(ending: Ending, identity: GadgetIdentity, functionName: string): Gadget {
  const folder = join(GADGETS, `${functionName}-${identity.serialNumber}`);
  const write = (attribute: string, value: string): void => writeFileSync(join(folder, attribute), `${value}\n`);
  const unplug = (): void => {
    if (readFileSync(join(folder, "UDC"), "utf8").trim() !== "") write("UDC", "");
  };
  if (!existsSync(folder)) makeFolder(folder, functionName);
  unplug();
  write("idVendor", identity.vendorId);
  write("idProduct", identity.productId);
  write("strings/0x409/serialnumber", identity.serialNumber);
  write("strings/0x409/manufacturer", identity.manufacturer);
  write("strings/0x409/product", identity.product);
  ending.after(unplug);
  return { folder, plug: () => write("UDC", freeController()), unplug };
}

export function makeSerialGadget(ending: Ending, identity: GadgetIdentity): SerialGadget {
  const functionName = `acm.${identity.serialNumber}`;
  const gadget = makeGadget(ending, identity, functionName);
  const port = readFileSync(join(gadget.folder, "functions", functionName, "port_num"), "utf8").trim();
  return { ...gadget, farEnd: `/dev/ttyGS${port}` };
}

function makeFolder(folder: string, functionName: string): void {
  mkdirSync(folder);
  mkdirSync(join(folder, "strings/0x409"));
  mkdirSync(join(folder, "configs/c.1"));
  mkdirSync(join(folder, "functions", functionName));
  symlinkSync(join(folder, "functions", functionName), join(folder, "configs/c.1", functionName));
}

/** A socket of the bus with nothing plugged in. */
function freeController(): string {
  const taken = new Set(
    readdirSync(GADGETS).map((gadget) => readFileSync(join(GADGETS, gadget, "UDC"), "utf8").trim()),
  );
  const free = readdirSync(CONTROLLERS)
    .toSorted()
    .find((controller) => !taken.has(controller));
  if (free === undefined) throw new Error("every socket of the bus is taken");
  return free;
}
