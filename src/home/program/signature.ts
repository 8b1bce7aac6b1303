import { createPublicKey, verify } from "node:crypto";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { codeOf, failureOf, HomeFailure } from "../store.ts";

/** Beside a package lies its signature: Ed25519 over the file's bytes, in base64. */
const SIGNATURE_SUFFIX = ".sig";
const MAX_SIGNATURE_BYTES = 1_024;
/** 64 bytes. */
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;

/** A package is held in memory, so that what was checked is what is unpacked, whatever becomes of the file meanwhile. */
const MAX_PACKAGE_BYTES = 256 * 1_048_576;

/** Opening a pipe would wait for whoever writes into it. */
const OPEN_FLAGS = constants.O_RDONLY | (process.platform === "win32" ? 0 : constants.O_NONBLOCK);

/**
 * The bytes of a package, when whoever holds the private half of the key has signed them.
 *
 * @param updateKey 32 bytes in base64, as the running program has it built in
 * @throws HomeFailure where it is not signed so, or cannot be read
 */
export async function readSigned(file: string, updateKey: string): Promise<Buffer> {
  const bytes = await readWithin(file, MAX_PACKAGE_BYTES, `${file} is larger than any package of Tillbridge`);
  const signature = (await readSignature(file)).trim();
  if (!SIGNATURE.test(signature)) {
    throw new HomeFailure(`${file}${SIGNATURE_SUFFIX} holds no signature. ${GET_IT_AGAIN}`);
  }
  if (!verify(null, bytes, publicKeyOf(updateKey), Buffer.from(signature, "base64"))) {
    throw new HomeFailure(
      `${file} is not what was signed, or was signed by somebody else. Do not install it. ${GET_IT_AGAIN}`,
    );
  }
  return bytes;
}

const GET_IT_AGAIN = "Get the package and its signature again from where Tillbridge is published.";

async function readSignature(file: string): Promise<string> {
  const path = `${file}${SIGNATURE_SUFFIX}`;
  try {
    const tooLong = `${path} holds no signature: it is far too long. ${GET_IT_AGAIN}`;
    return (await readWithin(path, MAX_SIGNATURE_BYTES, tooLong)).toString("latin1");
  } catch (error) {
    if (!(error instanceof HomeFailure) || codeOf(error.cause) !== "ENOENT") throw error;
    throw new HomeFailure(`There is no ${path}. The signature of a package has to lie beside it. ${GET_IT_AGAIN}`);
  }
}

/** Nothing but an ordinary file of a limited size is read: a pipe or a device may never end. */
async function readWithin(path: string, limitBytes: number, tooLarge: string): Promise<Buffer> {
  try {
    const file = await open(path, OPEN_FLAGS);
    try {
      const found = await file.stat();
      if (!found.isFile()) throw new HomeFailure(`${path} is no file.`);
      if (found.size > limitBytes) throw new HomeFailure(tooLarge);
      const bytes = Buffer.alloc(found.size);
      let length = 0;
      while (length < bytes.length) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return bytes.subarray(0, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw failureOf(error, path, "read");
  }
}

function publicKeyOf(updateKey: string) {
  const x = Buffer.from(updateKey, "base64").toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}
