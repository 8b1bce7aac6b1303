import { isAtAddress, nameOfAddress, type UsbAddress } from "./usb-address.ts";
import { OVER, type Attempt, type Failure } from "./usb-attempt.ts";
import { closeQuietly, inWords, type OpenPipe } from "./usb-bulk.ts";
import type { UsbDevice, UsbLibrary } from "./usb-library.ts";
import { isFailure, notOpened, openPipe, theOnly } from "./usb-opening.ts";

/** Android Open Accessory 2.0: vendor requests to the device itself. */
const GET_PROTOCOL = 51;
const SEND_STRING = 52;
const START = 53;
/** A device that was started is Google's product 0x2d00 to 0x2d05, whatever it was before, with its serial number of before. */
const GOOGLE = 0x18d1;
const FIRST_ACCESSORY = 0x2d00;
const LAST_ACCESSORY = 0x2d05;
/** Of the accessory's own interface: the debug bridge, which may be beside it, is another subclass. */
const ACCESSORY_SUBCLASS = 255;

const REQUEST_TIMEOUT_MS = 1_000;
/** How often it is looked whether the device has come back, and tried whether it may be opened yet. */
const LOOK_MS = 100;

const OURS = {
  manufacturer: "Tillbridge",
  model: "Tillbridge",
  description: "Payments of the shop's tills",
  version: "1",
  uri: "",
  serial: "1",
};
/** In the order of their numbers in the request. */
const STRINGS = ["manufacturer", "model", "description", "version", "uri", "serial"] as const;

export type AccessoryPorts = {
  readonly library: UsbLibrary;
  readonly attempt: Attempt;
  /** The serial numbers of those that were started here, by address: an address does not have to name one. */
  readonly started: Map<string, string>;
};

/** Starts the device as an accessory, unless it is one already, and opens it. */
export async function openAccessory(address: UsbAddress, ports: AccessoryPorts): Promise<OpenPipe | Failure> {
  const { library, attempt, started } = ports;
  const name = nameOfAddress(address);
  const present = await library.list();
  const found = chosen(present, address, address.serialNumber ?? started.get(name));
  if (isFailure(found)) return found;
  if (attempt.isOver()) return OVER;
  if (isAccessory(found)) return openStarted(found, name, attempt);

  const { serialNumber } = found;
  const failure = await start(found, address, attempt);
  if (failure !== undefined) return failure;
  if (serialNumber !== undefined) started.set(name, serialNumber);
  const before = new Set(present.map(({ handle }) => handle));
  return comeBack(name, ports, (device) => device.serialNumber === serialNumber && !before.has(device.handle));
}

function isAccessory({ vendorId, productId }: UsbDevice): boolean {
  return vendorId === GOOGLE && productId >= FIRST_ACCESSORY && productId <= LAST_ACCESSORY;
}

/** The device as it is by itself, or as it was left by an earlier start. */
function chosen(
  present: readonly UsbDevice[],
  address: UsbAddress,
  serialNumber: string | undefined,
): UsbDevice | Failure {
  const name = nameOfAddress(address);
  const matching = present.filter(
    (device) =>
      isAtAddress(device, address) ||
      (isAccessory(device) && serialNumber !== undefined && device.serialNumber === serialNumber),
  );
  if (matching.length === 0 && serialNumber === undefined && present.some(isAccessory)) {
    return {
      kind: "failed",
      why: `there is no USB device ${name}, but an Android device in accessory mode, and nothing tells whether it is this one`,
      remedy: "Name its serial number in the address, or unplug it and plug it in again.",
    };
  }
  return theOnly(matching, name);
}

/** Tells the device who we are, and to start. Undefined where it was told. */
async function start(device: UsbDevice, address: UsbAddress, attempt: Attempt): Promise<Failure | undefined> {
  const name = nameOfAddress(address);
  const telling = async (): Promise<Failure | undefined> => {
    attempt.at("it does not answer");
    await device.open();
    if (attempt.isOver()) return OVER;
    const refusal = await tellWhoWeAre(device, address, attempt);
    if (refusal !== undefined) return refusal;
    attempt.at("it was started as an accessory and did not come back as one");
    // It may be gone before it has answered: whether it was started is seen by its coming back.
    await device.tell(START, 0, new Uint8Array(), REQUEST_TIMEOUT_MS).catch((error: unknown) => {
      attempt.at(`it did not come back as an accessory after the start, to which it said: ${inWords(error)}`);
    });
    return attempt.isOver() ? OVER : undefined;
  };
  const failure = await telling().catch((error: unknown) => notOpened(error, name));
  await closeQuietly(device);
  return failure;
}

async function tellWhoWeAre(device: UsbDevice, address: UsbAddress, attempt: Attempt): Promise<Failure | undefined> {
  const name = nameOfAddress(address);
  const [low, high] = await device.ask(GET_PROTOCOL, 2, REQUEST_TIMEOUT_MS).catch(() => new Uint8Array());
  if (attempt.isOver()) return OVER;
  const version = (low ?? 0) + (high ?? 0) * 256;
  if (version < 1) {
    return {
      kind: "failed",
      why: `${name} does not know Android Open Accessory`,
      remedy: "Ask its vendor how it is reached by USB, and change `speaks` accordingly.",
    };
  }
  for (const [index, which] of STRINGS.entries()) {
    const bytes = new TextEncoder().encode(`${address.accessory?.[which] ?? OURS[which]}\0`);
    try {
      await device.tell(SEND_STRING, index, bytes, REQUEST_TIMEOUT_MS);
    } catch (error) {
      return { kind: "failed", why: `${name} does not take the accessory's ${which}: ${inWords(error)}` };
    }
    if (attempt.isOver()) return OVER;
  }
  return undefined;
}

/** Waits for it, and until it may be opened: the system sets the rights of a new device when it is there already. */
async function comeBack(
  name: string,
  { library, attempt }: AccessoryPorts,
  isIt: (device: UsbDevice) => boolean,
): Promise<OpenPipe | Failure> {
  for (;;) {
    await attempt.rest(LOOK_MS);
    if (attempt.isOver()) return OVER;
    const back = (await library.list()).filter((device) => isAccessory(device) && isIt(device));
    if (back.length === 0) continue;
    const device = theOnly(back, name);
    if (isFailure(device)) return device;
    const opened = await openStarted(device, name, attempt);
    if (opened.kind === "pipe") return opened;
    attempt.at(opened.why);
  }
}

function openStarted(device: UsbDevice, name: string, attempt: Attempt): Promise<OpenPipe | Failure> {
  return openPipe(device, {
    name: `the accessory ${name}`,
    attempt,
    wanted: { subclassCode: ACCESSORY_SUBCLASS },
  });
}
