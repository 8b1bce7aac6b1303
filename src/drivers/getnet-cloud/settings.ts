import { NAME_PATTERN, Type, withDefaults, type ValueOf } from "../../core/schema.ts";
import { getnetSettingsSchema, type GetnetSettings } from "../getnet/settings.ts";

/** Of all limits. */
const LONGEST_MS = 900_000;

const milliseconds = (defaultMs: number, minimum: number, description: string) =>
  Type.Integer({ default: defaultMs, minimum, maximum: LONGEST_MS, description });

const ACCOUNT = {
  country: Type.Enum(["CL", "AR"], {
    description: "whose cloud: its spelling and its base URL; for AR the link needs its baseUrl",
  }),
  clientId: Type.String({
    pattern: "^[!-~]{1,128}$",
    description: "of the account, as Getnet gave it: at most 128 printable ASCII characters without blanks",
  }),
  clientSecret: Type.Object(
    { secret: Type.String({ pattern: NAME_PATTERN, description: "what it is stored as" }) },
    { additionalProperties: false, description: "of the account, by the name of a stored secret" },
  ),
  env: Type.String({
    pattern: "^[a-z0-9-]{1,16}$",
    default: "prod",
    description: "AR: what the header env of the access request says (assumed: prod; uat was seen for tests)",
  }),
  tokenMs: Type.Integer({
    default: 3_000_000,
    minimum: 60_000,
    maximum: 86_400_000,
    description: "how long an access token is used (assumed: 50 minutes, as other clients use it)",
  }),
  requestsPerSecond: Type.Integer({
    default: 10,
    minimum: 1,
    maximum: 100,
    description: "of all terminals of the account together (assumed: no limit is documented)",
  }),
};

const TERMINAL = {
  idTerminal: Type.String({
    pattern: "^[0-9A-Za-z-]{1,32}$",
    description: "the terminal, as Getnet names it: letters, digits and hyphens, at most 32",
  }),
  idSucursal: Type.String({
    pattern: "^[0-9]{1,15}$",
    description: "the branch: digits, in AR with the zeros before them, as 0000087294",
  }),
  serialNumber: Type.String({
    pattern: "^[0-9A-Za-z-]{1,32}$",
    description: "of the terminal's hardware: letters, digits and hyphens, at most 32",
  }),
  currency: Type.String({
    pattern: "^[A-Z]{3}$",
    description: "ISO 4217, as CLP or ARS; the wire carries no currency",
  }),
};

const SALES = {
  print: Type.Boolean({
    default: true,
    description: "whether the terminal prints vouchers, where the POS does not say",
  }),
  saleType: Type.Integer({ default: 0, minimum: 0, maximum: 6, description: "saleType, where the POS does not say" }),
  employee: Type.Integer({ default: 1, minimum: 0, description: "employeeId, where the POS does not say" }),
  ticketLength: Type.Integer({
    default: 20,
    minimum: 10,
    maximum: 20,
    description: "characters of the ticket that the terminal keeps (assumed: 20)",
  }),
  planId: Type.String({
    pattern: "^[0-9A-Za-z_-]{1,32}$",
    default: "contado",
    description: "AR: the payment plan of a sale",
  }),
  operationMode: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 9,
    description: "AR: operationMode of a sale (assumed: 0)",
  }),
  skipConfirmation: Type.Boolean({
    default: false,
    description: "AR: the terminal does not ask for a confirmation (assumed: it does)",
  }),
  skipReceipt: Type.Boolean({ default: false, description: "AR: skipReceipt of a sale or refund (assumed: no)" }),
};

const BELIEFS = {
  ticketEchoed: Type.Boolean({
    default: true,
    description: "whether the record of a sale tells our ticket (assumed in AR); without it a lost sale is a person's",
  }),
  referencesEchoed: Type.Boolean({
    default: true,
    description: "whether a void tells the original's operationId and a refund its authorizationCode (assumed: yes)",
  }),
  amountIncludesTip: Type.Boolean({
    default: false,
    description: "whether the amount of a record contains its tip and cashback (assumed: no)",
  }),
  timeoutIsFinal: Type.Boolean({
    default: true,
    description: "whether code 1006 means that the terminal did nothing, and never will (assumed: yes)",
  }),
  refusalStatuses: Type.Array(Type.Integer({ minimum: 400, maximum: 499 }), {
    default: [400, 401, 403, 404, 422],
    maxItems: 32,
    description: "HTTP statuses after which a command was not taken (assumed but for 401); 408 and 429 never are",
  }),
  baseline: Type.Boolean({
    default: true,
    description: "ask for the last voucher when the terminal comes up (assumed: harmless)",
  }),
};

const TIMES = {
  answerMs: milliseconds(140_000, 100, "from dispatch to result: the vendor's 120 s, the cloud's way, and 10 s more"),
  cancelGraceMs: milliseconds(15_000, 10, "how long a cancel may take once the answer limit is over"),
  postMs: milliseconds(20_000, 100, "for the cloud's answer to a command"),
  lookMs: milliseconds(10_000, 100, "for the cloud's answer to the question what became of a command"),
  lookEveryMs: Type.Integer({
    default: 1_000,
    minimum: 1_000,
    maximum: 60_000,
    description: "pause between two such questions while the customer is at the terminal",
  }),
  lookLaterEveryMs: Type.Integer({
    default: 2_000,
    minimum: 1_000,
    maximum: 60_000,
    description: "the same pause after a minute",
  }),
  lookCalmlyEveryMs: Type.Integer({
    default: 30_000,
    minimum: 1_000,
    maximum: LONGEST_MS,
    description: "the same pause once a person was called: the result still settles it, whenever it comes",
  }),
  questionMs: milliseconds(60_000, 1_000, "for a terminal's whole answer to a probe, a report, a look at its vouchers"),
  probeMs: milliseconds(
    LONGEST_MS,
    1_000,
    "a terminal of which nothing was heard for longer is probed before an operation; a probe occupies it",
  ),
  quietMs: milliseconds(180_000, 0, "how long a sale must be absent before it counts as never made (assumed)"),
  askEveryMs: Type.Integer({
    default: 4_000,
    minimum: 1_000,
    maximum: 60_000,
    description: "pause between two looks at the terminal's vouchers while in doubt",
  }),
};

/**
 * What a technician can say about a terminal of Getnet's cloud. What nobody documents is marked as assumed, here and in
 * `docs/adr/0069-getnet-cloud-assumptions.md`.
 */
export const getnetCloudSettingsSchema = Type.Object(
  { ...ACCOUNT, ...TERMINAL, ...SALES, ...BELIEFS, ...TIMES },
  { additionalProperties: false },
);

export type CloudSettings = ValueOf<typeof getnetCloudSettingsSchema>;

/** The terminal is the same one as behind a cable: what reads its records wants them told in those settings. */
export function recordSettings(settings: CloudSettings): GetnetSettings {
  const { currency, print, saleType, employee, ticketLength, amountIncludesTip, referencesEchoed } = settings;
  const own = { currency, print, saleType, employee, ticketLength, amountIncludesTip, referencesEchoed };
  return withDefaults(getnetSettingsSchema, own) as GetnetSettings;
}
