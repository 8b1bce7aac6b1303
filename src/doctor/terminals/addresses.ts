import { fault, ok, type Examination, type Finding } from "../check.ts";
import type { ExaminedTerminal } from "./examined.ts";

export type AddressPorts = {
  /** The numeric address behind a host; the host itself where nobody knows one. */
  readonly numericOf: (host: string, signal: AbortSignal) => Promise<string>;
  /** What a path really is: a device has several names. The path itself where nobody knows. */
  readonly realPath: (path: string) => Promise<string>;
};

const ID = "terminals.addresses";

/** Two terminals at one address are one device with two queues: the service serves the first of them alone. */
export function addressesExamination(terminals: readonly ExaminedTerminal[], ports: AddressPorts): Examination {
  return {
    id: ID,
    examine: async (signal) => {
      if (terminals.length < 2) return [];
      const used = terminals.filter(({ config }) => config.disabled !== true);
      const places = await Promise.all(
        used.map(async (terminal) => [await placeOf(terminal, ports, signal), terminal] as const),
      );
      const byPlace = Map.groupBy(
        places.filter(([place]) => place !== undefined),
        ([place]) => place ?? "",
      );
      const twins = Array.from(byPlace, ([place, found]) =>
        twinsCheck(
          place,
          found.map(([, terminal]) => terminal),
        ),
      );
      const faults = twins.filter((check) => check !== undefined);
      return faults.length > 0 ? faults : [ok(ID, ({ addresses: words }) => words.own(terminals.length))];
    },
  };
}

async function placeOf(
  { link }: ExaminedTerminal,
  { numericOf, realPath }: AddressPorts,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { type, path, host, port, mdns, vendorId, serialNumber } = link;
  if (typeof path === "string") return realPath(path);
  if (type === "usb" && typeof vendorId === "string" && typeof serialNumber === "string")
    return `USB ${vendorId.toLowerCase()} ${serialNumber}`;
  if (typeof host === "string" && typeof port === "number") return `${await numericOf(host, signal)}:${port}`;
  return typeof mdns === "string" ? mdns : undefined;
}

function twinsCheck(place: string, terminals: readonly ExaminedTerminal[]): Finding | undefined {
  const [, second] = terminals;
  if (second === undefined) return undefined;
  const names = terminals.map(({ config }) => config.id);
  return fault(
    ID,
    ({ addresses: words }) => words.twins(names.slice(0, -1).join(", "), names.at(-1) ?? "", place),
    ({ addresses: words }) => words.enterPlace(second.config.id),
  );
}
