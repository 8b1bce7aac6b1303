import { hash, createHmac, createPublicKey, publicEncrypt, constants, verify } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { SignatureCheck } from "../../src/core/ports.ts";
import { systemCrypto } from "../../src/daemon/crypto.ts";
import type { SimulatorCrypto } from "../../src/drivers/simulator.ts";

/** Entropy that is the same in every run. */
export function seededCrypto(): SimulatorCrypto & SignatureCheck {
  let drawn = 0;
  return {
    sha256,
    randomBytes: (count) => {
      drawn += 1;
      return sha256(new TextEncoder().encode(`seed ${drawn}`)).slice(0, count);
    },
    hmacSha256: (key, bytes) => new Uint8Array(createHmac("sha256", key).update(bytes).digest()),
    encryptRsa: (publicKey, plaintext) => {
      const key = createPublicKey({ key: Buffer.from(publicKey), type: "spki", format: "der" });
      return new Uint8Array(publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, plaintext));
    },
    verifyRs256: (publicKey, signature, bytes) =>
      verify("sha256", bytes, createPublicKey({ key: Buffer.from(publicKey), type: "spki", format: "der" }), signature),
    verifyEd25519: systemCrypto.verifyEd25519,
    gzip: (bytes) => new Uint8Array(gzipSync(bytes)),
  };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(hash("sha256", bytes, "buffer"));
}
