/** What the server asks of the rest of the daemon, and what it hears from it. Types only: the seam between faces and money. */
import type { Fact } from "../core/facts.ts";
import type { Result } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Meanwhile } from "../core/moments.ts";
import type { Money } from "../core/money.ts";
import type { Operation } from "../core/operation.ts";
import type { LinkFault } from "../core/link-fault.ts";
import type { Verdict } from "../core/outcome.ts";
import type { PosRecord } from "../core/pos.ts";
import type { Receipt } from "../core/receipt.ts";
import type { RequestSignature } from "../core/signed-request.ts";
import type { Capabilities, ClockReading, DeviceIdentity, Stage, TerminalState, TurnedAway } from "../core/terminal.ts";
import type { Transaction } from "../core/transaction.ts";
import type { Sighting } from "../discovery/sighting.ts";
import type { Alarm, ToldType, TransactionPage, TransactionQuery } from "../journal/journal.ts";

/** Who asks. `seesAll` (scope admin) sees the transactions of every POS. */
export type Caller = { readonly pos: string; readonly seesAll: boolean };

/** What is true of a transaction right now and in no fact. */
export type LiveDetail = {
  readonly recovering: boolean;
  /** Recovery cannot find out: what was advised before, a person has to decide now. */
  readonly personNeeded?: boolean;
  readonly progress?: { readonly stage: Stage; readonly text?: string };
  readonly queuePosition?: number;
};

export type Seen = { readonly transaction: Transaction; readonly live: LiveDetail };

export type StartRequest = {
  readonly terminal: string;
  readonly requestId: string;
  readonly operation: Operation;
  readonly journal?: string;
  /** No part of what a repeat is compared with: a stored request is answered whatever it says. */
  readonly signature?: RequestSignature;
};

/** What an administrator allows a POS. */
export type PosRules = Pick<PosRecord, "limits" | "signingKey">;

export type Started = Seen & { readonly replayed: boolean };

/** A transaction by its id, or by the caller's own request id. */
export type TransactionName = { readonly transaction: string } | { readonly requestId: string };

/** `undecided`: only those that the terminal or a person still has to decide. */
export type ListQuery = TransactionQuery & { readonly undecided?: boolean };

export type Person = { readonly operator: string; readonly reason: string };

/** `meanwhile`: what happened since the last fact, as far as this process knows. */
export type History = {
  readonly transaction: string;
  readonly facts: readonly Fact[];
  readonly meanwhile?: Meanwhile;
};

export interface TransactionsApi {
  readonly journalId: string;
  /** After the session, scope and schema checks. Durable when it answers. */
  start(caller: Caller, request: StartRequest): Promise<Result<Started>>;
  /** The final outcome: `unknown` is held back until it is resolved or the operation's limits have passed. */
  whenSettled(caller: Caller, name: TransactionName): Promise<Result<Seen>>;
  get(caller: Caller, name: TransactionName): Promise<Result<Seen>>;
  list(
    caller: Caller,
    query: ListQuery,
  ): Promise<Result<{ readonly page: TransactionPage; readonly seen: readonly Seen[] }>>;
  cancel(caller: Caller, name: TransactionName): Promise<Result<Seen>>;
  acknowledge(caller: Caller, name: TransactionName, revision: number): Promise<Result<Seen>>;
  history(caller: Caller, name: TransactionName): Promise<Result<History>>;
  /** Its outcome of this revision was sent to its POS. */
  told(transaction: string, revision: number): void;
  answer(caller: Caller, name: TransactionName, prompt: string, value: string): Promise<Result<Record<string, never>>>;
  resolve(
    caller: Caller,
    name: TransactionName,
    revision: number | undefined,
    verdict: Verdict,
    person: Person,
  ): Promise<Result<Seen>>;
  /** For `session.open`: not settled, and settled but not acknowledged, of this POS. */
  openOf(pos: string): Promise<readonly Seen[]>;
  /** Of every POS: what runs or waits. What is in doubt is not, whoever may still ask about it. */
  underWay(): readonly Transaction[];
  unacknowledgedOf(pos: string, limit: number): Promise<readonly Seen[]>;
  /** Told by the server when the first session of a POS opens and the last one ends. */
  posArrived(pos: string): void;
  posLeft(pos: string): void;
}

export type TerminalView = {
  readonly id: string;
  readonly vendor: string;
  readonly name?: string;
  readonly model?: string;
  readonly identity?: DeviceIdentity;
  /** The device that it is, by the maker's number: another one in its place takes no payment. */
  readonly serialNumber?: string;
  readonly link: JsonObject;
  /** As its settings name it in its vendor's cloud, where they do. */
  readonly device?: string;
  readonly state: TerminalState;
  readonly fence?: { readonly transaction: string; readonly since: string };
  readonly capabilities: Capabilities;
  /** RFC 3339: the last sign of life. */
  readonly lastSeen?: string;
  /** What its own clock showed when it told us last, since this process began. For a technician alone. */
  readonly clock?: ClockReading;
  /** The transaction that runs. */
  readonly busyWith?: string;
  /** Transactions that wait. */
  readonly queue: number;
  /** Why it is offline, in words. */
  readonly detail?: string;
  /** Who answers there, where that is why it is offline. For a technician alone. */
  readonly turnedAway?: TurnedAway;
  /** What is known of why it is offline, beside the words. For a technician alone. */
  readonly linkFault?: LinkFault;
  /** It is unpaired because one of its settings lacks or is wrong. For a technician alone. */
  readonly lacksSetting?: true;
  /** Its link is open, and it answered on it: in whatever state it is. */
  readonly linkWorks?: true;
};

/** As in `config.json`. */
export type TerminalConfig = {
  readonly id: string;
  readonly vendor: string;
  readonly name?: string;
  readonly disabled?: boolean;
  /** Of its device; learned where nothing is said. */
  readonly serialNumber?: string;
  readonly link: JsonObject;
  readonly settings?: JsonObject;
};

/** What is left out stays as it is; a serial number of null is forgotten, and the next device that tells its own is learned. */
export type TerminalChange = Partial<Omit<TerminalConfig, "id" | "serialNumber">> & {
  readonly id: string;
  readonly serialNumber?: string | null;
};

export type PollAnswer = {
  readonly reachable: boolean;
  readonly asked: boolean;
  readonly latencyMs?: number;
  readonly detail?: string;
};

/** Where a vendor's servers and terminals can call this house. */
export type CallbackAddress = {
  readonly vendor: string;
  /** Whoever knows it may call: it is a secret. */
  readonly url: string;
  /** Whose account it is. */
  readonly terminals: readonly string[];
};

export interface TerminalsApi {
  list(): readonly TerminalView[];
  get(terminal: string): TerminalView | undefined;
  poll(terminal: string): Promise<Result<PollAnswer>>;
  /** Validated against the vendor's schema, written to the configuration, then started. */
  add(config: TerminalConfig): Promise<Result<TerminalView>>;
  update(change: TerminalChange): Promise<Result<TerminalView>>;
  remove(terminal: string): Promise<Result<Record<string, never>>>;
  pair(terminal: string, code: string | undefined): Promise<Result<TerminalView>>;
  liftFence(terminal: string, transaction: string, person: Person): Promise<Result<TerminalView>>;
  report(terminal: string, report: string, params: JsonObject): Promise<Result<JsonObject>>;
  deviceFunction(terminal: string, name: string, params: JsonObject): Promise<Result<JsonObject>>;
  /** None where nobody can call. */
  callbacks(): Promise<Result<readonly CallbackAddress[]>>;
}

/** What discovery saw, in the light of what is configured. */
export type SightingView = {
  readonly sighting: Sighting;
  /** Whether somebody listens there; absent where nobody was asked. */
  readonly reachable?: boolean;
  /** The terminal that is configured at this place. */
  readonly terminal?: string;
  /** Settings that a person has to fill in. */
  readonly missing?: readonly string[];
  /** The command that adds it; absent where it is configured, or nobody knows how to reach it. */
  readonly command?: string;
};

export type Discovered = {
  readonly sightings: readonly SightingView[];
  /** What could not be looked at, and why. */
  readonly notes: readonly string[];
};

export interface DiscoveryApi {
  /** What the last look saw. */
  list(): Result<Discovered>;
  /** Looks now, or joins the look that is under way. */
  scan(forMs: number): Promise<Result<Discovered>>;
}

/** `vendor`: whose terminal is simulated; one that can be where nothing is said. */
export type PracticeRequest = { readonly vendor?: string; readonly amount: Money };

export type Practised = { readonly seen: Seen; readonly vendor: string };

export interface PracticeApi {
  /** A payment at a simulated terminal that is there for it alone. No money moves, and nothing stays open. */
  run(request: PracticeRequest): Promise<Result<Practised>>;
}

/** What happens in the daemon, for those who watch. Kept events carry the number that their commit gave them. */
export type DaemonEvent =
  | {
      readonly kind: "told";
      readonly pos: string;
      readonly seq: number;
      readonly at: string;
      readonly type: ToldType;
      readonly seen: Seen;
    }
  | {
      readonly kind: "alarm";
      readonly pos?: string;
      readonly seq?: number;
      readonly at: string;
      readonly alarm: Alarm;
      /** Of an account above them: it concerns everybody, as an alarm of one terminal does. */
      readonly ofSeveralTerminals?: true;
      /** Where no other event tells it: whether what it says has ended since. */
      readonly isOver?: () => boolean;
    }
  | {
      readonly kind: "progress";
      readonly pos: string;
      readonly transaction: string;
      readonly requestId: string;
      readonly stage: Stage;
      readonly text?: string;
      readonly remainingMs?: number;
      readonly queuePosition?: number;
    }
  | {
      readonly kind: "receipt";
      readonly pos: string;
      readonly transaction: string;
      readonly requestId: string;
      readonly receipt: Receipt;
    }
  | {
      readonly kind: "prompt";
      readonly pos: string;
      readonly transaction: string;
      readonly prompt: string;
      readonly ask: "confirm" | "choose" | "text" | "signature";
      readonly text: string;
      readonly choices?: readonly string[];
      readonly expiresAt: string;
      readonly default: string;
    }
  | { readonly kind: "terminalState"; readonly terminal: TerminalView }
  /** What a person has to compare or to do while a terminal is paired. */
  | {
      readonly kind: "pairing";
      readonly terminal: string;
      readonly code?: string;
      readonly text?: string;
      readonly expiresAt: string;
    }
  | { readonly kind: "terminalRemoved"; readonly terminal: string }
  | { readonly kind: "sighted"; readonly seen: SightingView }
  | { readonly kind: "sightingVanished"; readonly seen: SightingView };

export type DaemonEvents = {
  /** Answers how to stop listening. A listener that throws is our mistake. */
  listen(listener: (event: DaemonEvent) => void): () => void;
};
