import type { Mutant } from "../mutant.ts";

const PRACTICE = "test/daemon/practice/practice.test.ts";

/** Practice moves no money, and nothing but practice is taken for it. */
export const practiceMutants: readonly Mutant[] = [
  {
    id: "customers-pay-at-the-practice-terminal",
    rule: 3,
    breaks: "A till's sale is approved by a simulator that somebody practises at: the goods leave, and no money came.",
    file: "src/daemon/starts.ts",
    find: "const isOnlyPractised = request.terminal === PRACTICE_TERMINAL && !isPractice({ pos, ...request });",
    replace: "const isOnlyPractised = false as boolean;",
    killedBy: { file: PRACTICE, name: "runs once at a time, and nobody can add or pay at a terminal of its name" },
  },
  {
    id: "the-name-alone-proves-a-practice",
    rule: 3,
    breaks:
      "A real terminal that an older configuration called practice left a sale in doubt: the next start says that no money moved.",
    file: "src/core/practice.ts",
    find: "return pos === PAGE_POS && terminal === PRACTICE_TERMINAL && requestId.startsWith(REQUEST_ID_PREFIX);",
    replace: "return [pos, requestId].length > 0 && terminal === PRACTICE_TERMINAL;",
    killedBy: {
      file: PRACTICE,
      name: "that the last process left in doubt is settled with the next start, because no money can have moved",
    },
  },
  {
    id: "a-real-terminal-is-called-practice",
    rule: 3,
    breaks:
      "A technician adds a real terminal with the name of the practice terminal, and its payments are counted nowhere.",
    file: "src/daemon/terminal-check.ts",
    find: "config.id === PRACTICE_TERMINAL ?",
    replace: "config.id === [PRACTICE_TERMINAL, 0].join() ?",
    killedBy: { file: PRACTICE, name: "is taken by nobody's configuration" },
  },
  {
    id: "what-was-begun-beside-a-practice-is-left-open",
    rule: 1,
    breaks:
      "A payment that the page began beside a practice stays in doubt, and somebody looks for money that never was.",
    file: "src/daemon/practice/practise.ts",
    find: "filter(({ transaction }) => isPractice(transaction));",
    replace: 'filter(({ transaction }) => isPractice(transaction) && transaction.requestId === "");',
    killedBy: { file: PRACTICE, name: "leaves nothing in doubt either of what the page began beside it" },
  },
  {
    id: "a-test-payment-that-took-too-long-is-begun-again",
    rule: 1,
    breaks:
      "The service answers a real test payment with a timeout although it has stored it: the page offers to charge, with another request id.",
    file: "src/daemon/page/practice/own-payment.ts",
    find: "!(error instanceof RequestRefused) || !mayBeStored(error)",
    replace: "!(error instanceof RequestRefused) || mayBeStored(error)",
    killedBy: {
      file: "test/daemon/page/views.test.ts",
      name: "of which a refusal says nothing is looked for as well: it may be stored, and another request id would charge once more",
    },
  },
  {
    id: "a-lost-test-payment-counts-as-not-begun-at-once",
    rule: 1,
    breaks:
      "The connection is lost while a real test payment is being stored: the page says that nothing was begun, and the card is charged twice.",
    file: "src/daemon/page/practice/own-payment.ts",
    find: 'return isOnItsWay ? lost : { kind: "notBegun" };',
    replace: 'return isOnItsWay && requestId === "" ? lost : { kind: "notBegun" };',
    killedBy: {
      file: "test/daemon/page/views.test.ts",
      name: "whose answer is lost is looked for by its own request id, and never begun again",
    },
  },
  {
    id: "the-evidence-of-a-practice-tells-of-money",
    rule: 3,
    breaks:
      "Somebody shows the page about a practice payment as proof that he has paid: it says that the amount moved.",
    file: "src/client/evidence/evidence.ts",
    find: "...(isPractice(transaction) ? [] : approvedRows(outcome, words)),",
    replace: "...approvedRows(outcome, words),",
    killedBy: {
      file: "test/client/evidence/evidence.test.ts",
      name: "says of a practice payment, in every language, that it was practice, and of no amount that it moved",
    },
  },
];
