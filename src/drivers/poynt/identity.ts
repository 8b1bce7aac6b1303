import { toHex } from "../../codec/hex.ts";
import type { Crypto } from "../../core/ports.ts";
import type { DeviceIdentity } from "../../core/terminal.ts";
import type { Context } from "../driver.ts";
import { PAIRING } from "./messages.ts";

/** The secret of the pairing is there, so that something can be signed. */
export function isPaired({ secrets }: Context): boolean {
  return secrets[PAIRING] !== undefined;
}

/**
 * Whoever answers under a pairing is the terminal that it was made with: nobody else knows its secret. A new pairing is another
 * identity, even of the same terminal, for it may have forgotten meanwhile. Undefined where there is none.
 */
export function identityOf({ secrets }: Context): DeviceIdentity | undefined {
  const pairing = secrets[PAIRING];
  if (pairing === undefined) return undefined;
  const { serialNumber } = pairing.about;
  const isTold = serialNumber !== undefined && serialNumber !== NO_SERIAL_NUMBER;
  return { pairing: pairing.version, ...(isTold ? { serialNumber } : {}) };
}

/** What an emulator says (poynt.md 1.3.1). */
const NO_SERIAL_NUMBER = "unknown";

const UUID_BYTES = 16;

/** A random UUID (RFC 9562, version 4), in lower case. */
export function newUuid(crypto: Crypto): string {
  const bytes = crypto.randomBytes(UUID_BYTES);
  const hex = toHex(
    bytes.map((byte, index) => {
      if (index === 6) return (byte & 0x0f) | 0x40;
      return index === 8 ? (byte & 0x3f) | 0x80 : byte;
    }),
  ).toLowerCase();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
