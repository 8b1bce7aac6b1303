import { Type, type ValueOf } from "../../core/schema.ts";
import { credentialProperties, deviceIdSchema, storeIdSchema } from "../poynt-cloud/settings.ts";

/** Of all limits. */
export const LONGEST_MS = 900_000;

const milliseconds = (defaultMs: number, minimum: number, description: string) =>
  Type.Integer({ default: defaultMs, minimum, maximum: LONGEST_MS, description });

/** By what doubts of this terminal are looked up in the vendor's cloud. */
const cloudSchema = Type.Object(
  {
    ...credentialProperties,
    storeId: Type.Optional(storeIdSchema),
    deviceId: Type.Optional(
      Type.String({
        ...deviceIdSchema,
        description: "the terminal's id there, as urn:tid:UUID: whose payment it must be",
      }),
    ),
    baseUrl: Type.Optional(
      Type.String({ pattern: "^https?://[!-~]{1,200}$", description: "of the cloud, as https://services.poynt.net" }),
    ),
    searchMs: milliseconds(30_000, 0, "how long the cloud is asked before a person is called (assumed)"),
  },
  { additionalProperties: false, description: "the merchant's account, where a doubt is looked up" },
);

export type CloudSettings = ValueOf<typeof cloudSchema>;

/**
 * What a technician can say about a terminal. What the vendor does not tell is marked as assumed, here and in
 * `docs/adr/0062-poynt-assumptions.md`.
 */
export const poyntSettingsSchema = Type.Object(
  {
    currency: Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217, as USD; one currency a terminal" }),
    cloud: Type.Optional(cloudSchema),
    clientName: Type.String({
      default: "Tillbridge",
      pattern: "^[A-Za-z0-9][A-Za-z0-9 ._-]{0,31}$",
      description: "the name that the terminal shows for us: letters, digits, blanks, dots, hyphens, at most 32",
    }),
    receiptType: Type.Enum(["NONE", "PAPER"], {
      default: "NONE",
      description: "whether the terminal prints the receipt, where the POS does not say",
    }),
    disableCash: Type.Boolean({
      default: true,
      description: "no cash at the terminal, where the POS does not say: the POS has a drawer of its own",
    }),
    disableTip: Type.Boolean({ default: false, description: "no tip screen, where the POS does not say" }),
    voidPreSales: Type.Boolean({
      default: true,
      description: "a pre-authorization is released by authorizeVoidPreSales (assumed), otherwise by authorizeVoid",
    }),
    scanPath: Type.Enum(["imagescanner", "cat"], {
      default: "imagescanner",
      description: "where this version of the terminal's app has getScanData",
    }),
    paymentState: Type.Boolean({
      default: true,
      description: "ask for the state of the payment screen in each probe (assumed: harmless)",
    }),
    failedMovedNothing: Type.Boolean({
      default: false,
      description: "a payment that is told as FAILED without a transaction moved no money (assumed: not known)",
    }),
    refusalCodes: Type.Array(Type.Integer({ minimum: 1, maximum: 99_999 }), {
      default: [],
      maxItems: 32,
      description: "errorCodes of which it is known that nothing was begun; none is documented, 112 never is one",
    }),
    timeoutMs: milliseconds(60_000, 10_000, "what the terminal is told to take at most, where the POS does not say"),
    answerMarginMs: milliseconds(30_000, 10_000, "how much longer an answer may take than the terminal was told"),
    lateReplyMs: milliseconds(290_000, 0, "how much longer still an open request is listened to"),
    aliveEveryMs: milliseconds(2_000, 10, "pause between two pings beside a payment (assumed: they are answered)"),
    askEveryMs: Type.Integer({
      default: 4_000,
      minimum: 10,
      maximum: 5_000,
      description: "pause between two repeats of a request in doubt",
    }),
    mostRepeats: Type.Integer({ default: 10, minimum: 0, maximum: 100, description: "of one request in doubt" }),
    repeatWindowMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: LONGEST_MS,
        description:
          "for how long the terminal knows a request again (assumed: at least as long as an answer may take)",
      }),
    ),
    restartSuspicionMs: milliseconds(10_000, 10, "silence that suggests a restart without memory (assumed)"),
    probeMs: milliseconds(15_000, 10, "a terminal that was silent for longer is probed before an operation"),
    replyMs: milliseconds(5_000, 10, "for short answers: ping, paymentState"),
    functionMs: milliseconds(60_000, 10, "for what a person or the printer does: print, display, scan"),
    pairMs: milliseconds(45_000, 10, "for a pairing: the question on the terminal lives 30 s"),
  },
  { additionalProperties: false },
);

export type PoyntSettings = ValueOf<typeof poyntSettingsSchema>;
