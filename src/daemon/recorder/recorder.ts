import type { Clock, Crypto, Log } from "../../core/ports.ts";
import { inLetters, type RecordedRole } from "../../core/recording.ts";
import type { Context, Effect, Input } from "../../drivers/driver.ts";
import type {
  Beginning,
  ConversationRecorder,
  RecordedSource,
  TerminalRecorder,
  WrittenBecause,
} from "./conversation-recorder.ts";
import { ENTRY_SIZE, sizeOf, type KeptConversation, type KeptEntry } from "./kept-entry.ts";
import { Ring, type RingLimits } from "./ring.ts";

export type RecorderLimits = {
  /** Of a terminal's payments and recoveries. */
  readonly payments: RingLimits;
  /** Of all else at a terminal: handshakes, probes, links. It comes all day, and pushes no payment out. */
  readonly rest: RingLimits;
  /** All terminals together; each has its share of it where they are many. */
  readonly charactersInAll: number;
  /** Of terminals, those that were removed as well. */
  readonly terminals: number;
  /** A larger entry leaves no more than its size. */
  readonly largestEntry: number;
};

export const RECORDER_LIMITS: RecorderLimits = {
  payments: { entries: 500, characters: 192 * 1024 },
  rest: { entries: 250, characters: 96 * 1024 },
  charactersInAll: 3_072 * 1024,
  terminals: 300,
  largestEntry: 64 * 1024,
};

export type RecorderOutlets = {
  /** Where it says, once, that it does not work. */
  readonly log: Log;
  readonly writeDown: (terminal: string, reason: WrittenBecause, transaction: string) => void;
};

export type RecorderListener = (entry: KeptEntry) => void;

/** What was kept of one terminal, or of all, at one moment: the oldest first. */
export type Snapshot = {
  readonly entries: readonly KeptEntry[];
  /** So many older ones had to make room. */
  readonly missing: number;
};

type Tape = { readonly source: RecordedSource; readonly payments: Ring; readonly rest: Ring };

/** An entry without what every entry has. */
type Draft = KeptEntry extends infer Entry
  ? Entry extends KeptEntry
    ? Omit<Entry, "number" | "atMs" | "size">
    : never
  : never;

const MARK_KEY_BYTES = 32;
const MARK_BYTES = 8;
const PAYMENTS: ReadonlySet<RecordedRole> = new Set(["operation", "recovery"]);

/**
 * The flight recorder: always on, in memory, and bounded. It keeps the very messages that the drivers hear and say, in which card data is
 * masked and no secret is, and makes text of them when somebody asks. Nothing that happens in it reaches a payment.
 */
export class Recorder {
  readonly #clock: Clock;
  readonly #crypto: Crypto;
  readonly #limits: RecorderLimits;
  readonly #tapes = new Map<string, Tape>();
  readonly #listeners = new Set<RecorderListener>();
  /** Nobody can try numbers of cards on what stands for bytes. */
  #markKey: Uint8Array | undefined;
  #entries = 0;
  #conversations = 0;
  #outlets: RecorderOutlets | undefined;
  #isBroken = false;

  /** @param crypto for what stands for bytes */
  constructor(clock: Clock, crypto: Crypto, limits: RecorderLimits = RECORDER_LIMITS) {
    this.#clock = clock;
    this.#crypto = crypto;
    this.#limits = limits;
  }

  /** From now on it has somebody to tell. */
  attach(outlets: RecorderOutlets): void {
    this.#outlets = outlets;
  }

  of(source: RecordedSource): TerminalRecorder {
    return {
      conversation: (beginning, crypto) => this.#begin(source, beginning, crypto),
      link: (state, why) =>
        this.#safely(() => this.#keep(source, { kind: "link", source, state, ...(why === undefined ? {} : { why }) })),
      bytes: (what, bytes, why) => this.#safely(() => this.#keepBytes(source, what, bytes, why)),
      writeDown: (reason, transaction) =>
        this.#safely(() => this.#outlets?.writeDown(source.terminal, reason, transaction)),
    };
  }

  /** Of one terminal, with what the account above it said; of all where none is named. */
  snapshot(terminal?: string): Snapshot {
    const named = [...this.#tapes.values()].find(({ source }) => source.terminal === terminal);
    const isAsked = ({ source }: Tape): boolean =>
      terminal === undefined ||
      source.terminal === terminal ||
      (source.terminal === accountOf(source.vendor) && source.vendor === named?.source.vendor);
    const rings = [...this.#tapes.values()].filter(isAsked).flatMap(({ payments, rest }) => [payments, rest]);
    return {
      entries: rings.flatMap((ring) => ring.all()).toSorted((one, other) => one.number - other.number),
      missing: rings.reduce((sum, ring) => sum + ring.missing, 0),
    };
  }

  /** Hears each entry as it comes, in the middle of what happens: it only takes note. Answers how to stop. */
  listen(listener: RecorderListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #begin(source: RecordedSource, beginning: Beginning, crypto: Crypto): ConversationRecorder {
    this.#conversations += 1;
    const conversation: KeptConversation = { number: this.#conversations, role: beginning.role, source };
    // The time of a step is the one that its driver was told.
    const keep = (draft: Draft, atMs?: number): void => this.#keep(source, draft, atMs);
    this.#safely(() => keep({ kind: "begun", conversation, beginning }));
    let random: Uint8Array[] = [];
    let known: Context["secrets"] | undefined;
    const step = (
      input: Input<unknown>,
      { now, vendorNow, secrets }: Context,
      effects: readonly Effect<unknown>[],
    ): Extract<Draft, { kind: "step" }> => {
      const given = random;
      random = [];
      const isNews = !sameSecrets(known, secrets);
      if (isNews) known = secrets;
      return {
        kind: "step",
        conversation,
        input,
        effects,
        vendorAheadMs: vendorNow - now,
        random: given,
        ...(isNews ? { secrets } : {}),
      };
    };
    return {
      crypto: {
        sha256: (bytes) => crypto.sha256(bytes),
        randomBytes: (count) => {
          const bytes = crypto.randomBytes(count);
          random.push(bytes.slice());
          return bytes;
        },
      },
      stepped: (input, context, effects) => this.#safely(() => keep(step(input, context, effects), context.now)),
      threw: (input, context, mistake) =>
        this.#safely(() =>
          keep({ ...step(input, context, []), threw: mistake instanceof Error ? mistake.message : "" }, context.now),
        ),
      ended: () => this.#safely(() => keep({ kind: "ended", conversation })),
    };
  }

  #keepBytes(source: RecordedSource, what: "discarded" | "garbled", bytes: Uint8Array, why: string): void {
    const { rest } = this.#tapeOf(source);
    const { last } = rest;
    if (last?.kind === "bytes" && last.what === what && last.why === why) {
      last.length += bytes.length;
      last.times += 1;
      return;
    }
    this.#markKey ??= this.#crypto.randomBytes(MARK_KEY_BYTES);
    const keyed = new Uint8Array(this.#markKey.length + bytes.length);
    keyed.set(this.#markKey);
    keyed.set(bytes, this.#markKey.length);
    const mark = inLetters(this.#crypto.sha256(keyed).slice(0, MARK_BYTES));
    this.#keep(source, { kind: "bytes", source, what, why, mark, length: bytes.length, times: 1 });
  }

  #keep(source: RecordedSource, draft: Draft, atMs = this.#clock.now()): void {
    const size = ENTRY_SIZE + draftSize(draft);
    const { largestEntry, payments, rest } = this.#limits;
    this.#entries += 1;
    const head = { number: this.#entries, atMs };
    const entry: KeptEntry =
      size > largestEntry
        ? { ...head, size: ENTRY_SIZE, ...omitted(source, draft, size) }
        : { ...head, size, ...draft };
    const tape = this.#tapeOf(source);
    const isPayment = "conversation" in draft && PAYMENTS.has(draft.conversation.role);
    if (isPayment) tape.payments.push(entry, this.#shareOf(payments));
    else tape.rest.push(entry, this.#shareOf(rest));
    for (const listener of this.#listeners) listener(entry);
  }

  #tapeOf(source: RecordedSource): Tape {
    const known = this.#tapes.get(source.terminal);
    if (known !== undefined) return known;
    const [oldest] = this.#tapes.keys();
    if (this.#tapes.size >= this.#limits.terminals && oldest !== undefined) this.#tapes.delete(oldest);
    const tape = { source, payments: new Ring(), rest: new Ring() };
    this.#tapes.set(source.terminal, tape);
    // One that is quiet from now on does not keep what it had when they were fewer.
    for (const { payments, rest } of this.#tapes.values()) {
      payments.shrink(this.#shareOf(this.#limits.payments));
      rest.shrink(this.#shareOf(this.#limits.rest));
    }
    return tape;
  }

  #shareOf({ entries, characters }: RingLimits): RingLimits {
    const { payments, rest, charactersInAll } = this.#limits;
    const whole = (payments.characters + rest.characters) * this.#tapes.size;
    return { entries, characters: whole <= charactersInAll ? characters : (characters * charactersInAll) / whole };
  }

  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#isBroken) return;
      this.#isBroken = true;
      const why = error instanceof Error ? error.message : "";
      this.#outlets?.log.error("recorder.failed", "The flight recorder missed something; payments go on", { why });
    }
  }
}

/** How an account with a vendor is called among terminals. */
export function accountOf(vendor: string): string {
  return `account.${vendor}`;
}

function draftSize(draft: Draft): number {
  switch (draft.kind) {
    case "begun": {
      const { order, doubt } = draft.beginning;
      // The settings are the terminal's own, and there already.
      return sizeOf(doubt ?? order);
    }
    case "step":
      return (
        sizeOf(draft.input) +
        sizeOf(draft.effects) +
        draft.random.reduce((sum, bytes) => sum + 2 * bytes.length, 0) +
        (draft.secrets === undefined ? 0 : sizeOf(draft.secrets))
      );
    case "ended":
    case "omitted":
      return 0;
    case "link":
    case "bytes":
      return draft.why?.length ?? 0;
  }
}

function omitted(source: RecordedSource, draft: Draft, size: number): Extract<Draft, { kind: "omitted" }> {
  const what = draft.kind === "step" ? `step: ${draft.input.kind}` : draft.kind;
  const conversation = "conversation" in draft ? draft.conversation : undefined;
  return { kind: "omitted", source, what, characters: size, ...(conversation === undefined ? {} : { conversation }) };
}

/** Each value has a version of its own, so that their names and versions tell whether they are the same. */
function sameSecrets(known: Context["secrets"] | undefined, now: Context["secrets"]): boolean {
  if (known === undefined) return Object.keys(now).length === 0;
  const names = Object.keys(now);
  return (
    names.length === Object.keys(known).length && names.every((name) => known[name]?.version === now[name]?.version)
  );
}
