/** Runs in the guest: serial adapters with an FTDI chip, which are QEMU's own. */
import type { Ending } from "../../support/ending.ts";
import { qemu } from "./guest.ts";
import { ADAPTER_PLACES } from "./protocol.ts";

export type Adapter = {
  /** Where the device at the other end of its cable is. */
  readonly farEnd: string;
  unplug(): Promise<void>;
};

const plugged = new Map<string, string>();
let made = 0;

/** Plugs one with this serial number; unplugged with the case at the latest. */
export async function plugAdapter(ending: Ending, serialNumber: string): Promise<Adapter> {
  const place = ADAPTER_PLACES.find(({ cable }) => !plugged.has(cable));
  if (place === undefined) throw new Error("every cable has its adapter");
  const { cable, farEnd } = place;
  const id = `adapter${(made += 1)}`;
  plugged.set(cable, id);
  await qemu("device_add", { driver: "usb-serial", id, bus: "xhci.0", chardev: cable, serial: serialNumber });
  const unplug = async (): Promise<void> => {
    if (plugged.get(cable) !== id) return;
    await qemu("device_del", { id });
    plugged.delete(cable);
  };
  ending.after(unplug);
  return { farEnd, unplug };
}
