import { Type, type ValueOf } from "../../core/schema.ts";

const hundredths = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: 999_999_999_999, description }));

/** What a technician can say about the older payment-intents API alone. What the vendor does not tell is marked as assumed. */
export const intentFields = {
  intentMinimum: hundredths(
    "payment intents: the least amount of a sale, in hundredths; by default the vendor's 5.00 ARS, 1.00 BRL, 5.00 MXN",
  ),
  intentMaximum: hundredths(
    "payment intents: the greatest amount of a sale, in hundredths; by default the vendor's 4000000.00 ARS, 70000.00 BRL, 350000.00 MXN",
  ),
  intentDates: Type.Enum(["days", "moments"], {
    default: "days",
    description: "payment intents: how the list of events is asked for a span of time (assumed: by days)",
  }),
  intentAbsentMs: Type.Integer({
    default: 1_200_000,
    minimum: 10,
    maximum: 7_200_000,
    description:
      "payment intents: for how long one that the list of events does not tell may still live. The list tells the states in which " +
      "intents ended, and one that nobody pays ends as ABANDONED, both after a time that is not documented (assumed: within 20 min)",
  }),
} as const;

type IntentFields = ValueOf<ReturnType<typeof Type.Object<typeof intentFields>>>;

/** What the machines of the older API need to know of a terminal's settings. */
export type IntentSettings = Partial<IntentFields> & {
  readonly terminalId?: string;
  readonly currency: string;
  readonly printOnTerminal: boolean;
  readonly pollMs: number;
  readonly slowPollMs: number;
  readonly calmPollMs: number;
  readonly askEveryMs: number;
  readonly replyMs: number;
};

/** As the schema has it, for settings that were written down before it had it. */
export const DEFAULT_ABSENT_MS = 1_200_000;
