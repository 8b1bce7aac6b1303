import { toHex } from "../../codec/hex.ts";
import { encodeUtf8 } from "../../codec/utf8.ts";
import type { Crypto } from "../../core/ports.ts";
import type { DeviceIdentity } from "../../core/terminal.ts";
import type { PoyntCloudSettings } from "./settings.ts";

/** Who answers: a terminal of an account. The vendor tells no more of it. */
export function identityOf({ businessId, storeId, deviceId }: PoyntCloudSettings): DeviceIdentity {
  return { business: businessId.toLowerCase(), store: storeId.toLowerCase(), device: deviceId.toLowerCase() };
}

/**
 * The id of the one request of a transaction on which money hangs, as a UUID (RFC 9562, version 8): the same one whoever makes it, so that a
 * recovery knows it without having stored it.
 */
export function requestIdOf(transaction: string, crypto: Crypto): string {
  const bytes = crypto.sha256(encodeUtf8(`poynt-cloud/${transaction}`)).slice(0, 16);
  const hex = toHex(
    bytes.map((byte, index) => {
      if (index === 6) return (byte & 0x0f) | 0x80;
      return index === 8 ? (byte & 0x3f) | 0x80 : byte;
    }),
  ).toLowerCase();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
