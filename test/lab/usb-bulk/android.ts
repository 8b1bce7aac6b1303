/** Runs in the guest: a terminal with Android on the bus, which comes back as an accessory when it is started. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "../../support/until.ts";
import { makeGadget } from "../usb-guest/gadget.ts";
import { within, type Given } from "../usb-guest/guest.ts";

const PROGRAM = fileURLToPath(new URL("function-process.ts", import.meta.url));
const READY_MS = 60_000;

/** What the process behind the device says to this one. */
export type FunctionSaid =
  | { readonly kind: "ready" }
  | { readonly kind: "told"; readonly index: number; readonly text: string }
  | { readonly kind: "started" };

export type AndroidTerminal = {
  /** What it was told of the accessory, in the order of the indexes; anew with each start. */
  readonly strings: readonly string[];
  /** How often it was started as an accessory. */
  starts(): number;
  /** As it is by itself. */
  plug(): void;
  unplug(): void;
};

/** What it does, by itself, at the bulk endpoints that it has. */
export type TerminalDoes = "silent" | "floods";

export async function makeAndroidTerminal(
  given: Given,
  serialNumber: string,
  does: TerminalDoes,
): Promise<AndroidTerminal> {
  const names = { terminal: `terminal${serialNumber}`, accessory: `accessory${serialNumber}` };
  const maker = { serialNumber, manufacturer: "PAX", product: "A920" };
  const terminal = makeGadget(given, { vendorId: "0x2fb8", productId: "0x2001", ...maker }, `ffs.${names.terminal}`);
  const accessory = makeGadget(given, { vendorId: "0x18d1", productId: "0x2d00", ...maker }, `ffs.${names.accessory}`);

  const strings: string[] = [];
  let starts = 0;
  // Each of its files has a thread that waits.
  const env = { ...process.env, UV_THREADPOOL_SIZE: "8" };
  const device = fork(PROGRAM, [names.terminal, names.accessory, does], { env });
  const ended = once(device, "exit");
  given.after(async () => {
    device.kill("SIGKILL");
    await ended;
  });
  let isReady = false;
  device.on("message", (message) => {
    const said = message as FunctionSaid;
    if (said.kind === "ready") isReady = true;
    if (said.kind === "told") strings[said.index] = said.text;
    if (said.kind === "started") {
      starts += 1;
      terminal.unplug();
      accessory.plug();
    }
  });
  await within(
    READY_MS,
    until(() => isReady),
    "the start of the device",
  );
  return {
    strings,
    starts: () => starts,
    plug: terminal.plug,
    unplug: () => {
      terminal.unplug();
      accessory.unplug();
    },
  };
}
