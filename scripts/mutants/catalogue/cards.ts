import type { Mutant } from "../mutant.ts";

/** Rule 11: no full card number gets past the codec. */
export const cardMutants: readonly Mutant[] = [
  {
    id: "card-number-in-a-fact",
    rule: 11,
    breaks:
      "A terminal tells the whole card number in the field for its last four digits, and it lies on the shop's PC for years.",
    file: "src/drivers/getnet/voucher.ts",
    find: "last4: last4 !== undefined && /^\\d{4}$/.test(last4) ? last4 : undefined,",
    replace: "last4,",
    killedBy: {
      file: "test/drivers/getnet/codec.test.ts",
      name: "is no part of a record where its last four are more than four digits",
    },
  },
  {
    id: "card-number-from-the-other-vendor",
    rule: 11,
    breaks: "The same at a terminal that is asked by HTTP.",
    file: "src/drivers/poynt/payment.ts",
    find: 'typeof last4 === "string" && /^\\d{4}$/.test(last4) ? last4 : undefined',
    replace: 'typeof last4 === "string" ? last4 : undefined',
    killedBy: { file: "test/drivers/poynt/codec.test.ts", name: "is not taken from what is no four digits" },
  },
  {
    id: "first-six-digits-stay",
    rule: 11,
    breaks: "A scanned card number is shown but for a few digits: with its first six it is half the way to the whole.",
    file: "src/codec/card-numbers.ts",
    find: "for (let place = start; place < start + length - VISIBLE; place += 1) hidden.add(place);",
    replace: "for (let place = start + 6; place < start + length - VISIBLE; place += 1) hidden.add(place);",
    killedBy: {
      file: "test/codec/card-numbers.test.ts",
      name: "leaves no number of a scheme to be read, whatever stands around it",
    },
  },
  {
    id: "card-number-in-another-spelling",
    rule: 11,
    breaks: "A number with dots between its groups is no number any more, and lies in the log and in the journal.",
    file: "src/codec/card-numbers.ts",
    find: "hide(first, groupedNumberAt(groups, from));",
    replace: "hide(first, groupedNumberAt(groups, from) * 0);",
    killedBy: { file: "test/codec/card-numbers.test.ts", name: "finds one with dots" },
  },
  {
    id: "track-data-stays",
    rule: 11,
    breaks: "The number of a track is hidden, and what the issuer checks beside it stays: enough to make another card.",
    file: "src/codec/card-numbers.ts",
    find: "return maskTracks(maskBy(checkedNumberAt, text));",
    replace: "return maskBy(checkedNumberAt, text.slice(maskTracks(text).length * 0));",
    killedBy: { file: "test/codec/card-numbers.test.ts", name: "hides the whole of track 2" },
  },
  {
    id: "card-number-as-a-count",
    rule: 11,
    breaks: "A card number that comes where a count belongs is handed on as one, into the recordings.",
    file: "src/drivers/mercado-pago/answers.ts",
    find: "total >= 0 && total <= MOST_COUNTED;",
    replace: "total >= 0 && total <= MOST_COUNTED ** 2;",
    killedBy: {
      file: "test/conformance/card-data.test.ts",
      name: "whatever field a terminal of Mercado Pago Point says a card number in, the number goes no further than the codec",
    },
  },
  {
    id: "card-number-as-a-reference",
    rule: 11,
    breaks:
      "A cashier swipes a card where the order number belongs, and its number is in the journal and on receipts for years.",
    file: "src/daemon/admission.ts",
    find: 'if (typeof value === "string") return holdsIssuedCard(value);',
    replace: 'if (typeof value === "string") return false;',
    killedBy: {
      file: "test/daemon/card-number-fault.test.ts",
      name: "in groups in operation.reference is refused, and not told what it was",
    },
  },
  {
    id: "card-number-in-the-log",
    rule: 11,
    breaks: "What slipped through stands in the log, which is sent to support by mail.",
    file: "src/daemon/redaction.ts",
    find: "return maskIssuedCards(text);",
    replace: "return text.slice(maskIssuedCards(text).length * 0);",
    killedBy: {
      file: "test/daemon/logging.test.ts",
      name: "hides card numbers and secrets, from the file and from the person",
    },
  },
];
