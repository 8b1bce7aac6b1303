import type { JsonObject } from "../../src/core/json.ts";
import type { Dispatched } from "../../src/core/facts.ts";
import type { Vendor } from "../../src/drivers/driver.ts";
import type { Transaction } from "../../src/core/transaction.ts";
import type { Leaving } from "../support/process-life.ts";
import type { Random } from "../support/random.ts";

/** No message is longer under way than this, beside the lag of its link; both together are no more than a terminal's acknowledgement may take. */
export const LATEST_MS = 1_500;
export const LONGEST_LAG_MS = 1_500;

/** A device, and all that is going to be wrong with it. */
export type Device = {
  readonly scenario: JsonObject;
  /** The same device when nothing goes wrong any more. */
  readonly calm: JsonObject;
  /** What the daemon knows from a pairing of before, by the names of its secrets. */
  readonly pairing?: Readonly<Record<string, string>>;
  /** What its screen shows to whoever wants to pair it. */
  readonly code?: string;
  /** What a person keeps for it with `tillbridge secret set`, by the names that the settings refer to. */
  readonly given?: Readonly<Record<string, string>>;
  /** It refuses at random, or knows no request again: of one that somebody on the way says twice it could take one, or both, and no client could know. */
  readonly isSaidOnce?: boolean;
  /** So long after a request has left for it, it has come to its end there. */
  readonly longestMs: number;
  /** Nobody but the device and the daemon may ever see these. */
  readonly secrets: readonly string[];
};

/** What moved, in the account of those it can belong to. Amounts are unsigned. */
export type Movement = { readonly account: string; readonly amount: number };

/** How a vendor's acquirer keeps its ledger. */
export type Books = {
  /** What one request moved is one movement, whatever lines it left. */
  movements(ledger: readonly JsonObject[]): readonly Movement[];
  /** Where the movement of a transaction stands, if it moved anything. */
  accountOf(transaction: Transaction, original: Transaction | undefined): string;
  /** Whether no more than one request has its movement in this account. */
  isOfOneRequest(account: string): boolean;
  /** What an approval of this has moved; undefined where the ledger cannot say which of its account's movements it is. */
  amountOf(approved: Transaction): number | undefined;
};

/** What the random worlds need to know of a vendor beyond its descriptor. */
export type Ways = {
  /** Short patience, in the proportions of the defaults. */
  settings(random: Random): JsonObject;
  /** Any device of this vendor that is honest about money: `number` is below 10, and two numbers are two devices. */
  device(random: Random, number: number, settings: JsonObject): Device;
  readonly books: Books;
  /** Another device is the same account with other ways, because its name is in the settings: what it knows it does not forget. */
  readonly isOneAccount?: boolean;
  /** Of a message that may move money, whether it is a transaction's; undefined of any other message. */
  requestIn(leaving: Leaving): ((dispatched: Dispatched) => boolean) | undefined;
};

/** A place in the shop where there is always a terminal of the same vendor. */
export type Counter = {
  readonly id: string;
  readonly vendor: Vendor;
  readonly ways: Ways;
  readonly settings: JsonObject;
  /** The device that is there now is the last one. */
  readonly devices: [Device, ...Device[]];
};

export function deviceAt({ devices }: Counter): Device {
  return devices.at(-1) ?? devices[0];
}
