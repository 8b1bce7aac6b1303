import type { Json } from "../../core/json.ts";
import { oneOf, Type, withDefaults, type ValueOf } from "../../core/schema.ts";
import { PATHS, type CommandPath } from "./messages.ts";
import { CLOSED, milliseconds, ReactionSchema, type Reaction } from "./simulator-reactions.ts";

/** What a rule can be about: a command, the request for access, or the question what became of a command. */
export type RequestName = CommandPath | "auth" | "result";
const REQUEST_NAMES: readonly RequestName[] = ["auth", "result", ...(Object.keys(PATHS) as CommandPath[])];

const RuleSchema = Type.Object(
  {
    when: Type.Object(
      {
        command: Type.Optional(oneOf(REQUEST_NAMES)),
        amount: Type.Optional(Type.Integer({ minimum: 0, maximum: 999_999_999_999 })),
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

const terminalId = Type.String({ pattern: "^[0-9A-Za-z-]{1,32}$" });
const branchId = Type.String({ pattern: "^[0-9]{1,15}$", default: "1" });
const serialNumber = { pattern: "^[0-9A-Za-z-]{1,32}$" };

const IDENTITY = {
  identity: Type.Object(
    {
      serialNumber: Type.String({ ...serialNumber, default: "SIM0000001" }),
      terminalId: Type.Optional(terminalId),
      branchId,
      commerceCode: Type.Integer({ minimum: 1, maximum: 999_999_999_999, default: 597_029 }),
    },
    { ...CLOSED, default: {} },
  ),
  moreTerminals: Type.Array(Type.Object({ terminalId, branchId, serialNumber: Type.String(serialNumber) }, CLOSED), {
    default: [],
    maxItems: 500,
    description: "of the same account",
  }),
};

const ACCOUNT = {
  country: Type.Enum(["CL", "AR"], { default: "CL", description: "whose spelling it wants" }),
  clientId: Type.String({ minLength: 1, maxLength: 128, default: "till" }),
  clientSecret: Type.String({ minLength: 1, maxLength: 128, default: "secret" }),
  tokenMs: Type.Integer({
    minimum: 0,
    maximum: 86_400_000,
    default: 3_600_000,
    description: "how long an access token is good for (assumed)",
  }),
  clockSkewMs: Type.Integer({
    minimum: -86_400_000,
    maximum: 86_400_000,
    default: 0,
    description: "how far the clock of the cloud is ahead",
  }),
};

const TIMES = {
  takeMs: Type.Integer({ ...milliseconds, default: 300, description: "until a command reaches its terminal" }),
  takeLimitMs: Type.Integer({
    ...milliseconds,
    default: 60_000,
    description: "a terminal that has not taken a command for so long never will: code 1006 (assumed)",
  }),
  customerMs: Type.Integer({ ...milliseconds, default: 500, description: "until the customer presents a card" }),
  stageMs: Type.Integer({ ...milliseconds, default: 275, description: "for the PIN, and for the host" }),
  shortMs: Type.Integer({ ...milliseconds, default: 150, description: "for a command that no customer is needed for" }),
  pollWhileBusy: Type.Enum(["answered", "waits"], {
    default: "answered",
    description: "whether a poll is answered while a sale runs, or waits for its turn (assumed)",
  }),
};

export const ScenarioSchema = Type.Object(
  {
    ...IDENTITY,
    ...ACCOUNT,
    ...TIMES,
    ticketEchoed: Type.Boolean({ default: true, description: "whether a record tells the client's ticketNumber" }),
    detailsTellFunction: Type.Boolean({
      default: true,
      description: "whether the records of details tell the functionCode of their operation (assumed)",
    }),
    terminalClockSkewMs: Type.Integer({
      minimum: -31_536_000_000,
      maximum: 31_536_000_000,
      default: 0,
      description: "how far the clocks of the terminals are ahead of this machine's local time",
    }),
    batchLimit: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 1_000,
      description: "vouchers until the batch has to be closed",
    }),
    rules: Type.Array(RuleSchema, { default: [], maxItems: 1_000, description: "the first that matches counts" }),
  },
  { ...CLOSED, default: {} },
);
export type Scenario = ValueOf<typeof ScenarioSchema>;

/** `scenario` fits the schema. */
export function completeScenario(scenario: Json): Scenario {
  return withDefaults(ScenarioSchema, scenario) as Scenario;
}

export type Place = { readonly terminalId: string; readonly branchId: string; readonly serialNumber: string };

/** The terminals of the account; the first one's name is made of its serial number where the scenario has none. */
export function placesOf({ identity, moreTerminals }: Scenario): readonly Place[] {
  const { serialNumber: serial, branchId: branch } = identity;
  const digits = serial.replace(/\D/g, "").slice(-7).padStart(7, "0");
  return [
    { terminalId: identity.terminalId ?? `7${digits}`, branchId: branch, serialNumber: serial },
    ...moreTerminals,
  ];
}

/** How often each rule was matched but for its `nth`. */
export type Hits = readonly number[];

/** What a rule looks at. */
export type Occasion = { readonly name: RequestName | undefined; readonly amount: Json | undefined };

/** The reactions to a request, and the counts with this request in them. */
export function reactionsTo(
  rules: Scenario["rules"],
  hits: Hits,
  { name, amount }: Occasion,
): { readonly reactions: readonly Reaction[]; readonly hits: Hits } {
  const matched = rules.map(
    ({ when }) =>
      (when.command === undefined || when.command === name) && (when.amount === undefined || when.amount === amount),
  );
  const counted = rules.map((_, index) => (hits[index] ?? 0) + (matched[index] === true ? 1 : 0));
  const chosen = rules.find(
    ({ when }, index) => matched[index] === true && (when.nth === undefined || when.nth === counted[index]),
  );
  return { reactions: chosen?.then ?? [], hits: counted };
}
