import { createPublicKey, getRandomValues, hash, verify } from "node:crypto";
import type { Crypto, SignatureCheck } from "../core/ports.ts";

// The first two are on the way of every sale: `createHash` and `randomBytes` take four times as long for so little.
export const systemCrypto: Crypto & SignatureCheck = {
  sha256: (bytes) => hash("sha256", bytes, "buffer"),
  randomBytes: (count) => getRandomValues(new Uint8Array(count)),
  verifyEd25519: (publicKey, message, signature) => {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    const x = Buffer.from(publicKey).toString("base64url");
    const key = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x } });
    return verify(undefined, message, key, signature);
  },
};
