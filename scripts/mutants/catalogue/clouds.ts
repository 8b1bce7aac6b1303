import type { Mutant } from "../mutant.ts";
import { accountMutants } from "./accounts.ts";
import { mercadoPagoMutants } from "./mercado-pago.ts";

const POYNT = "src/drivers/poynt-cloud";
const GETNET = "src/drivers/getnet-cloud";
const POYNT_OPERATION = "test/drivers/poynt-cloud/operation.test.ts";
const GETNET_OPERATION = "test/drivers/getnet-cloud/operation.test.ts";
const GETNET_RECOVERY = "test/drivers/getnet-cloud/recovery.test.ts";

/** A message through Poynt's cloud, of which nobody says whether it came to the terminal. */
const poyntCloudMutants: readonly Mutant[] = [
  {
    id: "poynt-cloud-message-twice",
    rule: 2,
    breaks: "The answer to the message is lost, it is sent once more, and the customer is asked for the money twice.",
    file: `${POYNT}/operation.ts`,
    find: 'if (input.kind === "exchangeLost") return inDoubt(',
    replace: 'if (input.kind === "exchangeLost") return input.why !== "" ? dispatch(job, context) : inDoubt(',
    killedBy: { file: POYNT_OPERATION, name: "that is lost or cannot be believed is a doubt" },
  },
  {
    id: "poynt-cloud-message-to-the-whole-store",
    rule: 2,
    breaks: "Every terminal of the store asks its own customer for the money, and two of them pay.",
    file: `${POYNT}/asked.ts`,
    find: `    // Without it the payment would be on every terminal of the store.
    deviceId: settings.deviceId,
`,
    replace: "",
    killedBy: {
      file: "test/drivers/poynt-cloud/codec.test.ts",
      name: "names business, store and terminal, and lives for 45 s at most (poynt.md 2.3)",
    },
  },
  {
    id: "poynt-cloud-error-is-a-refusal",
    rule: 5,
    breaks:
      "The cloud fails behind the message that it has taken: told as not performed, and the terminal takes the money.",
    file: `${POYNT}/judgement.ts`,
    find: "if (status >= 500 || OPEN_STATUSES.has(status)",
    replace: "if (OPEN_STATUSES.has(status)",
    killedBy: {
      file: POYNT_OPERATION,
      name: "HTTP 500 INTERNAL_ERROR says nothing of the money, and it is never sent again",
    },
  },
  {
    id: "poynt-cloud-call-is-believed",
    rule: 5,
    breaks:
      "Somebody in the shop's network says that the payment was declined, the customer pays again, and it was approved.",
    file: `${POYNT}/learning.ts`,
    find: "!isWhole || callback.transactionIds.length > 0) {",
    replace: "!isWhole) {",
    killedBy: { file: POYNT_OPERATION, name: "alone approves nothing, declines nothing and cancels nothing" },
  },
  {
    id: "poynt-cloud-canceled-at-once",
    rule: 5,
    breaks: "The terminal says `canceled` while the payment of a moment before is still on its way to the cloud.",
    file: `${POYNT}/learning.ts`,
    find: 'if (empty === "waiting") return { known, effects: [] };',
    replace: "",
    killedBy: {
      file: POYNT_OPERATION,
      name: "that it was canceled counts once the cloud, too, had its time to know of a payment and knows none",
    },
  },
  {
    id: "poynt-cloud-declined-before-the-last-card-is-known",
    rule: 5,
    breaks:
      "A second card is approved in the last seconds of the screen; the cloud tells it a moment later than `declined` was told, and the customer pays again.",
    file: `${POYNT}/learning.ts`,
    find: "return ttlSeconds * 1_000 + ttlMarginMs + shownMs + confirmMs;",
    replace: "return ttlSeconds * 1_000 + ttlMarginMs + shownMs + 0 * confirmMs;",
    killedBy: {
      file: POYNT_OPERATION,
      name: "is not needed, but a refusal is not the end as long as the cloud may not know of the last card",
    },
  },
  {
    id: "poynt-cloud-absent-from-a-terminal-that-is-offline",
    rule: 5,
    breaks:
      "The terminal took the money while it was offline, and the cloud hears of it in the evening: told as never made at noon.",
    file: `${POYNT}/recovery.ts`,
    find: "if (!isSame || !state.isSeen || !state.isQuiet || !hasNone)",
    replace: "if (!isSame || !state.isTtlOver || !hasNone)",
    killedBy: {
      file: "test/drivers/poynt-cloud/recovery.test.ts",
      name: "is a person's, who is told what can be done",
    },
  },
  {
    id: "poynt-cloud-payment-of-another-terminal",
    rule: 5,
    breaks: "The customer of the next counter has paid, and this counter hands over its goods for it.",
    file: `${POYNT}/judgement.ts`,
    find: "isOther(deviceId, task.settings.deviceId)",
    replace: "isOther(deviceId, deviceId)",
    killedBy: {
      file: POYNT_OPERATION,
      name: "that the cloud tells at another terminal is doubted, with an alarm",
    },
  },
  {
    id: "poynt-payment-of-more",
    rule: "amounts",
    breaks: "The customer paid another bill under this one's name; the till prints its own amount.",
    file: "src/drivers/poynt/judgement.ts",
    find: "approvalFault(order.operation, order.original?.approved, verdict)",
    replace: "approvalFault({ type: order.operation.type }, order.original?.approved, verdict)",
    killedBy: { file: POYNT_OPERATION, name: "that the cloud tells of more is doubted, with an alarm" },
  },
];

/** A command in Getnet's cloud, which the terminal fetches by itself. */
const getnetCloudMutants: readonly Mutant[] = [
  {
    id: "getnet-cloud-post-twice",
    rule: 2,
    breaks: "The cloud's answer is lost, the sale is posted once more, and the terminal charges the card twice.",
    file: `${GETNET}/operation.ts`,
    find: 'if (input.kind === "exchangeLost") return inDoubt(',
    replace: 'if (input.kind === "exchangeLost") return input.why !== "" ? post(task) : inDoubt(',
    killedBy: { file: GETNET_OPERATION, name: "whatever else it answers is a doubt, and never a second post" },
  },
  {
    id: "getnet-cloud-named-refusal-is-one",
    rule: 5,
    breaks:
      "The cloud answers with an error and the name that it gave the sale: told as refused, and the terminal takes it.",
    file: `${GETNET}/operation.ts`,
    find: "if (idPosTxs !== undefined) return accepted(task, state, idPosTxs);",
    replace: "",
    killedBy: {
      file: "test/drivers/getnet-cloud/stories.test.ts",
      name: "an error that names the transaction is no refusal",
    },
  },
  {
    id: "getnet-cloud-function-0-is-an-approval",
    rule: 5,
    breaks: "The terminal says that it failed, with ResponseCode 0, and the till hands over the goods.",
    file: `${GETNET}/judgement.ts`,
    find: "if (reply.functionCode === 0) return judgeError(reply);\n  if (reply.functionCode !== numberOf(asked)) {",
    replace: "if (reply.functionCode !== 0 && reply.functionCode !== numberOf(asked)) {",
    killedBy: { file: GETNET_OPERATION, name: "function 0 with code 0 is no approval" },
  },
  {
    id: "getnet-cloud-function-0-moved-nothing",
    rule: 5,
    breaks: "The terminal failed behind the bank's approval: told as refused, the customer pays again, and pays twice.",
    file: `${GETNET}/judgement.ts`,
    find: "if (!isMalformedText(reply.text)) return untold(",
    replace: 'if (reply.text === "") return untold(',
    killedBy: { file: GETNET_OPERATION, name: "function 0 with code 0 is no approval" },
  },
  {
    id: "getnet-cloud-result-of-another-ticket",
    rule: 5,
    breaks: "The refusal of another sale is told as this one's end, and this one is paid.",
    file: `${GETNET}/judgement.ts`,
    find: 'if (named === "another") return contradiction(',
    replace: 'if (named === "another" && reply.responseCode === 0) return contradiction(',
    killedBy: { file: GETNET_OPERATION, name: "another ticket with a refusal is a doubt" },
  },
  {
    id: "getnet-cloud-time-out-moved-nothing",
    rule: 5,
    breaks:
      "A shop has seen its terminal take money behind a time-out and said so in the settings; 1006 is told as canceled all the same.",
    file: `${GETNET}/judgement.ts`,
    find: "if (reply.responseCode === TIMED_OUT && !settings.timeoutIsFinal) {",
    replace: "if (reply.responseCode !== TIMED_OUT && !settings.timeoutIsFinal) {",
    killedBy: {
      file: GETNET_OPERATION,
      name: "1006 is the terminal's time-out, and nothing moved; where that is not believed it is a doubt",
    },
  },
  {
    id: "getnet-cloud-absent-before-the-quiet-time",
    rule: 5,
    breaks: "The terminal fetches the sale a minute later; by then it is told as never made, and the customer pays it.",
    file: `${GETNET}/recall.ts`,
    find: "if (!look.isDecisive) return pause(search, recall);",
    replace: "",
    killedBy: {
      file: GETNET_RECOVERY,
      name: "prove that it was never made: unchanged, twice, behind the quiet time, from the same terminal",
    },
  },
  {
    id: "getnet-cloud-poll-is-an-answer",
    rule: 5,
    breaks:
      "The terminal answers the poll and nothing else; the cashier waits for more than an hour before anybody is called to look at it.",
    file: `${GETNET}/recall.ts`,
    find: "const next: Recall = { ...recall, look: { ...recall.look, left } };",
    replace: "const next: Recall = { ...recall, isAnswering: true, look: { ...recall.look, left } };",
    killedBy: {
      file: GETNET_RECOVERY,
      name: "a terminal that answers the poll and nothing else calls a person as soon as one that is off",
    },
  },
];

/** Vendors whose terminals are reached through their cloud: what its servers say, what they do not say, and who else says it. */
export const cloudMutants: readonly Mutant[] = [
  ...mercadoPagoMutants,
  ...poyntCloudMutants,
  ...getnetCloudMutants,
  ...accountMutants,
];
