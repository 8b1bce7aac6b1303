import { conversation, type Context, type Conversation, type DeviceReply, type Input, type Step } from "../driver.ts";
import { functionOf } from "./functions.ts";
import { identityOf } from "./identity.ts";
import { lateWordOf } from "./late-word.ts";
import type { CloudEffect } from "./looking.ts";
import type { CloudMessage } from "./messages.ts";
import { searchFor } from "./requests.ts";
import type { PoyntCloudSettings } from "./settings.ts";

type Phase = "new" | "handshake" | "idle" | "probed" | "asked" | "over";

type State = {
  readonly phase: Phase;
  /** The terminal called about this payment, and nobody works for it any more. */
  readonly late: string | undefined;
};

type Stepped = Step<State, CloudMessage>;

const QUESTION = "question";
const LATE = "late";
/** The account machine has not answered. */
const PATIENCE = "patience";

/**
 * The terminal between operations. Of a terminal alone nothing can be asked: it counts as there while its account answers, and one question to
 * the cloud answers for all terminals of the account.
 */
export function deviceMachine(settings: PoyntCloudSettings): Conversation<CloudMessage> {
  return conversation<State, CloudMessage>((state, input, context) => step(settings, state, input, context), {
    phase: "new",
    late: undefined,
  });
}

function step(settings: PoyntCloudSettings, state: State, input: Input<CloudMessage>, context: Context): Stepped {
  switch (input.kind) {
    case "opened":
      return state.phase === "new" ? askAccount(settings, { ...state, phase: "handshake" }) : [state, []];
    case "linkLost":
      return [{ ...state, phase: "over" }, []];
    case "asked":
      return asked(settings, state, input.request, context);
    case "told":
      return told(settings, state, input.message, context);
    case "timer":
      return input.timer === PATIENCE ? unreached(state, "the account did not answer in time") : [state, []];
    case "answered":
    case "garbled":
    case "notSent":
    case "exchangeLost":
      if (input.exchange === LATE) return lateCame(settings, state, input);
      return input.exchange === QUESTION && state.phase === "asked"
        ? [{ ...state, phase: "idle" }, [reply(replyTo(input))]]
        : [state, []];
    case "resumed":
    case "received":
    case "notRepeated":
    case "called":
    case "consulted":
    case "listAsked":
    case "deadline":
    case "cancelAsked":
    case "answerGiven":
    case "stored":
    case "keyPairCreated":
    case "claims":
      return [state, []];
  }
}

/** Twice what the account machine waits for: it may have to get a token first. */
function askAccount({ replyMs }: PoyntCloudSettings, state: State): Stepped {
  return [
    state,
    [
      { kind: "askAccount", message: { kind: "probe" } },
      { kind: "arm", timer: PATIENCE, afterMs: 2 * replyMs },
    ],
  ];
}

const reply = (told: DeviceReply): CloudEffect => ({ kind: "reply", reply: told });

type DeviceAsked = Extract<Input<CloudMessage>, { kind: "asked" }>["request"];

function asked(settings: PoyntCloudSettings, state: State, request: DeviceAsked, context: Context): Stepped {
  const refuse = (why: string): Stepped => [state, [reply({ kind: "refused", why })]];
  if (state.phase !== "idle") return refuse("the terminal is being asked already");
  switch (request.kind) {
    case "probe":
      return askAccount(settings, { ...state, phase: "probed" });
    case "pair":
      return refuse("a terminal of the cloud is not paired: its account names it");
    case "report":
      return refuse(`there is no report ${request.report}`);
    case "function": {
      const message = functionOf(request.name, request.params, settings, context);
      if (typeof message === "string") return refuse(message);
      return [
        { ...state, phase: "asked" },
        [{ kind: "exchange", exchange: QUESTION, message, replyTimeoutMs: settings.replyMs }],
      ];
    }
  }
}

function told(settings: PoyntCloudSettings, state: State, message: CloudMessage, context: Context): Stepped {
  switch (message.kind) {
    case "reached":
      return reached(settings, state);
    case "notReached":
      return unreached(state, message.why);
    case "callback": {
      if (state.late !== undefined || state.phase === "over") return [state, []];
      const { referenceId } = message;
      const since = context.vendorNow - DAY_MS;
      const question = searchFor(referenceId, since, settings, context);
      return [
        { ...state, late: referenceId },
        [{ kind: "exchange", exchange: LATE, message: question, replyTimeoutMs: settings.replyMs }],
      ];
    }
    case "request":
    case "accepted":
    case "token":
    case "transactions":
    case "transaction":
    case "error":
    case "probe":
    case "accessRefused":
      return [state, []];
  }
}

/** A terminal calls three times within seconds; one that was offline in between perhaps a day later. */
const DAY_MS = 86_400_000;

const QUIET: CloudEffect = { kind: "disarm", timer: PATIENCE };

function reached(settings: PoyntCloudSettings, state: State): Stepped {
  const identified: CloudEffect = { kind: "identified", identity: identityOf(settings) };
  const idle: State = { ...state, phase: "idle" };
  if (state.phase === "handshake") return [idle, [QUIET, identified, { kind: "ready" }]];
  if (state.phase !== "probed") return [state, []];
  return [idle, [QUIET, identified, reply({ kind: "answered", data: { account: "reached" } })]];
}

function unreached(state: State, why: string): Stepped {
  if (state.phase === "handshake") return [{ ...state, phase: "over" }, [QUIET, { kind: "dropLink", why }]];
  if (state.phase !== "probed") return [state, []];
  return [{ ...state, phase: "idle" }, [QUIET, reply({ kind: "noAnswer", why })]];
}

type Ended = Extract<Input<CloudMessage>, { kind: "answered" | "garbled" | "notSent" | "exchangeLost" }>;

function lateCame(settings: PoyntCloudSettings, state: State, input: Ended): Stepped {
  const ticket = state.late;
  const next: State = { ...state, late: undefined };
  if (ticket === undefined || input.kind !== "answered" || input.message.kind !== "transactions") return [next, []];
  return [next, lateWordOf(ticket, input.message.found, settings)];
}

function replyTo(input: Ended): DeviceReply {
  if (input.kind === "garbled") return { kind: "refused", why: `the cloud's answer cannot be believed: ${input.why}` };
  if (input.kind !== "answered") return { kind: "noAnswer", why: input.why };
  const { message } = input;
  if (message.kind === "accepted") return { kind: "answered", data: { accepted: true } };
  return {
    kind: "refused",
    why:
      message.kind === "error"
        ? `HTTP ${message.status} ${message.code} ${message.text}`.trim()
        : "the cloud answered something else",
  };
}
