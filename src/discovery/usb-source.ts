/** What a device says of itself, as it says it. */
export type RawUsbDevice = {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber: string | undefined;
  readonly manufacturer: string | undefined;
  readonly product: string | undefined;
  readonly interfaces: readonly { readonly classCode: number; readonly subclassCode: number }[];
};

/** The USB of a machine, or a fake of it. */
export interface UsbSource {
  /** Opens no device. No more than so many. */
  list(most: number): Promise<readonly RawUsbDevice[]>;
  /** Calls `changed` whenever a device is plugged in or unplugged. Answers how to stop; until then the process stays alive. */
  watch(changed: () => void): Promise<() => Promise<void>>;
}
