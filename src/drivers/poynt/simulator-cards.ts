import type { JsonObject } from "../../core/json.ts";

/** A test number of the brand, with what a terminal tells of it. The whole number stands in its answers too, so that a leak is seen. */
type TestCard = {
  readonly type: string;
  /** As catResponse has it. */
  readonly letter: string;
  readonly number: string;
  readonly holder: readonly [first: string, last: string];
  readonly application: string;
  readonly isDebit: boolean;
};

const VISA: TestCard = {
  type: "VISA",
  letter: "V",
  number: "4111111111111111",
  holder: ["CARDHOLDER", "VISA"],
  application: "A0000000031010",
  isDebit: false,
};

const CARDS: readonly TestCard[] = [
  VISA,
  {
    type: "MASTERCARD",
    letter: "M",
    number: "5555555555554444",
    holder: ["CARDHOLDER", "MASTERCARD"],
    application: "A0000000041010",
    isDebit: true,
  },
  {
    type: "AMERICAN_EXPRESS",
    letter: "A",
    number: "378282246310005",
    holder: ["CARDHOLDER", "AMEX"],
    application: "A000000025010402",
    isDebit: false,
  },
];

const EXPIRY = { expirationDate: 31, expirationMonth: 12, expirationYear: 2030 };

export function cardOf(index: number): TestCard {
  return CARDS[index % CARDS.length] ?? VISA;
}

export function maskedNumber({ number }: TestCard): string {
  return `${number.slice(0, 6)}${"*".repeat(number.length - 10)}${number.slice(-4)}`;
}

export function emvTagsOf({ number, application }: TestCard): JsonObject {
  return {
    "0x5A": number.length % 2 === 0 ? number : `${number}F`,
    "0x57": `${number}D30122010000000000000F`,
    "0x9F06": application,
    "0x95": "0000008000",
  };
}

export function fundingSourceOf(card: TestCard, entryMode: string): JsonObject {
  const [first, last] = card.holder;
  return {
    type: "CREDIT_DEBIT",
    debit: card.isDebit,
    card: {
      type: card.type,
      status: "ACTIVE",
      ...EXPIRY,
      id: 3_070_001,
      numberFirst6: card.number.slice(0, 6),
      numberLast4: card.number.slice(-4),
      numberMasked: maskedNumber(card),
      cardHolderFirstName: first,
      cardHolderLastName: last,
      cardHolderFullName: `${last}/${first}`,
      encrypted: true,
      serviceCode: "201",
      keySerialNumber: "FFFF9876543210E00001",
      track2data: `${card.number}=30122010000000000000`,
    },
    entryDetails: { customerPresenceStatus: "PRESENT", entryMode },
    emvData: { emvTags: emvTagsOf(card) },
  };
}
