import type { JsonObject } from "../../core/json.ts";
import type { Scenario } from "./simulator-scenario.ts";

export type Device = {
  /** A UUID, as it stands behind `urn:tid:`. */
  readonly deviceId: string;
  readonly serialNumber: string;
  readonly isActivated: boolean;
};

const URN = "urn:tid:";

export const urnOf = ({ deviceId }: Pick<Device, "deviceId">): string => `${URN}${deviceId}`;

/** Made of the digits of its serial number, so that who starts a simulated terminal knows it: `SIM-7000` is `00000000-0000-4000-8000-000000007000`. */
export function deviceIdOf(serialNumber: string): string {
  return `00000000-0000-4000-8000-${serialNumber.replaceAll(/\D/g, "").slice(-12).padStart(12, "0")}`;
}

/** All terminals of the store. */
export function devicesOf({ identity, devices }: Scenario): readonly Device[] {
  return [{ ...identity, isActivated: true }, ...devices].map(({ serialNumber, deviceId, isActivated }) => ({
    serialNumber,
    isActivated,
    deviceId: deviceId ?? deviceIdOf(serialNumber),
  }));
}

/** As a message or a query names it; `urn:tid:` is part of the name in messages. */
export function deviceNamed(devices: readonly Device[], name: string): Device | undefined {
  const id = name.toLowerCase();
  return devices.find((device) => urnOf(device) === id);
}

/** As the vendor's models have a store (poynt.md, source NET): where and when each terminal was seen last. */
export function storeJson({ identity, currency }: Scenario, seen: readonly (readonly [Device, number])[]): JsonObject {
  return {
    id: identity.storeId,
    displayName: "Simulated store",
    currency,
    status: "ACTIVE",
    storeDevices: seen.map(([device, at]) => ({
      deviceId: urnOf(device),
      serialNumber: device.serialNumber,
      name: device.serialNumber,
      type: "TERMINAL",
      status: device.isActivated ? "ACTIVATED" : "DEACTIVATED",
      storeId: identity.storeId,
      lastSeenAt: new Date(at).toISOString(),
    })),
  };
}

export function businessJson(scenario: Scenario, store: JsonObject): JsonObject {
  return {
    id: scenario.identity.businessId,
    legalName: "Simulated business",
    doingBusinessAs: "Simulated business",
    status: "ACTIVATED",
    type: "TEST_MERCHANT",
    stores: [store],
  };
}
