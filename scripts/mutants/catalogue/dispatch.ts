import type { Mutant } from "../mutant.ts";

const DISPATCH = "test/daemon/terminal/dispatch.test.ts";
const REPEAT = "test/daemon/terminal/repeat.test.ts";

/** Rule 2: dispatched means durable first, and nothing is sent a second time but under its conditions. */
export const dispatchMutants: readonly Mutant[] = [
  {
    id: "sent-before-durable",
    rule: 2,
    breaks: "The power goes while the customer pays, and the next start believes that the sale was never sent.",
    file: "src/daemon/terminal/dispatch.ts",
    find: "const written = await record.write((current) => {",
    replace: `const written = await ((decide: Parameters<typeof record.write>[0]) => {
      void record.write(decide);
      return { kind: "written" } as const;
    })((current) => {`,
    killedBy: {
      file: DISPATCH,
      name: "given a good link, the fact with the request's bytes is durable before the first byte leaves",
    },
  },
  {
    id: "sent-after-a-cancel",
    rule: 2,
    breaks: "The cashier canceled, the disk was slow, and the customer is asked to pay all the same.",
    file: "src/daemon/terminal/dispatch.ts",
    find: 'if (order.record.cancelIntended) return { kind: "canceled", by: "pos" };',
    replace: "",
    killedBy: {
      file: DISPATCH,
      name: "given a cancel while the fact is being written, the last look keeps the bytes here",
    },
  },
  {
    id: "sent-over-another-link",
    rule: 2,
    breaks: "The cable was pulled meanwhile: the sale goes to whatever terminal answers at the other end by now.",
    file: "src/daemon/terminal/dispatch.ts",
    find: 'if (ports.openLink() !== order.link) return { kind: "notPerformed", reason: "notSent" };',
    replace: "",
    killedBy: { file: DISPATCH, name: "given another link by the time the fact is durable, the bytes stay here" },
  },
  {
    id: "sent-after-its-time",
    rule: 2,
    breaks: "The disk stood still for minutes, the till has given up, and then the terminal asks for the money.",
    file: "src/daemon/terminal/dispatch.ts",
    find: "if (ports.clock.monotonicMs() >= deadlineMs)",
    replace: "if (ports.clock.monotonicMs() === Infinity && deadlineMs > 0)",
    killedBy: {
      file: DISPATCH,
      name: "given an answer limit that passed while the disk was slow, the bytes stay here",
    },
  },
  {
    id: "repeat-before-durable",
    rule: 2,
    breaks:
      "A sale is sent once more and the power goes: nobody counts it, and it may be sent more often than allowed.",
    file: "src/daemon/terminal/repeat.ts",
    find: "const written = await record.write((current) => {",
    replace: `const written = await ((decide: Parameters<typeof record.write>[0]) => {
      void record.write(decide);
      return { kind: "written" } as const;
    })((current) => {`,
    killedBy: { file: REPEAT, name: "sends the stored bytes, and its fact is durable before they leave" },
  },
  {
    id: "repeat-after-a-restart",
    rule: 2,
    breaks: "The terminal was switched off and on, remembers nothing, gets the same sale again and charges it twice.",
    file: "src/daemon/terminal/repeat.ts",
    find: 'if (rules.memory.kind === "oneRun" && signs?.suspected !== false) return "restartSuspected";',
    replace: "void signs;",
    killedBy: { file: REPEAT, name: "is not sent where a restart is suspected" },
  },
  {
    id: "our-restart-is-no-silence",
    rule: 2,
    breaks:
      "The service stood still for a minute, in which the terminal may have lost its memory; started again it sends the sale once more.",
    file: "src/daemon/terminal/machines.ts",
    find: "this.#watchLife(record, lastSeen ?? record.transaction.dispatched?.at);",
    replace: "this.#watchLife(record, (lastSeen, new Date(this.#ports.clock.now()).toISOString()));",
    killedBy: {
      file: "test/daemon/restarts.test.ts",
      name: "is not sent again where that took longer than the terminal needs to forget it: a person decides",
    },
  },
  {
    id: "repeat-to-another-device",
    rule: 2,
    breaks:
      "The terminal was swapped: the new one knows nothing of the sale, gets it again and charges it a second time.",
    file: "src/daemon/terminal/repeat.ts",
    find: 'if (sameDevice(dispatched.identity, identity) !== "same") return "otherDevice";',
    replace: "void identity;",
    killedBy: {
      file: REPEAT,
      name: "is not sent to another device, to another pairing, or to one that did not say who it is",
    },
  },
  {
    id: "another-device-gives-the-sign-of-life",
    rule: 2,
    breaks:
      "Another terminal answers at the address meanwhile, and counts as proof that the first one was never switched off.",
    file: "src/daemon/terminal/performer.ts",
    find: 'if (sameDevice(dispatched?.identity, who) === "same") ports.signs()',
    replace: "void dispatched;\n      ports.signs()",
    killedBy: {
      file: "test/daemon/terminal/performer.test.ts",
      name: "is no other device, and not the same one under another pairing",
    },
  },
  {
    id: "repeat-after-the-deadline",
    rule: 2,
    breaks:
      "The till was told `unknown` long ago, the customer has gone, and the next one at the terminal is asked for the money.",
    file: "src/daemon/terminal/repeat.ts",
    find: "if (now < sentAt || record.dispatchAgeMs >= deadline - sentAt) return",
    replace: "if (now < sentAt || deadline < sentAt) return",
    killedBy: { file: REPEAT, name: "is not sent once the deadline has passed" },
  },
  {
    id: "repeat-outside-the-window",
    rule: 2,
    breaks: "The terminal remembers its answers for so long; the sale that it gets later is a new one to it.",
    file: "src/daemon/terminal/repeat.ts",
    find: 'if (record.dispatchAgeMs >= rules.windowMs) return "window";',
    replace: "",
    killedBy: { file: REPEAT, name: "is not sent outside the vendor's window" },
  },
  {
    id: "repeat-after-a-cancel",
    rule: 2,
    breaks: "The cashier does not want the sale any more, and it is sent to the terminal once more.",
    file: "src/daemon/terminal/repeat.ts",
    find: 'if (cancelRequested) return "cancelAsked";',
    replace: "void cancelRequested;",
    killedBy: { file: REPEAT, name: "is not sent after a cancel was asked" },
    diesBy: "ownAssertion",
  },
  {
    id: "refusal-at-one-address-is-no-restart",
    rule: 2,
    breaks:
      "The terminal's name stands for two addresses; at its own one its program has ended, with all that it remembered, and the sale is sent again.",
    file: "src/transports/socket.ts",
    find: 'errors.some(({ code }) => code === "ECONNREFUSED")',
    replace: 'errors.every(({ code }) => code === "ECONNREFUSED")',
    killedBy: {
      file: "test/transports/http.test.ts",
      name: "where a name stands for several addresses, one refusal tells that the program there has ended",
    },
  },
];
