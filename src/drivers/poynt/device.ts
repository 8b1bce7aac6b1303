import type { JsonObject } from "../../core/json.ts";
import { conversation, type Context, type Conversation, type DeviceReply, type Input, type Step } from "../driver.ts";
import { isEndOf, type ExchangeEnd } from "./exchange-end.ts";
import { deviceReply, questionOf, stateQuestion, type Question } from "./functions.ts";
import { identityOf, isPaired } from "./identity.ts";
import { isAnswer, type PoyntMessage } from "./messages.ts";
import { beginPairing, stepPairing, type Pairing, type PairingStep } from "./pairing.ts";
import { askPing, PING, pingedBy, type PoyntEffect } from "./pinging.ts";
import type { PoyntSettings } from "./settings.ts";

/** The exchange of a report, a function, or the second question of a probe. */
const QUESTION = "question";
/** When a terminal without a pairing is looked at again. */
const LOOK = "look";

type State =
  | { readonly phase: "new" }
  /** Its first ping, or one that shows what a pairing that failed has left: then somebody waits for that answer. */
  | { readonly phase: "handshake"; readonly owed?: DeviceReply }
  | { readonly phase: "unpaired" }
  | { readonly phase: "idle" }
  /** `pinging`, then `asking` for the state of its screen. */
  | { readonly phase: "probed"; readonly step: "pinging" | "asking" }
  | { readonly phase: "asked" }
  | { readonly phase: "pairing"; readonly pairing: Pairing }
  /** A new pairing is stored: the terminal has to know it too. */
  | { readonly phase: "paired" }
  | { readonly phase: "over" };

type Stepped = Step<State, PoyntMessage>;

/**
 * The terminal between operations. There is no link to keep: it is there when it answers a ping, and ours while it answers under our
 * pairing. The house probes it when it was silent for long; only without a pairing does this machine look by itself.
 */
export function deviceMachine(settings: PoyntSettings): Conversation<PoyntMessage> {
  return conversation<State, PoyntMessage>((state, input, context) => step(settings, state, input, context), {
    phase: "new",
  });
}

function step(settings: PoyntSettings, state: State, input: Input<PoyntMessage>, context: Context): Stepped {
  if (input.kind === "linkLost") return [{ phase: "over" }, []];
  if (input.kind === "asked") return asked(settings, state, input.request, context);
  switch (state.phase) {
    case "new":
      return input.kind === "opened" ? look(settings, context) : [state, []];
    case "handshake":
      return shakeHands(settings, state, state.owed, input, context);
    case "unpaired":
      if (input.kind === "timer" && input.timer === LOOK) return lookAgain(settings, context);
      return shakeHands(settings, state, undefined, input, context);
    case "probed":
      return state.step === "pinging" ? probed(settings, state, input, context) : stateTold(state, input);
    case "asked":
      return answered(state, input);
    case "pairing":
      return paired(settings, stepPairing(state.pairing, input, settings), context);
    case "paired":
      return proved(settings, state, input, context);
    case "idle":
    case "over":
      return [state, []];
  }
}

const NEVER_PAIRED = "it has not been paired yet";
const PAIRED_ELSEWHERE = "the pairing was ended at the terminal, or another program has it now";

function look(settings: PoyntSettings, context: Context): Stepped {
  return isPaired(context) ? [{ phase: "handshake" }, [askPing(context, settings)]] : unpaired(settings, NEVER_PAIRED);
}

/** The pairing that was there may be gone, or as good as before. No operation starts on it before that is known. */
function lookBeforeReply(settings: PoyntSettings, owed: DeviceReply, context: Context): Stepped {
  if (!isPaired(context)) return after([reply(owed)], unpaired(settings, NEVER_PAIRED));
  return [{ phase: "handshake", owed }, [askPing(context, settings)]];
}

function lookAgain(settings: PoyntSettings, context: Context): Stepped {
  if (!isPaired(context)) return unpaired(settings, NEVER_PAIRED);
  return [{ phase: "unpaired" }, [askPing(context, settings)]];
}

function unpaired({ probeMs }: PoyntSettings, why: string): Stepped {
  return [
    { phase: "unpaired" },
    [
      { kind: "unpaired", why },
      { kind: "arm", timer: LOOK, afterMs: probeMs },
    ],
  ];
}

/** It is ours, and idle as far as anybody can say. */
function ready(context: Context): readonly PoyntEffect[] {
  const identity = identityOf(context);
  return identity === undefined ? [] : [{ kind: "identified", identity }, { kind: "ready" }];
}

const reply = (told: DeviceReply): PoyntEffect => ({ kind: "reply", reply: told });
const after = (effects: readonly PoyntEffect[], [state, more]: Stepped): Stepped => [state, [...effects, ...more]];

function shakeHands(
  settings: PoyntSettings,
  state: State,
  owed: DeviceReply | undefined,
  input: Input<PoyntMessage>,
  context: Context,
): Stepped {
  const pinged = pingedBy(input);
  const first = owed === undefined ? [] : [reply(owed)];
  switch (pinged?.kind) {
    case undefined:
      return [state, []];
    case "alive":
      return [{ phase: "idle" }, [...first, ...ready(context)]];
    case "otherPairing":
      return after(first, unpaired(settings, PAIRED_ELSEWHERE));
    case "silent":
      return [{ phase: "over" }, [...first, { kind: "dropLink", why: pinged.why }]];
  }
}

type DeviceAsked = Extract<Input<PoyntMessage>, { kind: "asked" }>["request"];

function asked(settings: PoyntSettings, state: State, request: DeviceAsked, context: Context): Stepped {
  const refuse = (why: string): Stepped => [state, [reply({ kind: "refused", why })]];
  if (state.phase !== "idle" && state.phase !== "unpaired") return refuse("the terminal is being asked already");
  if (request.kind === "pair") {
    // A look of our own may be under way; behind the pairing comes another ping.
    const alone: readonly PoyntEffect[] = [
      { kind: "disarm", timer: LOOK },
      { kind: "abandon", exchange: PING },
    ];
    return after(alone, paired(settings, beginPairing(request.code, context, settings), context));
  }
  if (state.phase === "unpaired") return refuse("the terminal has to be paired first");
  if (request.kind === "probe") return [{ phase: "probed", step: "pinging" }, [askPing(context, settings)]];
  const question = questionOf(request, context, settings);
  return typeof question === "string" ? refuse(question) : [{ phase: "asked" }, [ask(question)]];
}

const ask = ({ message, timeoutMs }: Question): PoyntEffect => ({
  kind: "exchange",
  exchange: QUESTION,
  message,
  replyTimeoutMs: timeoutMs,
});

/** Another pairing is an answer as well, so that the terminal is said to be unpaired, and not to be away. */
function probed(settings: PoyntSettings, state: State, input: Input<PoyntMessage>, context: Context): Stepped {
  const pinged = pingedBy(input);
  switch (pinged?.kind) {
    case undefined:
      return [state, []];
    case "alive": {
      const identity = identityOf(context);
      const known: readonly PoyntEffect[] = identity === undefined ? [] : [{ kind: "identified", identity }];
      if (!settings.paymentState) return told(known, { paired: true });
      return [{ phase: "probed", step: "asking" }, [...known, ask(stateQuestion(context, settings))]];
    }
    case "otherPairing":
      return after([reply({ kind: "answered", data: { paired: false } })], unpaired(settings, PAIRED_ELSEWHERE));
    case "silent":
      return [{ phase: "idle" }, [reply({ kind: "noAnswer", why: pinged.why })]];
  }
}

const told = (effects: readonly PoyntEffect[], data: JsonObject): Stepped => [
  { phase: "idle" },
  [...effects, reply({ kind: "answered", data })],
];

/** Its values are not documented, and older versions need not know the question: the ping was what counts. */
function stateTold(state: State, input: Input<PoyntMessage>): Stepped {
  if (!isEndOf(QUESTION, input)) return [state, []];
  const isTold = input.kind === "answered" && input.message.kind === "paymentState";
  return told([], isTold ? { paired: true, paymentState: textOf(input.message) } : { paired: true });
}

const textOf = (message: PoyntMessage): string => (message.kind === "paymentState" ? message.text : "");

function answered(state: State, input: Input<PoyntMessage>): Stepped {
  if (!isEndOf(QUESTION, input)) return [state, []];
  return [{ phase: "idle" }, [reply(replyTo(input))]];
}

function replyTo(input: ExchangeEnd): DeviceReply {
  switch (input.kind) {
    case "answered":
      return isAnswer(input.message)
        ? deviceReply(input.message)
        : { kind: "refused", why: "the terminal sent a request" };
    case "garbled":
      return { kind: "refused", why: `the terminal's answer cannot be believed: ${input.why}` };
    case "notSent":
    case "exchangeLost":
      return { kind: "noAnswer", why: input.why };
  }
}

function paired(settings: PoyntSettings, next: PairingStep, context: Context): Stepped {
  switch (next.kind) {
    case "goesOn":
      return [{ phase: "pairing", pairing: next.pairing }, next.effects];
    case "stored":
      return [{ phase: "paired" }, [askPing(context, settings)]];
    case "failed":
      return lookBeforeReply(settings, next.reply, context);
  }
}

function proved(settings: PoyntSettings, state: State, input: Input<PoyntMessage>, context: Context): Stepped {
  const pinged = pingedBy(input);
  switch (pinged?.kind) {
    case undefined:
      return [state, []];
    case "alive":
      return after(ready(context), told([], { paired: true }));
    case "otherPairing": {
      const why = "the terminal agreed to the pairing, and does not know it: pair it again";
      return after([reply({ kind: "refused", why })], unpaired(settings, why));
    }
    case "silent":
      return [{ phase: "handshake" }, [reply({ kind: "noAnswer", why: pinged.why })]];
  }
}
