import type { Mutant } from "../mutant.ts";

/** Rule 11 in what the flight recorder lets out; and that it costs no payment anything. */
export const recorderMutants: readonly Mutant[] = [
  {
    id: "broken-recorder-fills-the-log",
    rule: 2,
    breaks: "A recorder that is broken says so at each word of each payment, until the log holds nothing else.",
    file: "src/daemon/recorder/recorder.ts",
    find: "if (this.#isBroken) return;",
    replace: "if (this.#isBroken && !this.#isBroken) return;",
    killedBy: { file: "test/daemon/recorder/traces.test.ts", name: "touches no payment" },
  },
  {
    id: "recording-tells-the-code-of-a-pairing",
    rule: 11,
    breaks:
      "A recording that was sent to the support tells the secret with which anybody in the shop's network orders payments.",
    file: "src/daemon/recorder/recorded.ts",
    find: "{ ...effect, code: HIDDEN }",
    replace: "{ ...effect }",
    killedBy: {
      file: "test/daemon/recorder/recorder.test.ts",
      name: "lets neither the code of a pairing out, which may be its secret, nor what it was made of",
    },
  },
  {
    id: "recording-tells-what-a-pairing-code-was-made-of",
    rule: 11,
    breaks:
      "The code of a pairing is hidden in a recording, and its random bytes stand beside it: whoever has them makes the same one.",
    file: "src/daemon/recorder/recorded.ts",
    find: "makesCode(input) ? [] : entry.random",
    replace: "makesCode(input) ? entry.random : entry.random",
    killedBy: {
      file: "test/daemon/recorder/recorder.test.ts",
      name: "lets neither the code of a pairing out, which may be its secret, nor what it was made of",
    },
  },
  {
    id: "full-disk-fills-the-log",
    rule: 2,
    breaks: "On a full disk each payment in doubt says the same again, until the log holds nothing else.",
    file: "src/daemon/recorder/traces.ts",
    find: "if (this.#isFailing) return;",
    replace: "if (this.#isFailing && !this.#isFailing) return;",
    killedBy: {
      file: "test/daemon/recorder/traces.test.ts",
      name: "that cannot be written are told once, and no payment hears of it",
    },
  },
  {
    id: "traces-eat-the-room-of-the-journal",
    rule: 2,
    breaks:
      "The disk is full, the journal gives up its reserve for the end of a sale, and a trace takes that room first.",
    file: "src/daemon/recorder/traces.ts",
    find: "if (bytesFree < LEFT_FREE_BYTES) throw",
    replace: "if (bytesFree < 0 * LEFT_FREE_BYTES) throw",
    killedBy: {
      file: "test/daemon/recorder/traces.test.ts",
      name: "leave what is left of a disk that is nearly full to the ends of payments",
    },
  },
  {
    id: "payments-wait-for-a-recording",
    rule: 2,
    breaks: "Somebody reads the recording, and no payment goes on until a whole page of it is text.",
    file: "src/daemon/recorder/pages.ts",
    find: "await turn();",
    replace: "",
    killedBy: {
      file: "test/daemon/recorder/recorder.test.ts",
      name: "makes a page in turns, so that payments go on between them",
    },
  },
  {
    id: "card-number-in-a-recording",
    rule: 11,
    breaks: "A recording goes to the vendor by mail, with the number that a terminal said where nobody expected it.",
    file: "src/daemon/recorder/recorded.ts",
    find: "input: redactedJson(input),",
    replace: "input: JSON.parse(JSON.stringify(input)) as JsonObject,",
    killedBy: {
      file: "test/daemon/recorder/recorder.test.ts",
      name: "lets no card number and nothing secret out, wherever a message has it",
    },
  },
  {
    id: "card-number-in-a-mark",
    rule: 11,
    breaks: "What stands for bytes is their plain hash: whoever has the recording tries all numbers of a card on it.",
    file: "src/daemon/recorder/recorder.ts",
    find: "keyed.set(this.#markKey);",
    replace: "",
    killedBy: {
      file: "test/daemon/recorder/recorder.test.ts",
      name: "keeps of bytes that are no message their length and what tells equal ones, and counts those that come again",
    },
  },
  {
    id: "another-effect-plays-the-same",
    rule: "amounts",
    breaks: "A driver that asks for another amount than it did passes every transcript.",
    file: "src/cli/trace/difference.ts",
    find: "return recorded === now ? undefined : { path, recorded: shown(recorded), now: shown(now) };",
    replace:
      "return typeof recorded === typeof now ? undefined : { path, recorded: shown(recorded), now: shown(now) };",
    killedBy: {
      file: "test/cli/trace/replay.test.ts",
      name: "differs where the driver wants something else done by now",
    },
  },
];
