import { assert } from "../../core/assert.ts";
import type { JsonObject } from "../../core/json.ts";
import { withFields, type Clock, type Crypto, type Log } from "../../core/ports.ts";
import type { Vendor } from "../../drivers/driver.ts";
import { HomeFailure } from "../../home/store.ts";
import type { DaemonEvent } from "../api.ts";
import type { BindLink } from "../links.ts";
import { accountOf, type Recorder } from "../recorder/recorder.ts";
import { forgetSecrets, Keyring, type SecretValues } from "../terminal/keyring.ts";
import type { ConnectionSettings } from "../terminal/stream-connection.ts";
import { Account } from "./account.ts";
import type { Callbacks } from "./callbacks.ts";
import type { Seat } from "./seat.ts";

export type AccountsPorts = {
  readonly bindLink: BindLink;
  readonly secretValues: SecretValues;
  readonly callbacks: Callbacks | undefined;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly recorder?: Recorder;
  readonly connection: ConnectionSettings;
  readonly emit: (event: DaemonEvent) => void;
};

/** An account that is in use, with what its terminals share. */
export type OpenAccount = {
  readonly vendor: Vendor;
  readonly settings: JsonObject;
  readonly link: JsonObject;
  readonly account: Account<unknown>;
};

/** The accounts with vendors that the configured terminals name, each of them once. */
export class Accounts {
  readonly #ports: AccountsPorts;
  readonly #open = new Map<string, Promise<OpenAccount>>();

  constructor(ports: AccountsPorts) {
    this.#ports = ports;
  }

  /** What a terminal with these settings has of its account; undefined where its settings name none. */
  async seatOf(vendor: Vendor, settings: JsonObject, link: JsonObject): Promise<Seat<unknown> | undefined> {
    const key = keyOf(vendor, settings, link);
    if (key === undefined) return undefined;
    const known = this.#open.get(key);
    const opening = known ?? this.#begin(key, vendor, settings, filledIn(vendor, link));
    this.#open.set(key, opening);
    const { account } = await opening;
    if (known !== undefined) account.adopt(settings);
    return account;
  }

  /** That of a terminal with these settings, where it is in use. */
  async of(vendor: Vendor, settings: JsonObject, link: JsonObject): Promise<OpenAccount | undefined> {
    const key = keyOf(vendor, settings, link);
    return key === undefined ? undefined : this.#open.get(key);
  }

  /** Those that could be opened. */
  async all(): Promise<readonly OpenAccount[]> {
    return Promise.all(this.#open.values());
  }

  /** Nothing stays of an account that nobody uses any more. */
  async forgetUnused(vendor: Vendor, settings: JsonObject, link: JsonObject): Promise<void> {
    const key = keyOf(vendor, settings, link);
    if (key === undefined || this.#open.has(key)) return;
    const { secretValues, crypto, log } = this.#ports;
    try {
      await forgetSecrets(ownerOf(key, crypto), secretValues, crypto, "account");
    } catch (failure) {
      if (!(failure instanceof HomeFailure)) throw failure;
      log.error("secrets.leftBehind", "the secrets of an account that is not used any more are still there", {
        why: failure.message,
      });
    }
  }

  async #begin(key: string, vendor: Vendor, settings: JsonObject, link: JsonObject): Promise<OpenAccount> {
    const { bindLink, secretValues, crypto, connection, recorder, ...ports } = this.#ports;
    const driver = vendor.account;
    assert(driver !== undefined, "an account of a vendor that has none");
    const log = withFields(ports.log, { account: vendor.id });
    const own = driver.linkOf(settings, link);
    const bound = bindLink(vendor, own);
    assert(bound.kind === "bound" && bound.medium.kind === "http", "an account has servers that are asked by HTTP");
    const keyring = await Keyring.open(ownerOf(key, crypto), secretValues, crypto, log, "account");
    const account = new Account<unknown>(
      {
        ...ports,
        name: `${vendor.name} account`,
        log,
        driver,
        settings,
        open: bound.medium.open,
        keyring,
        secretValues,
        crypto,
        connection,
        recorder: recorder?.of({ terminal: accountOf(vendor.id), vendor: vendor.id, driver: vendor.version }),
      },
      () => this.#open.delete(key),
    );
    account.start();
    return { vendor, settings, link: own, account };
  }
}

function keyOf(vendor: Vendor, settings: JsonObject, link: JsonObject): string | undefined {
  const name = vendor.account?.nameOf(settings, filledIn(vendor, link));
  return name === undefined ? undefined : JSON.stringify([vendor.id, name]);
}

/** A terminal that leaves out where the servers are has the same account as one that names them. */
function filledIn(vendor: Vendor, link: JsonObject): JsonObject {
  const kind = vendor.links.find((known) => known === link["type"]);
  return kind === undefined ? link : { ...vendor.linkDefaults[kind], ...link };
}

/** Names of accounts hold addresses and ids, which make no name of a file. */
function ownerOf(key: string, crypto: Crypto): string {
  return Buffer.from(crypto.sha256(new TextEncoder().encode(key)))
    .toString("hex")
    .slice(0, 32);
}
