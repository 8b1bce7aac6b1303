import { generateKeyPairSync } from "node:crypto";

const newKey = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });

/** The key by which an application says who it is; another one in each run. */
export const { privateKey: PRIVATE_PEM, publicKey: PUBLIC_PEM } = newKey();

/** Of another application. */
export const OTHER_APPLICATION = newKey();
