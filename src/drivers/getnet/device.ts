import type { JsonObject } from "../../core/json.ts";
import { conversation, type Context, type Conversation, type DeviceReply, type Input, type Step } from "../driver.ts";
import { acknowledgement, acknowledges, REST_MS, type GetnetEffect } from "./dialogue.ts";
import { lateWordOf } from "./late-word.ts";
import { COMMANDS, request, type GetnetMessage, type Reply } from "./messages.ts";
import { answers, pollOf, questionOf, silently, type Question } from "./reports.ts";
import type { GetnetSettings } from "./settings.ts";
import { identityOf, readVoucher, writeBaseline, type Voucher } from "./voucher.ts";

/** What the handshake has learned. */
type Learned = {
  readonly parameters?: JsonObject;
  /** Present once LastVoucher was answered: `voucher` is missing where the terminal has none. */
  readonly memory?: { readonly voucher?: Voucher };
};

type State =
  | { readonly phase: "new" }
  /** Before the next question of the handshake, and while its answer is awaited. */
  | {
      readonly phase: "handshake";
      readonly acks: boolean;
      readonly left: readonly Question[];
      readonly isAsked: boolean;
      readonly learned: Learned;
    }
  | { readonly phase: "idle"; readonly acks: boolean }
  | { readonly phase: "asked"; readonly acks: boolean; readonly question: Question }
  | { readonly phase: "over" };

type Handshake = Extract<State, { phase: "handshake" }>;
type Stepped = Step<State, GetnetMessage>;

/**
 * The terminal between operations. The handshake polls it, asks who it is, and what its memory ends with; what is not answered is
 * done without, but never left outstanding: the poll after it has to be answered.
 */
export function deviceMachine(settings: GetnetSettings): Conversation<GetnetMessage> {
  return conversation<State, GetnetMessage>((state, input, context) => step(settings, state, input, context), {
    phase: "new",
  });
}

function step(settings: GetnetSettings, state: State, input: Input<GetnetMessage>, context: Context): Stepped {
  if (input.kind === "linkLost") return [{ phase: "over" }, []];
  switch (state.phase) {
    case "new":
      return input.kind === "opened" ? open(settings, acknowledges(input.link, settings)) : [state, []];
    case "handshake":
      return shakeHands(settings, state, input, context);
    case "idle":
    case "asked":
      return attend(settings, state, input, context);
    case "over":
      return [state, []];
  }
}

function open(settings: GetnetSettings, acks: boolean): Stepped {
  // There the first question would close the link, and the sale would never get one.
  if (settings.closesAfterReply) return [{ phase: "idle", acks }, [{ kind: "ready" }]];
  const left = [
    pollOf(settings),
    ...(settings.identity ? [silently(COMMANDS.parameters, settings)] : []),
    ...(settings.baseline ? [silently(COMMANDS.lastVoucher, settings)] : []),
  ];
  return rest({ phase: "handshake", acks, left, isAsked: false, learned: {} });
}

const rest = (state: Handshake): Stepped => [state, [{ kind: "arm", timer: "rest", afterMs: REST_MS }]];

function shakeHands(
  settings: GetnetSettings,
  state: Handshake,
  input: Input<GetnetMessage>,
  context: Context,
): Stepped {
  const [question, ...others] = state.left;
  if (question === undefined) return [state, []];
  if (input.kind === "timer" && input.timer === "rest") return [{ ...state, isAsked: true }, ask(question, context)];
  if (input.kind === "timer") {
    // Its answer may still come, so it is not left behind without one that is known to be newer.
    if (question.command === COMMANDS.poll) return [{ phase: "over" }, [SILENT]];
    return rest({ ...state, isAsked: false, left: [pollOf(settings), ...others] });
  }
  if (input.kind !== "received") return [state, []];
  const { message } = input;
  if (message.kind === "acknowledgement") {
    return message.received || !state.isAsked ? [state, []] : answered(state, undefined);
  }
  const acked = acknowledgement(state.acks);
  if (message.kind !== "reply") return [state, acked];
  const isAnswer = state.isAsked && (message.functionCode === 0 || answers(message.functionCode, question));
  if (!isAnswer) return [state, [...acked, ...lateWordOf(message, settings)]];
  const [next, effects] = answered(state, message.functionCode === 0 ? undefined : message);
  return [next, [...acked, ...effects]];
}

/** `reply` is undefined where the terminal refused the question. */
function answered(state: Handshake, reply: Reply | undefined): Stepped {
  const [question, ...left] = state.left;
  const disarm: GetnetEffect = { kind: "disarm", timer: "reply" };
  if (question?.command === COMMANDS.poll && reply === undefined) return [{ phase: "over" }, [disarm, SILENT]];
  const learned = question === undefined ? state.learned : learn(state.learned, question, reply);
  const next: Handshake = { ...state, left, isAsked: false, learned };
  const [after, effects] = left.length > 0 ? rest(next) : conclude(next);
  return [after, [disarm, ...effects]];
}

function learn(learned: Learned, question: Question, reply: Reply | undefined): Learned {
  if (reply?.responseCode === undefined) return learned;
  const isGood = reply.responseCode === 0;
  if (question.command === COMMANDS.parameters) return isGood ? { ...learned, parameters: reply.fields } : learned;
  if (question.command !== COMMANDS.lastVoucher) return learned;
  if (!isGood) return { ...learned, memory: {} };
  return { ...learned, memory: { voucher: readVoucher(reply.fields, reply.functionCode, reply.responseCode) } };
}

function conclude({ acks, learned }: Handshake): Stepped {
  const { parameters, memory } = learned;
  const identity = identityOf(parameters, memory?.voucher);
  const baseline = memory === undefined ? undefined : writeBaseline(memory.voucher);
  const model = parameters?.["Model"];
  const identified: GetnetEffect = {
    kind: "identified",
    identity,
    ...(typeof model === "string" ? { model } : {}),
  };
  const effects: GetnetEffect[] = [
    ...(Object.keys(identity).length === 0 ? [] : [identified]),
    ...(baseline === undefined ? [] : [{ kind: "baseline", baseline } as const]),
    { kind: "ready" },
  ];
  return [{ phase: "idle", acks }, effects];
}

const SILENT: GetnetEffect = { kind: "dropLink", why: "the terminal does not answer the poll" };

const ask = ({ command, fields, timeoutMs }: Question, { now }: Context): readonly GetnetEffect[] => [
  { kind: "send", message: request(command, fields, now) },
  { kind: "arm", timer: "reply", afterMs: timeoutMs },
];

/** Idle, or with one question of the house outstanding. */
function attend(
  settings: GetnetSettings,
  state: Extract<State, { phase: "idle" | "asked" }>,
  input: Input<GetnetMessage>,
  context: Context,
): Stepped {
  const { acks } = state;
  if (input.kind === "asked") {
    const question =
      state.phase === "asked" ? "the terminal is being asked already" : questionOf(input.request, settings);
    if (typeof question === "string") return [state, [{ kind: "reply", reply: { kind: "refused", why: question } }]];
    return [{ phase: "asked", acks, question }, ask(question, context)];
  }
  if (input.kind === "timer" && state.phase === "asked") {
    return told(acks, { kind: "noAnswer", why: "the terminal did not answer in time" });
  }
  if (input.kind !== "received") return [state, []];
  const { message } = input;
  if (message.kind === "acknowledgement") {
    if (message.received || state.phase === "idle") return [state, []];
    return told(acks, { kind: "refused", why: "the terminal could not read the question" });
  }
  const acked = acknowledgement(acks);
  if (message.kind !== "reply") return [state, acked];
  const isAnswer =
    state.phase === "asked" && (message.functionCode === 0 || answers(message.functionCode, state.question));
  if (!isAnswer) return [state, [...acked, ...lateWordOf(message, settings)]];
  const [next, effects] = told(acks, deviceReply(message));
  return [next, [...acked, ...effects]];
}

function told(acks: boolean, reply: DeviceReply): Stepped {
  return [
    { phase: "idle", acks },
    [
      { kind: "disarm", timer: "reply" },
      { kind: "reply", reply },
    ],
  ];
}

/** The report with the terminal's own field names. */
function deviceReply(reply: Reply): DeviceReply {
  if (reply.functionCode !== 0 && reply.responseCode === 0) return { kind: "answered", data: reply.fields };
  const code = reply.responseCode === undefined ? "" : ` (code ${reply.responseCode})`;
  return { kind: "refused", why: `the terminal answered: ${reply.text}${code}` };
}
