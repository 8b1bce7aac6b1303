import { OVER, type Attempt, type Failure } from "./usb-attempt.ts";
import { closeQuietly, findPipe, inWords, type OpenPipe, type PipeWanted } from "./usb-bulk.ts";
import type { UsbDevice } from "./usb-library.ts";

/** The one that was found. Of several that match none is taken: a guess could reach another terminal. */
export function theOnly(devices: readonly UsbDevice[], name: string): UsbDevice | Failure {
  const [device, ...more] = devices;
  if (device === undefined) {
    return {
      kind: "failed",
      why: `there is no USB device ${name}`,
      remedy: "Plug it in and switch it on.",
    };
  }
  if (more.length > 0) {
    return {
      kind: "failed",
      why: `${devices.length} USB devices match ${name}, and nothing tells which one is meant`,
      remedy: "Name its serial number in the address, or unplug the others.",
    };
  }
  return device;
}

export function isFailure(result: UsbDevice | Failure): result is Failure {
  return "kind" in result;
}

/** Opens the device and claims its pipe. What fails on the way, or is over meanwhile, leaves it closed. */
export async function openPipe(
  device: UsbDevice,
  { name, attempt, wanted }: { readonly name: string; readonly attempt: Attempt; readonly wanted: PipeWanted },
): Promise<OpenPipe | Failure> {
  const opening = async (): Promise<OpenPipe | Failure> => {
    await device.open();
    if (attempt.isOver()) return OVER;
    const pipe = findPipe(await device.interfaces(), wanted);
    if (attempt.isOver()) return OVER;
    if (typeof pipe === "string") return { kind: "failed", why: `${name} ${pipe}` };
    await device.claim(pipe.interfaceNumber);
    return { kind: "pipe", device, pipe };
  };
  const opened = await opening().catch((error: unknown) => notOpened(error, name));
  if (opened.kind === "failed") await closeQuietly(device);
  return opened;
}

export function notOpened(error: unknown, name: string): Failure {
  const why = `${name} cannot be opened: ${inWords(error)}`;
  const remedy = remedyFor(why);
  return { kind: "failed", why, ...(remedy === undefined ? {} : { remedy }) };
}

function remedyFor(why: string): string | undefined {
  if (/errno 13|permission|access denied/i.test(why)) {
    return "Give the account that runs this the right to use the device: on Linux with a udev rule for its vendor's number.";
  }
  if (/errno 16|busy/i.test(why)) {
    return 'Another program or a driver of the system has it. End the program; where it is a serial adapter, configure `"speaks": "serial"`.';
  }
  if (/not.?supported|driver/i.test(why)) {
    return "Windows needs the driver WinUSB for this device. Install the one of its vendor, or WinUSB by Zadig.";
  }
  return undefined;
}
