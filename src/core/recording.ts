/**
 * What the flight recorder says of conversations with terminals, one JSON object a line; docs/recordings.md is for people. A file begins
 * with its head; the live trace has the same entries without it.
 */
import { oneOf, Type, type ValueOf } from "./schema.ts";

export const RECORDING_FORMAT = "tillbridge-recording";
export const RECORDING_VERSION = 1;

const Time = Type.String({ pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$` });
const Name = Type.String({ maxLength: 128 });
const Text = Type.String({ maxLength: 4096 });
const Count = Type.Integer({ minimum: 0 });
const Payload = Type.Object({});
/** An input or an effect: what else is in it is the driver's. */
const Tagged = Type.Object({ kind: Name });

/** Something in it looked like the number of a card, or was the code of a pairing, and was masked on the way out: a driver may do something else with what is left. */
const Masked = Type.Optional(Type.Literal(true));

const RECORDED_ROLES = ["device", "operation", "recovery", "account"] as const;
export type RecordedRole = (typeof RECORDED_ROLES)[number];

export const RecordingHeadSchema = Type.Object({
  format: Type.Literal(RECORDING_FORMAT),
  version: Type.Integer({ minimum: 1 }),
  at: Time,
  /** Of Tillbridge. */
  product: Name,
  /** Why it was written: `doubt`, `recovered`, `personNeeded`, `crash`, `asked`. */
  reason: Name,
  terminal: Type.Optional(Name),
  transaction: Type.Optional(Name),
  /** So many older entries had to make room before. */
  missing: Count,
});

/** What every entry has. `terminal`: its id, or `account.VENDOR` where an account with a vendor spoke. */
const head = { at: Time, terminal: Name };
const conversation = { conversation: Count, role: oneOf(RECORDED_ROLES) };

const BegunSchema = Type.Object({
  kind: Type.Literal("begun"),
  ...head,
  ...conversation,
  vendor: Name,
  /** Of the driver. */
  driver: Name,
  settings: Payload,
  masked: Masked,
  transaction: Type.Optional(Name),
  order: Type.Optional(
    Type.Object({
      transaction: Name,
      operation: Type.Object({ type: Name }),
      answerLimitMs: Type.Number(),
    }),
  ),
  doubt: Type.Optional(
    Type.Object({
      order: Type.Object({ transaction: Name, operation: Type.Object({ type: Name }), answerLimitMs: Type.Number() }),
      dispatched: Payload,
      cancelRequested: Type.Boolean(),
    }),
  ),
});

const SteppedSchema = Type.Object({
  kind: Type.Literal("step"),
  ...head,
  ...conversation,
  input: Tagged,
  effects: Type.Array(Tagged, { maxItems: 1024 }),
  masked: Masked,
  /** Where the clock counted finer than `at`: what it said. */
  now: Type.Optional(Type.Number()),
  /** How far the vendor's clock was ahead of ours; nothing where it was not. */
  vendorAheadMs: Type.Optional(Type.Number()),
  /** The random bytes that the step asked for, each in letters: a to p for 0 to 15, so that no search takes them for a number of a card. */
  random: Type.Optional(Type.Array(Type.String({ pattern: "^(?:[a-p]{2})*$", maxLength: 8192 }), { maxItems: 256 })),
  /** What the driver knew of its secrets, which are not here; absent where that is as in the step before. */
  secrets: Type.Optional(
    Type.Record(Type.String(), Type.Object({ version: Text, about: Type.Record(Type.String(), Text) })),
  ),
  /** It was a mistake in the driver, with these words. */
  threw: Type.Optional(Text),
});

const EndedSchema = Type.Object({ kind: Type.Literal("ended"), ...head, ...conversation });

const LinkSchema = Type.Object({
  kind: Type.Literal("link"),
  ...head,
  state: oneOf(["open", "lost"]),
  why: Type.Optional(Text),
});

const BytesSchema = Type.Object({
  kind: Type.Literal("bytes"),
  ...head,
  /** `discarded`: no frame. `garbled`: a frame, or an answer, that is no message. */
  what: oneOf(["discarded", "garbled"]),
  length: Count,
  /** So often in a row, with as many bytes in all as `length` says. */
  times: Count,
  /** Of the first ones, in letters. The same bytes have the same one as long as the daemon runs, and nobody can try numbers on it. */
  mark: Name,
  why: Text,
});

const OmittedSchema = Type.Object({
  kind: Type.Literal("omitted"),
  ...head,
  conversation: Type.Optional(Count),
  role: Type.Optional(oneOf(RECORDED_ROLES)),
  /** What it was, and how large. */
  what: Name,
  characters: Count,
});

/** Live alone: so many entries were not shown, because whoever looks reads too slowly. */
const MissedSchema = Type.Object({ kind: Type.Literal("missed"), ...head, count: Count });

/** By their `kind`. */
export const RECORDED_ENTRIES = {
  begun: BegunSchema,
  step: SteppedSchema,
  ended: EndedSchema,
  link: LinkSchema,
  bytes: BytesSchema,
  omitted: OmittedSchema,
  missed: MissedSchema,
} as const;

export type RecordingHead = ValueOf<typeof RecordingHeadSchema>;
export type RecordedBeginning = ValueOf<typeof BegunSchema>;
export type RecordedStep = ValueOf<typeof SteppedSchema>;
export type RecordedEntry =
  | RecordedBeginning
  | RecordedStep
  | ValueOf<typeof EndedSchema>
  | ValueOf<typeof LinkSchema>
  | ValueOf<typeof BytesSchema>
  | ValueOf<typeof OmittedSchema>
  | ValueOf<typeof MissedSchema>;

const FIRST_LETTER = "a".charCodeAt(0);

/** Two letters a byte. */
export function inLetters(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(FIRST_LETTER + (byte >> 4), FIRST_LETTER + (byte & 15))).join(
    "",
  );
}

export function ofLetters(letters: string): Uint8Array {
  const half = (place: number): number => letters.charCodeAt(place) - FIRST_LETTER;
  return Uint8Array.from({ length: letters.length / 2 }, (_, index) => half(2 * index) * 16 + half(2 * index + 1));
}
