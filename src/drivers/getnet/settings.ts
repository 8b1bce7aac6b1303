import { Type, type ValueOf } from "../../core/schema.ts";

const milliseconds = (defaultMs: number, minimum: number, description: string) =>
  Type.Integer({ default: defaultMs, minimum, maximum: 900_000, description });

/**
 * What a technician can say about a terminal. What the wire documents do not tell is marked as assumed, here and in
 * `docs/adr/0011-getnet-assumptions.md`.
 */
export const getnetSettingsSchema = Type.Object(
  {
    currency: Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217, as CLP; the wire carries no currency" }),
    print: Type.Boolean({
      default: true,
      description: "whether the terminal prints vouchers, where the POS does not say",
    }),
    progress: Type.Boolean({
      default: true,
      description: "ask the terminal for messages about the progress of a sale",
    }),
    saleType: Type.Integer({ default: 0, minimum: 0, maximum: 6, description: "SaleType, where the POS does not say" }),
    employee: Type.Integer({ default: 1, minimum: 0, description: "EmployeeId, where the POS does not say" }),
    ticketLength: Type.Integer({
      default: 20,
      minimum: 10,
      maximum: 20,
      description: "characters of the ticket that the terminal keeps (assumed: 20)",
    }),
    identity: Type.Boolean({
      default: true,
      description: "ask the terminal for its serial number when a link comes up",
    }),
    baseline: Type.Boolean({
      default: true,
      description: "ask for the last voucher when a link comes up (assumed: harmless)",
    }),
    ackOnTcp: Type.Boolean({
      default: false,
      description: "acknowledge messages on TCP as on serial (assumed: not wanted)",
    }),
    amountIncludesTip: Type.Boolean({
      default: false,
      description: "whether the Amount of a reply contains its Tip and Cashback (assumed: no)",
    }),
    referencesEchoed: Type.Boolean({
      default: true,
      description: "whether a void tells the original's OperationId and a refund its AuthorizationCode (assumed: yes)",
    }),
    closesAfterReply: Type.Boolean({
      default: false,
      description:
        "the terminal closes its TCP connection after each reply (assumed: no): nothing is asked before a sale",
    }),
    answerMs: milliseconds(130_000, 100, "from dispatch to result: the vendor's 120 s and 10 s more"),
    cancelGraceMs: milliseconds(10_000, 10, "how long a cancel may take once the answer limit is over"),
    probeMs: milliseconds(30_000, 10, "a link that was silent for longer is probed before an operation"),
    receivedMs: milliseconds(3_000, 10, "for the terminal's acknowledgement"),
    replyMs: milliseconds(10_000, 10, "for short answers: poll, functions"),
    reportMs: milliseconds(60_000, 10, "for reports and vouchers"),
    quietMs: milliseconds(180_000, 0, "how long a sale must be absent before it counts as never made (assumed)"),
    askEveryMs: Type.Integer({
      default: 4_000,
      minimum: 10,
      maximum: 4_500,
      description: "pause between two looks while in doubt",
    }),
  },
  { additionalProperties: false },
);

export type GetnetSettings = ValueOf<typeof getnetSettingsSchema>;
