import { createHmac, generateKeyPair, privateDecrypt, timingSafeEqual, constants, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { assert } from "../../core/assert.ts";
import { isJsonObject, type Json } from "../../core/json.ts";
import type { Crypto, Log } from "../../core/ports.ts";
import type { SecretDescription } from "../../drivers/driver.ts";
import type { Keys } from "../../drivers/wire.ts";
import { HomeFailure } from "../../home/store.ts";

/** Where values lie that nobody but the daemon reads. Rejects where the environment fails. */
export interface SecretValues {
  read(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  remove(name: string): Promise<boolean>;
}

type Stored = SecretDescription & { readonly value: string };

const RSA_BITS = 2048;
const VERSION_BYTES = 16;
const LONGEST_NAME = 64;

const newKeyPair = promisify(generateKeyPair);

/**
 * The secrets of one terminal. They lie together in one file, so that what belongs together is durable together; drivers know
 * them by name and version, and only a wire's `seal` and `open` get a hand on their values.
 */
export class Keyring implements Keys {
  readonly #file: string;
  readonly #values: SecretValues;
  readonly #crypto: Crypto;
  readonly #stored: Map<string, Stored>;
  /** What was typed, or taken out of an answer, until it is stored or the process ends. */
  readonly #labeled = new Map<string, string>();
  readonly #privateKeys = new Map<string, KeyObject>();

  private constructor(file: string, values: SecretValues, crypto: Crypto, stored: Map<string, Stored>) {
    this.#file = file;
    this.#values = values;
    this.#crypto = crypto;
    this.#stored = stored;
  }

  static async open(terminal: string, values: SecretValues, crypto: Crypto, log: Log): Promise<Keyring> {
    const file = fileOf(terminal, crypto);
    const nothing = new Map<string, Stored>();
    try {
      const text = await values.read(file);
      const stored = text === undefined ? nothing : readStored(text);
      if (stored !== undefined) return new Keyring(file, values, crypto, stored);
      log.error("the terminal's secrets cannot be understood: it has to be paired again", { terminal, secret: file });
    } catch (failure) {
      if (!(failure instanceof HomeFailure)) throw failure;
      log.error("the terminal's secrets cannot be read", { terminal, secret: file, why: failure.message });
    }
    return new Keyring(file, values, crypto, nothing);
  }

  /** What drivers may know. */
  get described(): Readonly<Record<string, SecretDescription>> {
    return Object.fromEntries(
      Array.from(this.#stored, ([name, { version, about }]) => [name, { version, about }] as const),
    );
  }

  /** Keeps a value under a name until it is stored. */
  label(name: string, value: string): void {
    this.#labeled.set(name, value);
  }

  /** Durable when it resolves, all of them or none. */
  async store(labels: Readonly<Record<string, string>>, about: Readonly<Record<string, string>>): Promise<void> {
    const next = new Map(this.#stored);
    for (const [name, label] of Object.entries(labels)) {
      const value = this.#labeled.get(label);
      assert(value !== undefined, `a driver stored ${label}, which nobody gave`);
      next.set(name, { version: hex(this.#crypto.randomBytes(VERSION_BYTES)), about, value });
    }
    await this.#values.set(this.#file, JSON.stringify(Object.fromEntries(next)));
    for (const [name, stored] of next) this.#stored.set(name, stored);
    for (const label of Object.values(labels)) this.#labeled.delete(label);
  }

  /** Answers the public key: DER SubjectPublicKeyInfo, base64 in one line. */
  async createKeyPair(name: string): Promise<string> {
    const { publicKey, privateKey } = await newKeyPair("rsa", { modulusLength: RSA_BITS });
    this.#privateKeys.set(name, privateKey);
    return publicKey.export({ type: "spki", format: "der" }).toString("base64");
  }

  hmacSha256(key: string, bytes: Uint8Array): Uint8Array {
    const value = this.#stored.get(key)?.value ?? this.#labeled.get(key);
    assert(value !== undefined, `a driver signed with ${key}, which is not there`);
    return createHmac("sha256", value).update(bytes).digest();
  }

  decryptRsa(key: string, ciphertext: Uint8Array): Uint8Array | undefined {
    const privateKey = this.#privateKeys.get(key);
    assert(privateKey !== undefined, `a driver decrypted with ${key}, which is not there`);
    try {
      return privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, ciphertext);
    } catch {
      // What came from outside: too long, or no multiple of the key's size.
      return undefined;
    }
  }

  equal(one: Uint8Array, other: Uint8Array): boolean {
    return one.length === other.length && timingSafeEqual(one, other);
  }
}

/** Nothing of a terminal that is not served any more stays. */
export async function forgetSecrets(terminal: string, values: SecretValues, crypto: Crypto): Promise<void> {
  await values.remove(fileOf(terminal, crypto));
}

/** A terminal's id may be as long as a secret's name: then a hash stands for its end. */
function fileOf(terminal: string, crypto: Crypto): string {
  const name = `terminal.${terminal}`;
  if (name.length <= LONGEST_NAME) return name;
  const hash = hex(crypto.sha256(new TextEncoder().encode(terminal))).slice(0, 16);
  return `${name.slice(0, LONGEST_NAME - hash.length - 1)}.${hash}`;
}

function readStored(text: string): Map<string, Stored> | undefined {
  let parsed: Json;
  try {
    parsed = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  if (!isJsonObject(parsed)) return undefined;
  const stored = new Map<string, Stored>();
  for (const [name, entry] of Object.entries(parsed)) {
    if (!isJsonObject(entry)) return undefined;
    const { version, value, about } = entry;
    if (typeof version !== "string" || typeof value !== "string" || !isJsonObject(about)) return undefined;
    const texts = Object.entries(about).filter((pair): pair is [string, string] => typeof pair[1] === "string");
    stored.set(name, { version, value, about: Object.fromEntries(texts) });
  }
  return stored;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
