import { descriptorText } from "./descriptor-text.ts";
import type { UsbIdentity } from "./sighting.ts";

/** What a device says of itself, as it says it. */
export type UsbDescriptors = {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly product?: string | undefined;
};

/** What people can read of it, and find it again by. */
export function usbIdentityOf({ vendorId, productId, ...texts }: UsbDescriptors): UsbIdentity {
  const { serialNumber, manufacturer, product } = texts;
  return {
    vendorId,
    productId,
    // By it the device is found again: one that was cut or cleaned would name no device, or another.
    ...(serialNumber === undefined || descriptorText(serialNumber) !== serialNumber ? {} : { serialNumber }),
    ...(manufacturer === undefined ? {} : { manufacturer: descriptorText(manufacturer) }),
    ...(product === undefined ? {} : { product: descriptorText(product) }),
  };
}
