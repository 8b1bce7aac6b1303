import { createPrivateKey, hash } from "node:crypto";
import { Secret } from "../../core/secret.ts";
import type { GivenSecret } from "../../drivers/account.ts";
import { HomeFailure } from "../../home/store.ts";
import type { Keyring, SecretValues } from "../terminal/keyring.ts";

export type SecretsRead =
  | { readonly kind: "given"; readonly changed: boolean }
  /** For people: what is missing, and what to do. */
  | { readonly kind: "missing"; readonly why: string; readonly changed: boolean };

/** What a person keeps for an account, as it is now: it is read again and again, so that what was mended is used without a restart. */
export class GivenSecrets {
  readonly #secrets: readonly GivenSecret[];
  readonly #values: SecretValues;
  readonly #keyring: Keyring;
  #before = "";

  constructor(secrets: readonly GivenSecret[], values: SecretValues, keyring: Keyring) {
    this.#secrets = secrets;
    this.#values = values;
    this.#keyring = keyring;
  }

  /** @param changing called before anything that was given before is another thing */
  async read(changing: () => void = () => undefined): Promise<SecretsRead> {
    const reads = await Promise.all(this.#secrets.map((given) => this.#read(given)));
    const faults = reads.flatMap((read) => (read.kind === "fault" ? [read.why] : []));
    const now = JSON.stringify([
      faults,
      reads.map((read) => (read.kind === "value" ? hash("sha256", read.value.reveal(), "hex") : "")),
    ]);
    const changed = now !== this.#before;
    if (changed && this.#before !== "") changing();
    this.#before = now;
    for (const [index, given] of this.#secrets.entries()) {
      const read = reads[index];
      // What runs with what was given before comes to its end with it.
      if (read?.kind === "value") this.#keyring.give(given.name, read.value);
    }
    const [why] = faults;
    return why === undefined ? { kind: "given", changed } : { kind: "missing", why, changed };
  }

  async #read({ setting, secret, holds }: GivenSecret) {
    const remedy = `\`tillbridge secret set ${secret}\` reads it from standard input`;
    let value: string | undefined;
    try {
      value = await this.#values.read(secret);
    } catch (failure) {
      if (!(failure instanceof HomeFailure)) throw failure;
      return { kind: "fault", why: failure.message } as const;
    }
    if (value === undefined) {
      const why = `settings.${setting} refers to the secret ${secret}, which is not there: ${remedy}`;
      return { kind: "fault", why } as const;
    }
    if (holds === "rsaPrivateKey" && !isRsaPrivateKey(value)) {
      const why = `the secret ${secret}, to which settings.${setting} refers, is no RSA private key in PEM: ${remedy}`;
      return { kind: "fault", why } as const;
    }
    return { kind: "value", value: new Secret(value) } as const;
  }
}

function isRsaPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}
