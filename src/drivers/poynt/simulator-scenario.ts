import type { Json } from "../../core/json.ts";
import { oneOf, Type, withDefaults, type ValueOf } from "../../core/schema.ts";
import { COMMAND_NAMES, type CommandName } from "./simulator-commands.ts";
import { amount, CLOSED, milliseconds, ReactionSchema, type Reaction } from "./simulator-reactions.ts";

const RuleSchema = Type.Object(
  {
    when: Type.Object(
      {
        command: Type.Optional(oneOf(COMMAND_NAMES)),
        amount: Type.Optional(amount),
        repeat: Type.Boolean({ default: false, description: "a request whose id the terminal knows already" }),
        nth: Type.Optional(
          Type.Integer({ minimum: 1, description: "only the nth request that matches the rest; 1 is the first" }),
        ),
      },
      { ...CLOSED, default: {} },
    ),
    then: Type.Array(ReactionSchema, { maxItems: 20 }),
  },
  CLOSED,
);

const uuid = (fallback: string) =>
  Type.String({ pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", default: fallback });

const IdentitySchema = Type.Object(
  {
    serialNumber: Type.String({ pattern: "^[0-9A-Za-z-]{1,32}$", default: "P61SIM000000001" }),
    deviceId: uuid("7e5f0d3c-1f0b-4a57-9d34-3f3d1c2b6a01"),
    storeId: uuid("4b0f5c1e-9a56-4a39-8f52-0c7d6e5a4b02"),
    businessId: uuid("d1a3b5c7-2e4f-4680-9bdf-13579bdf0203"),
  },
  { ...CLOSED, default: {} },
);

/** One client, and how it becomes that (poynt.md 1.3). */
const PAIRING = {
  pairingCode: Type.String({
    pattern: "^[0-9A-Za-z]{4,32}$",
    default: "ZHED2L",
    description: "shown on the terminal, for pairing by hand",
  }),
  pairedWith: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: "the secret of a pairing that was made before" }),
  ),
  unpaired: Type.Enum(["mismatch", "error", "silent"], {
    default: "mismatch",
    description: "what a terminal without a client answers (assumed)",
  }),
  secondPairing: Type.Enum(["evicts", "refused"], {
    default: "evicts",
    description: "what becomes of another client's pairing (assumed)",
  }),
  otherClientPairsMs: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 86_400_000, description: "after so long another client pairs" }),
  ),
  confirmMs: Type.Integer({
    ...milliseconds,
    default: 1_000,
    description: "until the person at the terminal confirms a pairing; after 30 s the question is gone",
  }),
  confirmsCode: Type.Boolean({
    default: false,
    description: "whether a pairing by the terminal's code is confirmed as well (assumed)",
  }),
  secret: Type.Enum(["fresh", "clientCode"], {
    default: "fresh",
    description: "what pairWithKey brings the client: a secret of the terminal's, or the client's own code (assumed)",
  }),
  secretLines: Type.Enum(["one", "escaped", "raw"], {
    default: "one",
    description: "the encrypted secret in one line, or wrapped at 76 with escaped or raw line breaks (assumed)",
  }),
};

const TIMES = {
  customerMs: Type.Integer({ ...milliseconds, default: 500, description: "until the customer presents a card" }),
  stageMs: Type.Integer({ ...milliseconds, default: 275, description: "for the PIN, and for the host" }),
  afterTimeout: Type.Enum(["goesOn", "dismissed"], {
    default: "goesOn",
    description: "what becomes of a payment whose client's time is over and that has not gone to the host (assumed)",
  }),
};

/** What the vendor does not say about a request that comes twice, and about two at once (poynt.md 1.8). */
const REPEATS = {
  repeat: Type.Enum(["replays", "runsAgain"], {
    default: "replays",
    description: "what becomes of an id whose result is known",
  }),
  repeatWhileRunning: Type.Enum(["joins", "busy"], {
    default: "joins",
    description: "what becomes of an id that is still running (assumed)",
  }),
  retentionMs: Type.Integer({
    ...milliseconds,
    default: 86_400_000,
    description: "how long a result is kept for a repeat (assumed)",
  }),
  whileBusy: Type.Enum(["error", "queue", "silent"], {
    default: "error",
    description: "what becomes of a payment while another one runs (assumed)",
  }),
};

export const ScenarioSchema = Type.Object(
  {
    identity: IdentitySchema,
    currency: Type.String({ pattern: "^[A-Z]{3}$", default: "USD", description: "where a request names none" }),
    ...PAIRING,
    ...TIMES,
    ...REPEATS,
    purchaseAction: Type.Enum(["SALE", "AUTHORIZE"], {
      default: "SALE",
      description: "how the merchant's terminal takes a sale; AUTHORIZE where tips are added later",
    }),
    errorStatus: Type.Enum([400, 200], {
      default: 400,
      description: "the HTTP status of errors other than a wrong signature (assumed)",
    }),
    closeAfterReply: Type.Boolean({ default: false, description: "closes the connection in order after each answer" }),
    scanResult: Type.String({ maxLength: 500, default: "TILLBRIDGE-1", description: "what the scanner reads" }),
    rules: Type.Array(RuleSchema, { default: [], maxItems: 1_000, description: "the first that matches counts" }),
  },
  { ...CLOSED, default: {} },
);
export type Scenario = ValueOf<typeof ScenarioSchema>;

/** `scenario` fits the schema. */
export function completeScenario(scenario: Json): Scenario {
  return withDefaults(ScenarioSchema, scenario) as Scenario;
}

/** How often each rule was matched but for its `nth`. */
export type Hits = readonly number[];

/** What a rule looks at. */
export type Occasion = {
  readonly command: CommandName | undefined;
  readonly amount: Json | undefined;
  readonly isRepeat: boolean;
};

/** The reactions to a request, and the counts with this request in them. */
export function reactionsTo(
  rules: Scenario["rules"],
  hits: Hits,
  { command, amount: asked, isRepeat }: Occasion,
): { readonly reactions: readonly Reaction[]; readonly hits: Hits } {
  const matched = rules.map(
    ({ when }) =>
      (when.command === undefined || when.command === command) &&
      (when.amount === undefined || when.amount === asked) &&
      when.repeat === isRepeat,
  );
  const counted = rules.map((_, index) => (hits[index] ?? 0) + (matched[index] === true ? 1 : 0));
  const chosen = rules.find(
    ({ when }, index) => matched[index] === true && (when.nth === undefined || when.nth === counted[index]),
  );
  return { reactions: chosen?.then ?? [], hits: counted };
}
