import { createHash, randomBytes } from "node:crypto";
import type { Crypto } from "../core/ports.ts";

export const systemCrypto: Crypto = {
  sha256: (bytes) => createHash("sha256").update(bytes).digest(),
  randomBytes: (count) => randomBytes(count),
};
