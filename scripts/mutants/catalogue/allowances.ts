import type { Mutant } from "../mutant.ts";

const LIMITS = "test/daemon/pos-limits.test.ts";
const SIGNED = "test/daemon/signed-requests.test.ts";

/** What a POS may move, and what its back office has to have signed. */
export const allowanceMutants: readonly Mutant[] = [
  {
    id: "limit-is-not-asked",
    rule: "amounts",
    breaks: "A till that may give back 20 euros gives back 2,000.",
    file: "src/daemon/allowances.ts",
    find: "if (perOperation !== undefined && asked.value > perOperation) {",
    replace: "if (perOperation !== undefined && asked.value > perOperation * 1_000_000) {",
    killedBy: { file: LIMITS, name: "is the most that it may be" },
  },
  {
    id: "damaged-limit-is-none",
    rule: "amounts",
    breaks: "A limit whose name was damaged on the disk is no limit any more.",
    file: "src/home/pos-file.ts",
    find: "const exact = { additionalProperties: false } as const;",
    replace: "const exact = {} as const;",
    killedBy: {
      file: "test/home/pos-registry.test.ts",
      name: "reads what is left of a real file in which any one byte was damaged, and makes nobody freer",
    },
  },
  {
    id: "damaged-pos-is-added-anew",
    rule: "amounts",
    breaks: "Whoever adds a POS whose record is damaged makes one without the limits that it had.",
    file: "src/daemon/server/administration-handlers.ts",
    find: "if (broken !== undefined) return unreadable(pos, broken);\n  const known = server.registry.find(pos);\n  const before",
    replace: "void broken;\n  const known = server.registry.find(pos);\n  const before",
    killedBy: {
      file: "test/daemon/server/pos-rules.test.ts",
      name: "a POS whose record is damaged is not let in, nor added or changed over it: revoked first, with its limits in mind",
    },
  },
  {
    id: "void-of-one-cent",
    rule: "amounts",
    breaks: "A void names one cent, is within every limit, and takes back the whole sale.",
    file: "src/core/pos-limits.ts",
    find: "return worth.value > named.value ? worth : named;",
    replace: "return named;",
    killedBy: {
      file: LIMITS,
      name: "counts the whole of a refund or void that names no amount, and of a void that names less",
    },
  },
  {
    id: "doubt-counts-nothing",
    rule: "amounts",
    breaks: "Whoever pulls the terminal's cable after each refund has no limit of a day.",
    file: "src/core/pos-limits.ts",
    find: 'if (story === undefined || story.kind === "unknown") return asked;',
    replace: "if (story === undefined) return asked;",
    killedBy: { file: LIMITS, name: "counts what is in doubt, until somebody says that it did not move" },
  },
  {
    id: "running-counts-nothing",
    rule: "amounts",
    breaks: "A queue full of refunds, each within what is left of the day, is paid out whole.",
    file: "src/core/pos-limits.ts",
    find: 'if (story === undefined || story.kind === "unknown") return asked;',
    replace: 'if (story?.kind === "unknown") return asked;\n  if (story === undefined) return undefined;',
    killedBy: { file: LIMITS, name: "counts what waits and what runs" },
  },
  {
    id: "two-fit-at-once",
    rule: "amounts",
    breaks: "Two refunds at the same moment both see what is left of the day, and both are paid out.",
    file: "src/daemon/allowances.ts",
    find: "this.#holds.set(key, holds.add(hold));",
    replace: "void hold;",
    killedBy: { file: LIMITS, name: "has no room for two at once that fit alone" },
  },
  {
    id: "limit-forgets-over-a-restart",
    rule: "amounts",
    breaks: "Starting the service again gives a till a new day.",
    file: "src/daemon/spending.ts",
    find: "if (!day.entries.has(transaction.id)) count(day, transaction, worth);",
    replace: "void worth;",
    killedBy: { file: LIMITS, name: "survives a restart" },
  },
  {
    id: "lowered-limit-refuses-a-repeat",
    rule: 1,
    breaks:
      "A till asks what became of its sale, hears that it is beyond the limit, and lets the customer pay another way.",
    file: "src/daemon/transactions.ts",
    find: 'fresh.kind === "duplicate" ? fresh.found : await this.#ports.records.journal.find(caller.pos, requestId)',
    replace:
      'fresh.kind === "duplicate" ? fresh.found : fresh.refusal.reason === "limitExceeded" ? undefined : await this.#ports.records.journal.find(caller.pos, requestId)',
    killedBy: {
      file: LIMITS,
      name: "is for new operations: what is stored is answered, also after the limit was lowered",
    },
  },
  {
    id: "signature-demanded-from-a-repeat",
    rule: 1,
    breaks: "A page asks again after the signature has expired, hears that it has to sign, and charges anew.",
    file: "src/daemon/transactions.ts",
    find: 'fresh.kind === "duplicate" ? fresh.found : await this.#ports.records.journal.find(caller.pos, requestId)',
    replace:
      'fresh.kind === "duplicate" ? fresh.found : fresh.refusal.reason === "signatureRequired" ? undefined : await this.#ports.records.journal.find(caller.pos, requestId)',
    killedBy: { file: SIGNED, name: "is answered what is stored without a signature, with any, and after its end" },
  },
  {
    id: "signature-without-request-id",
    rule: "amounts",
    breaks: "A page that is hijacked sends one signed payment again and again, each time with a new request id.",
    file: "src/core/signed-request.ts",
    find: "return canonicalJson({ expiresAt, operation, pos, requestId, terminal } as Json);",
    replace: "void requestId;\n  return canonicalJson({ expiresAt, operation, pos, terminal } as Json);",
    killedBy: { file: SIGNED, name: "is charged at most once by a signature, whoever sends it again" },
  },
  {
    id: "signature-for-ever",
    rule: "amounts",
    breaks: "A signature from last month, found in a log of the web shop, is charged today.",
    file: "src/daemon/signatures.ts",
    find: "if (!(nowMs < endsMs)) return",
    replace: "if (endsMs === 0) return",
    killedBy: { file: SIGNED, name: "is not charged later than was signed, and the expiry cannot be changed" },
  },
  {
    id: "signature-may-be-left-out",
    rule: "amounts",
    breaks: "A page that is hijacked leaves the signature out, and charges what it likes.",
    file: "src/daemon/signatures.ts",
    find: "return movesMoney(operation.type)",
    replace: "return movesMoney(operation.type) && pos === ''",
    killedBy: {
      file: SIGNED,
      name: "starts nothing that moves money without a signature, and what moves none as before",
    },
  },
  {
    id: "any-signature-is-good",
    rule: "amounts",
    breaks: "A page that is hijacked puts any 64 bytes beside an amount of its own.",
    file: "src/daemon/signatures.ts",
    find: "if (!crypto.verifyEd25519(bytesOf(signingKey), message, bytesOf(value))) {",
    replace: "if (!crypto.verifyEd25519(bytesOf(signingKey), message, bytesOf(value)) && value === '') {",
    killedBy: { file: SIGNED, name: "is another one than one with the same key, and its key no other's" },
  },
  {
    id: "stored-after-it-was-not-found",
    rule: 1,
    breaks:
      "A till finds no trace of its sale, the customer pays in cash, and the journal that was slow lets the sale begin.",
    file: "src/daemon/starts.ts",
    find: "if (this.#leftMs(tried) <= 0) return TOO_SLOW;",
    replace: "",
    killedBy: {
      file: LIMITS,
      name: "stores nothing that took too long to look at: who finds nothing by then lets the customer pay another way",
    },
  },
  {
    id: "refused-beside-its-own-first-try",
    rule: 1,
    breaks:
      "A page asks again, hears that its signature is too old and nothing is stored, and its first try is charged.",
    file: "src/daemon/starts.ts",
    find: 'if (started.kind === "refused") await before;',
    replace: "",
    killedBy: {
      file: SIGNED,
      name: "is not told that nothing is stored while an earlier try of the same request may still be",
    },
  },
  {
    id: "void-worth-what-it-says",
    rule: "amounts",
    breaks:
      "A void names its original as the terminal calls it, says that it is about one cent, and takes back any sale.",
    file: "src/daemon/allowances.ts",
    find: "const isUnbounded = takesTheWhole(type) && worth === undefined;",
    replace: "const isUnbounded = takesTheWhole(type) && worth === undefined && asked === undefined;",
    killedBy: {
      file: LIMITS,
      name: "takes nobody's word for what a void is worth whose original is named as the terminal calls it",
    },
  },
];
