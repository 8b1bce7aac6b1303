import type { Json } from "../../core/json.ts";
import { oneOf, Type, withDefaults, type ValueOf } from "../../core/schema.ts";
import { COMMAND_NAMES, type CommandName } from "./simulator-commands.ts";
import { amount, CLOSED, milliseconds, QUEUED_CODES, ReactionSchema, type Reaction } from "./simulator-reactions.ts";

const RuleSchema = Type.Object(
  {
    when: Type.Object(
      {
        command: Type.Optional(oneOf(COMMAND_NAMES)),
        amount: Type.Optional(amount),
        terminalId: Type.Optional(Type.String({ maxLength: 64 })),
        repeat: Type.Boolean({ default: false, description: "a request whose X-Idempotency-Key came before" }),
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

const digits = (fallback: string) => Type.String({ pattern: "^[0-9]{1,15}$", default: fallback });
const token = Type.String({ pattern: "^[!-~]{1,500}$" });

const IdentitySchema = Type.Object(
  {
    serialNumber: Type.String({
      pattern: "^[0-9A-Za-z-]{1,32}$",
      default: "SIM0000001",
      description: "its letters and digits name the only terminal where no list of them is given",
    }),
    userId: digits("5238400195"),
    applicationId: digits("1234567890"),
  },
  { ...CLOSED, default: {} },
);

const TerminalSchema = Type.Object(
  {
    id: Type.String({ pattern: "^[A-Z0-9_]{1,30}__[0-9A-Za-z]{1,40}$", description: "NEWLAND_N950__ and its serial" }),
    operatingMode: Type.Enum(["PDV", "STANDALONE", "UNDEFINED"], { default: "PDV" }),
    owner: Type.Enum(["own", "other"], { default: "own", description: "whose account it belongs to" }),
    posId: Type.Optional(Type.Integer({ minimum: 1, maximum: 999_999_999 })),
    storeId: Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$" })),
    externalPosId: Type.Optional(Type.String({ maxLength: 64 })),
  },
  CLOSED,
);

/** Who may ask (mercado-pago.md 1.1). Where none of this is given, any Bearer token may. */
const ACCESS = {
  accessTokens: Type.Optional(Type.Array(token, { maxItems: 100, description: "tokens that are good for ever" })),
  oauth: Type.Optional(
    Type.Object(
      {
        clientId: Type.String({ maxLength: 64, default: "1234567890" }),
        clientSecret: Type.String({ maxLength: 200, default: "client-secret" }),
        refreshToken: Type.Optional(token),
        authorizationCode: Type.Optional(token),
        expiresS: Type.Integer({ minimum: 1, maximum: 31_536_000, default: 15_552_000 }),
        graceMs: Type.Integer({
          ...milliseconds,
          default: 0,
          description: "for how long a refresh token is good after it was used (assumed)",
        }),
      },
      { ...CLOSED, description: "who gets tokens, for what, and for how long" },
    ),
  ),
  clockSkewMs: Type.Integer({
    minimum: -31_536_000_000,
    maximum: 31_536_000_000,
    default: 0,
    description: "how far the cloud's clock is ahead",
  }),
};

/** Notifications (mercado-pago.md 6). */
const WEBHOOKS = {
  webhookUrl: Type.Optional(
    Type.String({ pattern: "^https?://[!-~]{1,500}$", description: "without it there are none" }),
  ),
  webhookSecret: Type.String({ minLength: 1, maxLength: 200, default: "webhook-secret" }),
  webhookId: Type.Enum(["asGiven", "lowerCase"], {
    default: "asGiven",
    description: "how the id stands in what is signed",
  }),
  webhookTimeoutMs: Type.Integer({ minimum: 1, maximum: 600_000, default: 22_000 }),
  webhookRetryMs: Type.Integer({
    ...milliseconds,
    default: 900_000,
    description: "until it is tried again; doubled from the fourth time on (assumed)",
  }),
};

const TIMES = {
  loadMs: Type.Integer({ ...milliseconds, default: 500, description: "until the terminal has loaded an order" }),
  customerMs: Type.Integer({ ...milliseconds, default: 500, description: "until the customer presents a card" }),
  stageMs: Type.Integer({ ...milliseconds, default: 275, description: "for the PIN, and for the host" }),
  actionMs: Type.Integer({ ...milliseconds, default: 40_000, description: "from the host on until action_required" }),
  cancelMs: Type.Integer({ ...milliseconds, default: 500, description: "until the terminal has heard of a cancel" }),
  refundMs: Type.Integer({ ...milliseconds, default: 0, description: "for how long a refund is processing" }),
  intentLifeMs: Type.Integer({
    ...milliseconds,
    default: 900_000,
    description: "until an intent of the older API that nobody pays is abandoned (assumed: as long as an order)",
  }),
  eventMs: Type.Integer({ ...milliseconds, default: 1_000, description: "until a simulated event takes effect" }),
  searchLagMs: Type.Integer({
    ...milliseconds,
    default: 0,
    description: "until a search finds a new order (assumed)",
  }),
};

export const ScenarioSchema = Type.Object(
  {
    identity: IdentitySchema,
    country: Type.Enum(["AR", "BR", "CL", "MX"], { default: "MX", description: "of the account; tells the currency" }),
    terminals: Type.Optional(Type.Array(TerminalSchema, { minItems: 1, maxItems: 1_000 })),
    ...ACCESS,
    ...WEBHOOKS,
    ...TIMES,
    customer: Type.Enum(["pays", "waits"], {
      default: "pays",
      description: "whether somebody comes to the terminal, or only simulated events end an order",
    }),
    liveMode: Type.Boolean({ default: false, description: "real credentials: there are no simulated events" }),
    minimumAmount: Type.Integer({
      minimum: 0,
      maximum: 999_999_999,
      default: 1,
      description: "in minor units (assumed)",
    }),
    cancelsAtTerminal: Type.Boolean({
      default: true,
      description: "whether the terminals' firmware lets an order be canceled once it is there",
    }),
    repeat: Type.Enum(["originalAnswer", "currentState"], {
      default: "originalAnswer",
      description: "what a repeated create is told (assumed)",
    }),
    queuedCode: Type.Enum([...QUEUED_CODES], {
      default: "already_queued_order_for_terminal",
      description: "how a second order for a terminal is refused",
    }),
    rules: Type.Array(RuleSchema, { default: [], maxItems: 1_000, description: "the first that matches counts" }),
  },
  { ...CLOSED, default: {} },
);
export type Scenario = Omit<ValueOf<typeof ScenarioSchema>, "terminals"> & { readonly terminals: readonly Terminal[] };

export type Terminal = {
  readonly id: string;
  readonly operatingMode: "PDV" | "STANDALONE" | "UNDEFINED";
  readonly owner: "own" | "other";
  readonly posId: number;
  readonly storeId: string;
  readonly externalPosId: string;
};

const POS_ID = 47_792_476;

/** `scenario` fits the schema. */
export function completeScenario(scenario: Json): Scenario {
  const complete = withDefaults(ScenarioSchema, scenario) as ValueOf<typeof ScenarioSchema>;
  const serial = complete.identity.serialNumber.replace(/[^0-9A-Za-z]/g, "");
  const given = complete.terminals ?? [
    { id: `NEWLAND_N950__${serial === "" ? "SIM" : serial}`, operatingMode: "PDV", owner: "own" } as const,
  ];
  const terminals = given.map((terminal, index) => ({
    ...terminal,
    posId: terminal.posId ?? POS_ID + index,
    storeId: terminal.storeId ?? "47792478",
    externalPosId: terminal.externalPosId ?? `SUC0101POS${index === 0 ? "" : String(index + 1)}`,
  }));
  return { ...complete, terminals };
}

/** How often each rule was matched but for its `nth`. */
export type Hits = readonly number[];

/** What a rule looks at. */
export type Occasion = {
  readonly command: CommandName | undefined;
  readonly amount: number | undefined;
  readonly terminalId: string | undefined;
  readonly isRepeat: boolean;
};

/** The reactions to a request, and the counts with this request in them. */
export function reactionsTo(
  rules: Scenario["rules"],
  hits: Hits,
  { command, amount: asked, terminalId, isRepeat }: Occasion,
): { readonly reactions: readonly Reaction[]; readonly hits: Hits } {
  const matched = rules.map(
    ({ when }) =>
      (when.command === undefined || when.command === command) &&
      (when.amount === undefined || when.amount === asked) &&
      (when.terminalId === undefined || when.terminalId === terminalId) &&
      when.repeat === isRepeat,
  );
  const counted = rules.map((_, index) => (hits[index] ?? 0) + (matched[index] === true ? 1 : 0));
  const chosen = rules.find(
    ({ when }, index) => matched[index] === true && (when.nth === undefined || when.nth === counted[index]),
  );
  return { reactions: chosen?.then ?? [], hits: counted };
}
