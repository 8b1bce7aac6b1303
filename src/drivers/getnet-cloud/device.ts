import { conversation, type Context, type Conversation, type DeviceReply, type Input, type Step } from "../driver.ts";
import { readVoucher, writeBaseline, type Voucher } from "../getnet/voucher.ts";
import { enquire, stepEnquiry, type CloudEffect, type Enquiry, type EnquiryEnd } from "./enquiry.ts";
import { identityOf } from "./identity.ts";
import type { CloudMessage } from "./messages.ts";
import { answers, deviceReply, pollOf, questionOf, silently, type Question } from "./reports.ts";
import type { CloudSettings } from "./settings.ts";

const QUESTION = "question";

type Asking = { readonly question: Question; readonly enquiry: Enquiry };

/** `voucher` is missing where the terminal has none. */
type Memory = { readonly voucher?: Voucher };

type State =
  | { readonly phase: "new" }
  /** `left`: after the one that is asked. */
  | { readonly phase: "handshake"; readonly asking: Asking; readonly left: readonly Question[] }
  | { readonly phase: "idle" }
  | { readonly phase: "asked"; readonly asking: Asking }
  | { readonly phase: "over" };

type Stepped = Step<State, CloudMessage>;

/**
 * The terminal between operations. Each question is a command that occupies it for seconds, so few are asked: whether it is there, and what
 * its memory ends with, when its account comes up.
 */
export function deviceMachine(settings: CloudSettings): Conversation<CloudMessage> {
  return conversation<State, CloudMessage>((state, input, context) => step(settings, state, input, context), {
    phase: "new",
  });
}

function step(settings: CloudSettings, state: State, input: Input<CloudMessage>, context: Context): Stepped {
  if (input.kind === "linkLost") return [{ phase: "over" }, []];
  if (input.kind === "asked") return asked(settings, state, input.request);
  switch (state.phase) {
    case "new":
      return input.kind === "opened" ? open(settings) : [state, []];
    case "handshake":
    case "asked":
      return hear(settings, state, input, context);
    case "idle":
    case "over":
      return [state, []];
  }
}

function open(settings: CloudSettings): Stepped {
  const [asking, effects] = ask(pollOf(settings), settings);
  const left = settings.baseline ? [silently("lastvoucher", settings)] : [];
  return [{ phase: "handshake", asking, left }, effects];
}

function ask(question: Question, settings: CloudSettings): readonly [Asking, readonly CloudEffect[]] {
  const { enquiry, effects } = enquire(QUESTION, question.message, settings);
  return [{ question, enquiry }, effects];
}

const after = (effects: readonly CloudEffect[], [state, more]: Stepped): Stepped => [state, [...effects, ...more]];

function hear(
  settings: CloudSettings,
  state: Extract<State, { phase: "handshake" | "asked" }>,
  input: Input<CloudMessage>,
  context: Context,
): Stepped {
  const { asking } = state;
  const next = stepEnquiry(asking.enquiry, input, settings, context);
  if (next === undefined) return [state, []];
  if (next.kind === "goesOn") {
    return [{ ...state, asking: { ...asking, enquiry: next.enquiry } }, next.effects];
  }
  const told =
    state.phase === "asked"
      ? toldHouse(deviceReply(next.end, asking.question))
      : shakeHands(settings, asking.question, state.left, next.end);
  return after(next.effects, told);
}

const toldHouse = (reply: DeviceReply): Stepped => [{ phase: "idle" }, [{ kind: "reply", reply }]];

function asked(settings: CloudSettings, state: State, request: Parameters<typeof questionOf>[0]): Stepped {
  const refuse = (why: string): Stepped => [state, [{ kind: "reply", reply: { kind: "refused", why } }]];
  if (state.phase !== "idle") return refuse("the terminal is being asked already");
  const question = questionOf(request, settings);
  if (typeof question === "string") return refuse(question);
  const [asking, effects] = ask(question, settings);
  return [{ phase: "asked", asking }, effects];
}

function shakeHands(
  settings: CloudSettings,
  question: Question,
  [following]: readonly Question[],
  end: EnquiryEnd,
): Stepped {
  if (question.path !== "poll") return ready(settings, memoryIn(end, question));
  const reply = deviceReply(end, question);
  if (reply.kind !== "answered") {
    return [{ phase: "over" }, [{ kind: "dropLink", why: `the terminal does not answer: ${reply.why}` }]];
  }
  if (following === undefined) return ready(settings, undefined);
  const [asking, effects] = ask(following, settings);
  return [{ phase: "handshake", asking, left: [] }, effects];
}

/** Undefined where the terminal did not tell: then nobody knows what its memory ends with. */
function memoryIn(end: EnquiryEnd, question: Question): Memory | undefined {
  const reply = end.kind === "finished" ? end.reply : undefined;
  if (reply?.responseCode === undefined || !answers(reply, question)) return undefined;
  if (reply.responseCode !== 0) return {};
  return { voucher: readVoucher(reply.fields, reply.functionCode, reply.responseCode) };
}

function ready(settings: CloudSettings, memory: Memory | undefined): Stepped {
  const baseline = memory === undefined ? undefined : writeBaseline(memory.voucher);
  return [
    { phase: "idle" },
    [
      { kind: "identified", identity: identityOf(settings, memory?.voucher) },
      ...(baseline === undefined ? [] : [{ kind: "baseline", baseline } as const]),
      { kind: "ready" },
    ],
  ];
}
