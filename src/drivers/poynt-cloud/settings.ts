import { NAME_PATTERN, Type, type ValueOf } from "../../core/schema.ts";

/** Of all limits. */
const LONGEST_MS = 900_000;
const UUID = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";

const milliseconds = (defaultMs: number, minimum: number, description: string) =>
  Type.Integer({ default: defaultMs, minimum, maximum: LONGEST_MS, description });

const uuid = (description: string) => Type.String({ pattern: `^${UUID}$`, description });

export const storeIdSchema = uuid("the store's id, a UUID");
export const deviceIdSchema = Type.String({
  pattern: `^urn:tid:${UUID}$`,
  description: "the terminal's id, as urn:tid:UUID; without it a payment would appear on every terminal of the store",
});

/** Whose account it is. */
export const credentialProperties = {
  appId: Type.String({ pattern: `^urn:aid:${UUID}$`, description: "the application's id, as urn:aid:UUID" }),
  privateKey: Type.Object(
    { secret: Type.String({ pattern: NAME_PATTERN, description: "the name of a secret" }) },
    { additionalProperties: false, description: 'the application\'s RSA key in PEM, as {"secret": NAME}' },
  ),
  businessId: uuid("the merchant's id, a UUID"),
};

const replyMs = milliseconds(10_000, 10, "for an answer of the cloud");

/** How the account is used. */
const accountProperties = {
  ...credentialProperties,
  audience: Type.String({
    default: "https://services.poynt.net",
    pattern: "^https?://[!-~]{1,200}$",
    description: "for whom we sign who we are",
  }),
  replyMs,
  probeMs: milliseconds(60_000, 10, "a cloud that was silent for longer is probed before an operation"),
  refreshEarlyMs: milliseconds(300_000, 0, "how long before its end a token is renewed, or half of its life"),
  retryMs: milliseconds(5_000, 10, "pause before a token is asked for again, where the cloud did not answer"),
  refusedRetryMs: milliseconds(60_000, 10, "pause before a token is asked for again, where the cloud refused"),
  requestsPerSecond: Type.Integer({
    default: 10,
    minimum: 1,
    maximum: 100,
    description: "of all terminals of the account (assumed: the vendor names no limit)",
  }),
  burst: Type.Integer({ default: 20, minimum: 1, maximum: 1_000, description: "so many requests at once (assumed)" }),
};

export const accountSettingsSchema = Type.Object(accountProperties, { additionalProperties: false });
export type AccountSettings = ValueOf<typeof accountSettingsSchema>;

/** How a transaction is looked for. */
const lookProperties = {
  quickMs: Type.Integer({
    default: 1_000,
    minimum: 1_000,
    maximum: 60_000,
    description: "pause between two questions while the customer is at the terminal; never less than a second",
  }),
  quickForMs: milliseconds(180_000, 0, "for how long it is asked quickly"),
  slowMs: Type.Integer({ default: 5_000, minimum: 1_000, maximum: 5_000, description: "pause after that, in doubt" }),
  idleMs: milliseconds(30_000, 1_000, "pause once a person was called"),
  clockSlackMs: milliseconds(
    600_000,
    0,
    "how far the cloud's idea of when a payment was made may be from ours (assumed)",
  ),
};

/**
 * What a technician can say about a terminal. What the vendor does not tell is marked as assumed, here and in
 * `docs/adr/0068-poynt-cloud-assumptions.md`.
 */
export const poyntCloudSettingsSchema = Type.Object(
  {
    ...accountProperties,
    ...lookProperties,
    storeId: storeIdSchema,
    deviceId: deviceIdSchema,
    currency: Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217, as USD; one currency a terminal" }),
    dataForm: Type.Enum(["flat", "nested"], {
      default: "flat",
      description:
        "flat: action and purchaseAmount; nested: a whole payment as text; which one a terminal knows is its version's",
    }),
    disableCash: Type.Boolean({
      default: true,
      description: "no cash at the terminal, where the POS does not say: the POS has a drawer of its own",
    }),
    disableTip: Type.Boolean({ default: false, description: "no tip screen, where the POS does not say" }),
    failedMovedNothing: Type.Boolean({
      default: false,
      description: "a payment that is told as FAILED without a transaction moved no money (assumed: not known)",
    }),
    capturePath: Type.String({
      default: "/capture",
      pattern: "^/[A-Za-z0-9/_-]{0,63}$",
      description: "behind a transaction's address, where it is captured by POST (assumed: not documented)",
    }),
    adjustmentPath: Type.String({
      default: "",
      pattern: "^(/[A-Za-z0-9/_-]{0,63})?$",
      description: "behind a transaction's address, where it is adjusted by PATCH (assumed: not documented)",
    }),
    ttlSeconds: Type.Integer({
      default: 45,
      minimum: 5,
      maximum: 45,
      description: "for how long the cloud tries to deliver a payment to the terminal; it drops it then",
    }),
    ttlMarginMs: milliseconds(15_000, 0, "how much later it may still be delivered (assumed)"),
    paymentMs: milliseconds(
      120_000,
      10_000,
      "how long a payment takes at the terminal, where the POS does not say (assumed)",
    ),
    answerMarginMs: milliseconds(15_000, 10_000, "how much longer it is waited for"),
    restMs: milliseconds(60_000, 10_000, "for a void, refund, capture or adjustment, with its repeats"),
    confirmMs: milliseconds(
      15_000,
      0,
      "how long the cloud may take to know what was done at the terminal, or what it told in its call; so long it must know nothing of a canceled payment (assumed)",
    ),
    anotherCardMs: milliseconds(
      90_000,
      0,
      "how long after a declined card another one may be tried, where the terminal does not call; never less than until the payment can be on no screen any more and the cloud has had confirmMs to know of it (assumed)",
    ),
    processingMs: milliseconds(180_000, 0, "how long the cloud may take to know what happened (assumed)"),
    repeatWindowMs: milliseconds(LONGEST_MS, 0, "for how long the cloud knows a request id again (assumed)"),
    mostRepeats: Type.Integer({ default: 5, minimum: 0, maximum: 100, description: "of one request in doubt" }),
  },
  { additionalProperties: false },
);

export type PoyntCloudSettings = ValueOf<typeof poyntCloudSettingsSchema>;

export const lookSettingsSchema = Type.Object({ ...lookProperties, replyMs }, { additionalProperties: false });
export type LookSettings = ValueOf<typeof lookSettingsSchema>;
