import { getRandomValues, hash } from "node:crypto";
import type { Crypto } from "../core/ports.ts";

// Both are on the way of every sale: `createHash` and `randomBytes` take four times as long for so little.
export const systemCrypto: Crypto = {
  sha256: (bytes) => hash("sha256", bytes, "buffer"),
  randomBytes: (count) => getRandomValues(new Uint8Array(count)),
};
