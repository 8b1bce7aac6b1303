import type { OperationType } from "./operation-type.ts";

/** What a session may do; `admin` has all. `unreferencedRefund`: a refund that names no original. */
export const SCOPES = ["status", "pay", "refund", "unreferencedRefund", "settle", "resolve", "trace", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** What a new POS gets when nobody says otherwise. */
export const DEFAULT_SCOPES: readonly Scope[] = ["status", "pay", "refund"];

/** The POS name of the `tillbridge` command. It has the local administrator's token and is in no registry. */
export const ADMINISTRATOR_POS = "cli";

/** The POS name of the technician's page. It comes with a token of a one-time login and is in no registry. */
export const PAGE_POS = "page";

/** Names of Tillbridge itself, that no POS program gets. */
export function isReservedPos(pos: string): boolean {
  return pos === ADMINISTRATOR_POS || pos === PAGE_POS;
}

/**
 * How much a POS may move with one type of operation in one currency: tip and cashback count. Where a type has a limit, it may
 * be asked for in the currencies of its limits alone.
 */
export type PosLimit = {
  readonly operation: OperationType;
  /** ISO 4217. */
  readonly currency: string;
  /** Minor units, of one operation. */
  readonly perOperation?: number;
  /** Minor units, of all operations of the type on one day by the clock of this machine. */
  readonly perDay?: number;
};

/** What is kept of a POS program. Its token is never kept, only a hash of it. */
export type PosRecord = {
  readonly pos: string;
  readonly scopes: readonly Scope[];
  /** Several installations may use the name at the same time. */
  readonly shared: boolean;
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  /** SHA-256 of the token, hexadecimal; absent until the POS is paired. */
  readonly tokenHash?: string;
  /** The browser's Origin that the token was given to; no other may use it. */
  readonly origin?: string;
  readonly limits?: readonly PosLimit[];
  /**
   * Ed25519, the 32 bytes as base64url: the back office of the POS signs with it what may be charged. Where there is one, an
   * operation that moves money without such a signature is refused.
   */
  readonly signingKey?: string;
  /** It may connect, and be paired, from other machines of the shop. */
  readonly lan?: boolean;
};

/** What is kept of a POS and cannot be read as a whole. It lets nobody in, and stays where it is until somebody mends or revokes it. */
export type UnreadablePos = {
  /** Where it stands among all that is kept, from 1 on. */
  readonly place: number;
  /** Undefined where not even its name can be read. */
  readonly pos?: string;
  /** The first thing that is wrong with it: `limits.0.perDay must be integer`. */
  readonly why: string;
};

const MOST_TOLD = 5;

/** `till-1 (shared is missing); number 4 (it is no record); and 2 more` */
export function unreadableInWords(all: readonly UnreadablePos[]): string {
  const told = all.slice(0, MOST_TOLD).map(({ pos, place, why }) => `${pos ?? `number ${place}`} (${why})`);
  return [...told, ...(all.length > MOST_TOLD ? [`and ${all.length - MOST_TOLD} more`] : [])].join("; ");
}

/** Where the POS programs are kept: a list with one record a name, read from memory. The daemon's server decides what is in it. */
export interface PosRegistry {
  list(): readonly PosRecord[];
  find(pos: string): PosRecord | undefined;
  /** In none of the others: who stands here is unknown to them. `remove` forgets those of a name as well. */
  unreadable(): readonly UnreadablePos[];
  /** Adds the record, or replaces the one with its name. Durable when it resolves; rejects where it cannot be written. */
  save(record: PosRecord): Promise<void>;
  /** Durable when it resolves. No error when there is none. */
  remove(pos: string): Promise<void>;
}

/** Vendor tokens and the like: written through the protocol, never read back. */
export interface SecretStore {
  names(): Promise<readonly string[]>;
  set(name: string, value: string): Promise<void>;
  /** Whether there was one. */
  remove(name: string): Promise<boolean>;
}
