import { networkInterfaces } from "node:os";
import { isIPv4 } from "node:net";
import type { JsonObject } from "../../core/json.ts";
import type { Clock } from "../../core/ports.ts";
import { advertise, AdvertisingFailure, type Advertised } from "../../discovery/advertise.ts";
import { cardsOf } from "../../discovery/cards.ts";
import { SIMULATED_MARK, SIMULATOR_TYPE, settingsTxt, simulatedTxt } from "../../discovery/simulated.ts";
import type { Vendor } from "../../drivers/driver.ts";
import { SimulatorFailure } from "./failure.ts";
import type { PortAddress } from "./port.ts";

type NetworkAddress = Exclude<PortAddress, { readonly type: "serial" }>;

export interface Announcing extends AsyncDisposable {
  /** As it is called in the network. */
  readonly name: string;
}

/**
 * Lets discovery find a simulated terminal: as a real one of its vendor announces itself, or as what it is where real ones say nothing.
 *
 * @param settings of the terminal that discovery proposes to add
 * @throws SimulatorFailure where it cannot be announced
 */
export async function announce(
  vendor: Pick<Vendor, "id" | "name" | "announcement">,
  address: PortAddress,
  settings: JsonObject,
  clock: Clock,
): Promise<Announcing> {
  if (address.type === "serial") {
    throw new SimulatorFailure("Only a terminal in the network can be announced; leave --advertise out.");
  }
  const service = serviceOf(vendor, address, settings);
  const tried = await Promise.allSettled(
    addressesOf(address.host).map((interfaceAddress) => advertise(service, { interfaceAddress, clock })),
  );
  const announced = tried.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const close = async (): Promise<void> => {
    await Promise.all(announced.map((one) => one.close()));
  };
  const failure = tried.find((one) => one.status === "rejected");
  if (failure === undefined) {
    return { name: [...new Set(announced.map(({ name }) => name))].join(", "), [Symbol.asyncDispose]: close };
  }
  await close();
  throw failure.reason instanceof AdvertisingFailure ? new SimulatorFailure(failure.reason.message) : failure.reason;
}

function serviceOf(
  { id, name, announcement }: Pick<Vendor, "id" | "name" | "announcement">,
  { type: link, port }: NetworkAddress,
  settings: JsonObject,
): Advertised {
  if (announcement === undefined) {
    const txt = simulatedTxt({ vendor: id, link, settings });
    return { name: `Simulated ${name}`, type: SIMULATOR_TYPE, port, txt };
  }
  return { ...announcement, port, txt: { ...announcement.txt, ...SIMULATED_MARK, ...settingsTxt(settings) } };
}

/** Where it listens: everywhere, or at one address of this machine. */
function addressesOf(host: string): readonly string[] {
  if (host === "0.0.0.0") return cardsOf(networkInterfaces()).cards.map(({ address }) => address);
  if (host === "localhost") return ["127.0.0.1"];
  if (isIPv4(host)) return [host];
  throw new SimulatorFailure(`A terminal at ${host} cannot be announced: name an IPv4 address of this machine.`);
}
