/** What an alarm is about, for programs and for words in other languages; its text tells the case. One is added, never renamed: POS programs read them. */
export type AlarmCode =
  /** A vendor does not accept the account's access any more. */
  | "accountRefused"
  /** After the end of a payment the terminal told something else about it. */
  | "contradiction"
  /** A refund was taken, is not final, and the vendor cannot tell its end. */
  | "endNotKnown"
  /** The vendor knows another request under the key of ours. */
  | "idempotencyKeyUsed"
  /** What became of a payment could not be written down. */
  | "journalFailed"
  /** A POS was told more than the journal knows. */
  | "journalOlder"
  /** Another device answers in a terminal's place. */
  | "otherDevice"
  | "partialNotAsked"
  /** A payment is in doubt, and the terminal cannot tell how it ended. */
  | "personNeeded"
  /** The terminal's answer is about something else than was asked. */
  | "resultNotBelieved"
  | "tendersNotAsked";
