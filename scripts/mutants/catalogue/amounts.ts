import type { Mutant } from "../mutant.ts";

const PLAUSIBLE = "test/core/plausible.test.ts";
const TILL = "test/daemon/till.test.ts";

/** What a terminal may approve, and what is given back. */
export const amountMutants: readonly Mutant[] = [
  {
    id: "any-currency-is-taken",
    rule: "amounts",
    breaks: "The till asks for 1250 euros at a terminal that knows pesos only, and 1250 pesos are charged.",
    file: "src/daemon/admission.ts",
    find: "if (currency !== undefined && !capabilities.currencies.includes(currency)) {",
    replace: 'if (currency === "" && !capabilities.currencies.includes(currency)) {',
    killedBy: {
      file: "test/daemon/limits.test.ts",
      name: "is refused before anything is stored, and the field is named",
    },
  },
  {
    id: "approved-in-another-currency",
    rule: "amounts",
    breaks: "Pesos were approved where euros were asked, and the till is told that all is paid.",
    file: "src/core/plausible.ts",
    find: "if (money !== undefined && money.currency !== asked.currency)",
    replace: "if (money !== undefined && money.currency === '')",
    killedBy: { file: PLAUSIBLE, name: "is not believed in another currency" },
  },
  {
    id: "more-than-was-asked",
    rule: "amounts",
    breaks: "The terminal took more than the bill, and nobody notices.",
    file: "src/core/plausible.ts",
    find: "if (approved.value > most)",
    replace: "if (approved.value > most * 1000)",
    killedBy: { file: PLAUSIBLE, name: "is not believed for one unit more than was asked" },
  },
  {
    id: "partial-without-a-word",
    rule: "amounts",
    breaks: "Half of the bill was approved, the terminal does not say that it is a part, and the goods leave.",
    file: "src/core/plausible.ts",
    find: "if (approved.value < asked.value && !verdict.partial) {",
    replace: "if (approved.value < 0) {",
    killedBy: { file: PLAUSIBLE, name: "is not believed for less, unless the terminal calls it partial" },
  },
  {
    id: "more-is-given-back-than-was-paid",
    rule: "amounts",
    breaks: "A sale of 12.50 is refunded twice in full.",
    file: "src/daemon/admission.ts",
    find: "if (taken + asked > approved.value) {",
    replace: "if (asked > approved.value) {",
    killedBy: { file: TILL, name: "more than was approved is refused, whatever the parts" },
  },
  {
    id: "refund-is-pruned-before-its-sale",
    rule: "amounts",
    breaks: "The refund is old and pruned, the sale is not yet: it is given back a second time.",
    file: "src/journal/pruning.ts",
    find: "WHERE id = :original)",
    replace: "WHERE id = :original AND id = :id)",
    killedBy: {
      file: "test/journal/sqlite.test.ts",
      name: "an original stays for an open successor, and a successor as long as its original",
    },
  },
  {
    id: "two-refunds-at-once",
    rule: "amounts",
    breaks: "Two tills give the same sale back at the same moment, and both are paid out.",
    file: "src/daemon/starts.ts",
    find: "const before = Promise.all(ids.flatMap((id) => this.#originals.get(id) ?? []));",
    replace: "const before = Promise.resolve();",
    killedBy: { file: TILL, name: "two refunds at the same time cannot both see the same rest" },
  },
  {
    id: "given-back-by-another-name",
    rule: "amounts",
    breaks: "A sale is given back by its transaction, and once more by the references that the terminal has for it.",
    file: "src/daemon/starts.ts",
    find: "const alike = terminal === undefined ? [] : await originalsNamed(this.#ports.records.journal, operation, terminal);",
    replace: "const alike: readonly Transaction[] = [];\n    void terminal;\n    void originalsNamed;",
    killedBy: {
      file: "test/daemon/given-back.test.ts",
      name: "is the same whichever way the sale is named: by its transaction, or as the terminal calls it",
    },
  },
  {
    id: "reprint-takes-the-refund",
    rule: "amounts",
    breaks:
      "A receipt is printed again, the refund is counted on the reprint, and the sale can be given back once more.",
    file: "src/daemon/named-originals.ts",
    find: 'case "duplicateReceipt":\n      return undefined;',
    replace: 'case "duplicateReceipt":\n      return one;',
    killedBy: {
      file: "test/daemon/given-back.test.ts",
      name: "is not counted on a reprint, which has the sale's own references",
    },
  },
  {
    id: "number-of-before-is-voided",
    rule: "amounts",
    breaks:
      "A void is held against the sale that had the number in the batch before, and the newest one can be voided twice.",
    file: "src/daemon/named-originals.ts",
    find: "one.createdAt < other.createdAt ? 1 : -1",
    replace: "one.createdAt < other.createdAt ? -1 : 1",
    killedBy: {
      file: "test/daemon/given-back.test.ts",
      name: "is looked up by what the terminal finds it by: a number that came again is the newest one's to void",
    },
  },
  {
    id: "adjustment-counts-for-nothing",
    rule: "amounts",
    breaks: "The customer paid a tip as well, and the shop cannot give back what was really paid.",
    file: "src/daemon/admission.ts",
    find: "const approved = successors.reduce(adjusted, first);",
    replace: "const approved = first;\n  void adjusted;",
    killedBy: {
      file: "test/daemon/given-back.test.ts",
      name: "counts an adjustment: what the customer has paid in the end can be given back, once",
    },
  },
];
