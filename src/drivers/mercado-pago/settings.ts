import { NAME_PATTERN, oneOf, Type, type ValueOf } from "../../core/schema.ts";
import { intentFields } from "./intents-settings.ts";

const milliseconds = (defaultMs: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: defaultMs, minimum, maximum, description });

const secret = (description: string) =>
  Type.Optional(
    Type.Object({ secret: Type.String({ pattern: NAME_PATTERN }) }, { additionalProperties: false, description }),
  );

const least = (defaultMinor: number, description: string) =>
  Type.Integer({ default: defaultMinor, minimum: 1, maximum: 999_999_999_999, description });

const word = (description: string) => Type.Optional(Type.String({ pattern: "^[A-Za-z0-9._-]{1,64}$", description }));

/** `<type>__<serial>` (mercado-pago.md 2.1). */
export const TERMINAL_ID = "^[A-Z][A-Z0-9_]{0,31}__[A-Za-z0-9-]{1,32}$";

const HOUR_MS = 3_600_000;

/** What the vendor allows (mercado-pago.md 3.1). */
export const SHORTEST_ORDER_MS = 30_000;
export const LONGEST_ORDER_MS = 3 * HOUR_MS;

/** What a technician can say. What the vendor does not tell is marked as assumed. */
export const mercadoPagoSettingsSchema = Type.Object(
  {
    terminalId: Type.Optional(
      Type.String({
        pattern: TERMINAL_ID,
        description: "as the account lists it: the type, two underscores and the serial number",
      }),
    ),
    currency: oneOf(["ARS", "BRL", "CLP", "MXN"], { description: "of the account's country; one a terminal" }),
    accessToken: secret("of an account that uses its own application: it does not expire by itself"),
    clientId: word("of the application that the seller has authorized; with clientSecret and refreshToken"),
    clientSecret: secret("of that application"),
    refreshToken: secret("what the seller's authorization gave: TG-...; it is renewed from then on"),
    webhookSecret: secret("of the application's notifications; without it none is believed"),
    api: Type.Enum(["orders", "intents"], {
      default: "orders",
      description:
        "the older payment intents for terminals that know no orders, in ARS, BRL and MXN: for CLP they are not documented, and refused",
    }),
    platformId: word("integration_data.platform_id, for certified partners (assumed: not needed)"),
    integratorId: word("integration_data.integrator_id, for certified partners (assumed: not needed)"),
    sponsorId: word("integration_data.sponsor.id, for certified partners (assumed: not needed)"),
    printOnTerminal: Type.Boolean({
      default: false,
      description: "whether the terminal prints the seller's ticket, where the POS does not say",
    }),
    clpDecimals: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 2,
      description: "decimals of an amount in CLP as it is sent: 1500 or 1500.00 (assumed: none)",
    }),
    minimumAmounts: Type.Object(
      {
        ARS: least(1_500, "minor units (assumed: integrators use 15.00)"),
        BRL: least(100, "minor units (assumed: the older API's 1.00)"),
        CLP: least(1, "minor units (assumed: nothing is known)"),
        MXN: least(500, "minor units (assumed: 1.00 was seen refused with the words that 5.00 is the least)"),
      },
      { default: {}, additionalProperties: false, description: "a sale of less is refused before it is sent" },
    ),
    saleMs: milliseconds(180_000, 45_000, LONGEST_ORDER_MS, "for a sale, where the POS does not say"),
    refundMs: milliseconds(60_000, 10_000, 900_000, "for a refund to be taken"),
    expiryMarginMs: milliseconds(
      15_000,
      10_000,
      120_000,
      "how much earlier than our own limit the order expires at the vendor, so that its end is still heard",
    ),
    cancelGraceMs: milliseconds(10_000, 1_000, 60_000, "after the limit, for a cancel to be answered"),
    pollMs: milliseconds(1_000, 1_000, 5_000, "pause between an answer and the next look at a living order"),
    slowPollMs: milliseconds(4_000, 1_000, 5_000, "the same after the answer limit, and after an answer that failed"),
    calmPollMs: milliseconds(30_000, 1_000, HOUR_MS, "the same once a person was called"),
    standingPollMs: milliseconds(60_000, 1_000, 24 * HOUR_MS, "between two looks at a refund in process"),
    absentMarginMs: milliseconds(
      60_000,
      1_000,
      HOUR_MS,
      "how long after an order's own end the vendor may still not list it (assumed)",
    ),
    askEveryMs: milliseconds(3_000, 1_000, 5_000, "pause between two repeats of a request in doubt"),
    mostRepeats: Type.Integer({ default: 20, minimum: 0, maximum: 100, description: "of one request in doubt" }),
    replyMs: milliseconds(15_000, 100, 60_000, "for one answer of the vendor's servers"),
    probeMs: milliseconds(60_000, 1_000, HOUR_MS, "how long what the account knows of a terminal is good"),
    pairMs: milliseconds(60_000, 1_000, 600_000, "for a terminal to be switched to its POS"),
    refreshAheadMs: milliseconds(
      7 * 24 * HOUR_MS,
      1_000,
      30 * 24 * HOUR_MS,
      "how long before its end a token is renewed; never before half of its life",
    ),
    retryMs: milliseconds(30_000, 1_000, HOUR_MS, "between two tries to reach an account that failed"),
    requestsPerSecond: Type.Integer({
      default: 20,
      minimum: 1,
      maximum: 1_000,
      description: "of all terminals of an account together (assumed: the vendor gives no figure)",
    }),
    webhookToleranceMs: milliseconds(
      HOUR_MS,
      1_000,
      24 * HOUR_MS,
      "how old a notification may be (assumed: one that is delivered again keeps its time)",
    ),
    ...intentFields,
  },
  { additionalProperties: false },
);

export type MercadoPagoSettings = ValueOf<typeof mercadoPagoSettingsSchema>;
