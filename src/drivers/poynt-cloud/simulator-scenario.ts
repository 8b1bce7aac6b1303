import type { Json } from "../../core/json.ts";
import { oneOf, Type, withDefaults, type ValueOf } from "../../core/schema.ts";
import { amount, CLOSED, milliseconds } from "../poynt/simulator-reactions.ts";
import { COMMAND_NAMES, type CommandName } from "./simulator-commands.ts";
import { ReactionSchema, type Reaction } from "./simulator-reactions.ts";

const RuleSchema = Type.Object(
  {
    when: Type.Object(
      {
        command: Type.Optional(oneOf(COMMAND_NAMES)),
        amount: Type.Optional(amount),
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

const UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const uuid = (fallback: string) => Type.String({ pattern: `^${UUID}$`, default: fallback });
const serialNumber = { pattern: "^[0-9A-Za-z-]{1,32}$" };

const DeviceSchema = Type.Object(
  {
    serialNumber: Type.String(serialNumber),
    deviceId: Type.Optional(Type.String({ pattern: `^${UUID}$` })),
    isActivated: Type.Boolean({ default: true }),
  },
  CLOSED,
);

const IdentitySchema = Type.Object(
  {
    serialNumber: Type.String({ ...serialNumber, default: "P61SIM000000001" }),
    deviceId: Type.Optional(Type.String({ pattern: `^${UUID}$` })),
    storeId: uuid("4b0f5c1e-9a56-4a39-8f52-0c7d6e5a4b02"),
    businessId: uuid("d1a3b5c7-2e4f-4680-9bdf-13579bdf0203"),
  },
  { ...CLOSED, default: {} },
);

/** Who may ask (poynt.md 2.2). */
const ACCESS = {
  applicationId: Type.Optional(
    Type.String({ pattern: `^urn:aid:${UUID}$`, description: "the only application that may ask; else any" }),
  ),
  publicKey: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4_000,
      description: "of the application: PEM or base64 of a DER SubjectPublicKeyInfo; else signatures are not looked at",
    }),
  ),
  audience: Type.String({ minLength: 1, maxLength: 200, default: "https://services.poynt.net" }),
  accessToken: Type.Optional(
    Type.String({ pattern: "^[!-~]{1,4000}$", description: "is always good, for trying things out by hand" }),
  ),
  expiresInS: Type.Integer({ minimum: 1, maximum: 31_536_000, default: 86_400 }),
  jwtToleranceMs: Type.Integer({
    ...milliseconds,
    default: 60_000,
    description: "how far the clock of whoever signs may be ahead (assumed)",
  }),
  mayMessage: Type.Boolean({ default: true, description: "whether the application may send cloud messages" }),
  clockSkewMs: Type.Integer({
    minimum: -31_536_000_000,
    maximum: 31_536_000_000,
    default: 0,
    description: "how far the cloud's clock is ahead of ours",
  }),
};

/** What the vendor does not say about messages and the terminal (poynt.md 2.3 to 2.6). */
const MESSAGES = {
  customerMs: Type.Integer({ ...milliseconds, default: 500, description: "until the customer presents a card" }),
  stageMs: Type.Integer({ ...milliseconds, default: 275, description: "for the PIN, and for the host" }),
  deliveryMs: Type.Integer({ ...milliseconds, default: 100, description: "from the 202 to the terminal" }),
  offlineMs: Type.Integer({ ...milliseconds, default: 0, description: "from the start no terminal is connected" }),
  seenEveryMs: Type.Integer({
    ...milliseconds,
    default: 0,
    description: "between two signs of life of a terminal that the cloud writes down; 0: all the time",
  }),
  storeIdRequired: Type.Boolean({ default: false, description: "the vendor's documents disagree" }),
  whileBusy: Type.Enum(["queue", "drops", "cancels"], {
    default: "queue",
    description: "what becomes of a payment while another one is on the screen (assumed)",
  }),
  sameReference: Type.Enum(["runsAgain", "drops"], {
    default: "runsAgain",
    description: "what becomes of a referenceId that the terminal had already (assumed)",
  }),
  refundAmount: Type.Enum(["ignored", "honored"], {
    default: "ignored",
    description: "whether a refund by message can be of a part (assumed)",
  }),
  gzip: Type.Boolean({ default: true, description: "whether the terminal compresses its callbacks" }),
};

const REST = {
  searchLagMs: Type.Integer({ ...milliseconds, default: 0, description: "until a search finds a transaction" }),
  searchOrder: Type.Enum(["newestFirst", "oldestFirst"], { default: "newestFirst", description: "assumed" }),
  childReferences: Type.Enum(["own", "parents"], {
    default: "own",
    description: "whether a capture or refund is found by the references of its parent as well (assumed)",
  }),
  createdStatus: Type.Enum([201, 200], { default: 201, description: "what answers a refund (assumed)" }),
};

export const ScenarioSchema = Type.Object(
  {
    identity: IdentitySchema,
    devices: Type.Array(DeviceSchema, { default: [], maxItems: 200, description: "more terminals of the store" }),
    currency: Type.String({ pattern: "^[A-Z]{3}$", default: "USD", description: "where a message names none" }),
    purchaseAction: Type.Enum(["SALE", "AUTHORIZE"], {
      default: "SALE",
      description: "how the merchant's terminals take a sale; AUTHORIZE where tips are added later",
    }),
    ...ACCESS,
    ...MESSAGES,
    ...REST,
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

/** The reactions to a request, and the counts with this request in them. */
export function reactionsTo(
  rules: Scenario["rules"],
  hits: Hits,
  command: CommandName | undefined,
  asked: Json | undefined,
): { readonly reactions: readonly Reaction[]; readonly hits: Hits } {
  const matched = rules.map(
    ({ when }) =>
      (when.command === undefined || when.command === command) && (when.amount === undefined || when.amount === asked),
  );
  const counted = rules.map((_, index) => (hits[index] ?? 0) + (matched[index] === true ? 1 : 0));
  const chosen = rules.find(
    ({ when }, index) => matched[index] === true && (when.nth === undefined || when.nth === counted[index]),
  );
  return { reactions: chosen?.then ?? [], hits: counted };
}
