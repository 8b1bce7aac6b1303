import { constants, createHash, createHmac, createPublicKey, publicEncrypt, randomBytes, verify } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { SimulatorCrypto } from "../../drivers/simulator.ts";

export const simulatorCrypto: SimulatorCrypto = {
  sha256: (bytes) => createHash("sha256").update(bytes).digest(),
  randomBytes: (count) => randomBytes(count),
  hmacSha256: (key, bytes) => createHmac("sha256", key).update(bytes).digest(),
  encryptRsa: (publicKey, plaintext) => {
    try {
      const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
      if (key.asymmetricKeyType !== "rsa") return undefined;
      return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, plaintext);
    } catch {
      return undefined; // No key, or one that is too short for the text.
    }
  },
  verifyRs256: (publicKey, signature, bytes) => {
    try {
      const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
      return key.asymmetricKeyType === "rsa" && verify("sha256", bytes, key, signature);
    } catch {
      return false;
    }
  },
  gzip: (bytes) => gzipSync(bytes),
};
