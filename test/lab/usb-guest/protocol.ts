/** What the program in the guest and the test outside say to each other, a JSON line each. */

export type FromGuest =
  | { readonly kind: "case"; readonly name: string }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly why: string }
  /** All cases were run. */
  | { readonly kind: "finished" }
  /** A command for QEMU. */
  | { readonly kind: "qemu"; readonly id: number; readonly command: string; readonly parameters: object };

export type ToGuest = {
  readonly id: number;
  /** What QEMU refused, and why. */
  readonly refused?: string;
};

/** The adapters that can be plugged at once. Each has a cable to a serial port of the guest, its far end. */
export const ADAPTER_PLACES = [
  { cable: "cable0", farEnd: "/dev/ttyS2" },
  { cable: "cable1", farEnd: "/dev/ttyS3" },
] as const;
