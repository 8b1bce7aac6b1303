import {
  constants,
  createHmac,
  generateKeyPair,
  hash,
  privateDecrypt,
  sign,
  timingSafeEqual,
  type KeyObject,
} from "node:crypto";
import { promisify } from "node:util";
import { assert } from "../../core/assert.ts";
import { isJsonObject, type Json } from "../../core/json.ts";
import type { Crypto, Log } from "../../core/ports.ts";
import { Secret } from "../../core/secret.ts";
import type { SecretDescription } from "../../drivers/driver.ts";
import type { Keys } from "../../drivers/wire.ts";
import { HomeFailure } from "../../home/store.ts";

/** Where values lie that nobody but the daemon reads. Rejects where the environment fails. */
export interface SecretValues {
  read(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  remove(name: string): Promise<boolean>;
}

type Stored = SecretDescription & { readonly value: Secret };

type OwnerKind = "terminal" | "account";

const REMEDY: Readonly<Record<OwnerKind, string>> = {
  terminal: "it has to be paired again",
  account: "it begins again with what a person has given",
};

const RSA_BITS = 2048;
const VERSION_BYTES = 16;
const LONGEST_NAME = 64;

const newKeyPair = promisify(generateKeyPair);

/**
 * The secrets of one terminal, or of one account above terminals. They lie together in one file, so that what belongs together is durable together; drivers know
 * them by name and version, and only a wire's `seal` and `open` get a hand on their values.
 */
export class Keyring implements Keys {
  readonly #file: string;
  readonly #values: SecretValues;
  readonly #crypto: Crypto;
  readonly #stored: Map<string, Stored>;
  /** What was typed, or taken out of an answer, until it is stored or the process ends. */
  readonly #labeled = new Map<string, Secret>();
  /** What a person keeps for us, in files of their own. */
  readonly #given = new Map<string, Stored>();
  readonly #privateKeys = new Map<string, KeyObject>();

  private constructor(file: string, values: SecretValues, crypto: Crypto, stored: Map<string, Stored>) {
    this.#file = file;
    this.#values = values;
    this.#crypto = crypto;
    this.#stored = stored;
  }

  static async open(
    owner: string,
    values: SecretValues,
    crypto: Crypto,
    log: Log,
    kind: OwnerKind = "terminal",
  ): Promise<Keyring> {
    const file = fileOf(kind, owner, crypto);
    const nothing = new Map<string, Stored>();
    try {
      const text = await values.read(file);
      const stored = text === undefined ? nothing : readStored(text);
      if (stored !== undefined) return new Keyring(file, values, crypto, stored);
      log.error("secrets.unreadable", `the ${kind}'s secrets cannot be understood: ${REMEDY[kind]}`, {
        [kind]: owner,
        secret: file,
      });
    } catch (failure) {
      if (!(failure instanceof HomeFailure)) throw failure;
      log.error("secrets.unreadable", `the ${kind}'s secrets cannot be read`, {
        [kind]: owner,
        secret: file,
        why: failure.message,
      });
    }
    return new Keyring(file, values, crypto, nothing);
  }

  /** What drivers may know. */
  get described(): Readonly<Record<string, SecretDescription>> {
    return Object.fromEntries(
      Array.from(
        [...this.#stored, ...this.#given],
        ([name, { version, about }]) => [name, { version, about }] as const,
      ),
    );
  }

  /** What a person has given under this name. It is as secret as a key, so that its hash tells nothing. */
  give(name: string, value: Secret): void {
    this.#given.set(name, { value, version: hash("sha256", value.reveal(), "hex").slice(0, 32), about: {} });
  }

  /** Keeps a value under a name until it is stored. */
  label(name: string, value: string): void {
    this.#labeled.set(name, new Secret(value));
  }

  /** Durable when it resolves, all of them or none. */
  async store(labels: Readonly<Record<string, string>>, about: Readonly<Record<string, string>>): Promise<void> {
    const next = new Map(this.#stored);
    for (const [name, label] of Object.entries(labels)) {
      const value = this.#labeled.get(label);
      assert(value !== undefined, `a driver stored ${label}, which nobody gave`);
      next.set(name, { version: hex(this.#crypto.randomBytes(VERSION_BYTES)), about, value });
    }
    await this.#values.set(this.#file, asText(next));
    for (const [name, stored] of next) this.#stored.set(name, stored);
    for (const label of Object.values(labels)) this.#labeled.delete(label);
  }

  /** Answers the public key: DER SubjectPublicKeyInfo, base64 in one line. */
  async createKeyPair(name: string): Promise<string> {
    const { publicKey, privateKey } = await newKeyPair("rsa", { modulusLength: RSA_BITS });
    this.#privateKeys.set(name, privateKey);
    return publicKey.export({ type: "spki", format: "der" }).toString("base64");
  }

  reveal(key: string): string {
    const value = this.#given.get(key)?.value ?? this.#stored.get(key)?.value ?? this.#labeled.get(key);
    assert(value !== undefined, `a driver asked for ${key}, which is not there`);
    return value.reveal();
  }

  hmacSha256(key: string, bytes: Uint8Array): Uint8Array {
    return createHmac("sha256", this.reveal(key)).update(bytes).digest();
  }

  signRs256(key: string, bytes: Uint8Array): Uint8Array {
    return sign("sha256", bytes, this.reveal(key));
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

/** Nothing of a terminal, or an account, that is not served any more stays. */
export async function forgetSecrets(
  owner: string,
  values: SecretValues,
  crypto: Crypto,
  kind: OwnerKind = "terminal",
): Promise<void> {
  await values.remove(fileOf(kind, owner, crypto));
}

/** A terminal's id may be as long as a secret's name: then a hash stands for its end. */
function fileOf(kind: OwnerKind, owner: string, crypto: Crypto): string {
  const name = `${kind}.${owner}`;
  if (name.length <= LONGEST_NAME) return name;
  const hashed = hex(crypto.sha256(new TextEncoder().encode(owner))).slice(0, 16);
  return `${name.slice(0, LONGEST_NAME - hashed.length - 1)}.${hashed}`;
}

function asText(stored: ReadonlyMap<string, Stored>): string {
  const revealed = Array.from(stored, ([name, { value, ...rest }]) => [name, { ...rest, value: value.reveal() }]);
  return JSON.stringify(Object.fromEntries(revealed));
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
    stored.set(name, { version, value: new Secret(value), about: Object.fromEntries(texts) });
  }
  return stored;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
