import {
  conversation,
  type Context,
  type Conversation,
  type DeviceReply,
  type DeviceRequest,
  type Input,
  type Step,
} from "../driver.ts";
import { ACCESS_REFUSED, isAccessRefused, isEndOf, type ExchangeEnd } from "./exchange-end.ts";
import { askTerminal, identityOf } from "./identity.ts";
import { lateWord } from "./late-word.ts";
import type { CloudRequest, HouseMessage, MercadoPagoMessage } from "./messages.ts";
import { printJob, printReply } from "./printing.ts";
import type { MercadoPagoSettings } from "./settings.ts";
import { setupReply, setupWords } from "./setup.ts";
import { listQuestion, terminalFault } from "./terminal-list.ts";

/** Exchanges: the account's terminals, where the settings name none; the switch to PDV; a print job; an order at its end. */
const LIST = "list";
const SETUP = "setUp";
const PRINT = "print";
const ENDED = "ended";
/** Timers: for the account's answer; when a terminal that takes no orders is looked at again. */
const WAIT = "wait";
const LOOK = "look";

type Phase = {
  readonly phase: "new" | "handshake" | "unpaired" | "idle" | "probed" | "switching" | "switched" | "printing" | "over";
};

type State = Phase & {
  /** An order of which the account has heard something is being asked for, beside all else. */
  readonly isAsking: boolean;
};

type Stepped = Step<State, MercadoPagoMessage>;
type TerminalTold = Extract<HouseMessage, { kind: "terminalTold" }>;

/**
 * The terminal between operations. It is never reached by itself: what is known of it is what its account lists, and that is asked of the account
 * machine, so that many terminals cost one list.
 */
export function deviceMachine(settings: MercadoPagoSettings): Conversation<MercadoPagoMessage> {
  return conversation<State, MercadoPagoMessage>((state, input, context) => step(settings, state, input, context), {
    phase: "new",
    isAsking: false,
  });
}

const reply = (told: DeviceReply) => ({ kind: "reply", reply: told }) as const;
const waitFor = ({ replyMs }: MercadoPagoSettings) => ({ kind: "arm", timer: WAIT, afterMs: 2 * replyMs }) as const;
const NO_WAIT = { kind: "disarm", timer: WAIT } as const;

function step(
  settings: MercadoPagoSettings,
  state: State,
  input: Input<MercadoPagoMessage>,
  context: Context,
): Stepped {
  if (state.phase === "over") return [state, []];
  if (input.kind === "linkLost") return [{ ...state, phase: "over" }, []];
  if (isEndOf(LIST, input)) return listed(settings, state, input);
  if (isEndOf(SETUP, input)) return setUp(settings, state, input);
  if (isEndOf(PRINT, input)) return printed(state, input);
  if (isEndOf(ENDED, input)) return orderTold(settings, { ...state, isAsking: false }, input);
  if (input.kind === "opened") return state.phase === "new" ? look(settings, state) : [state, []];
  if (input.kind === "asked") return asked(settings, state, input.request, context);
  if (input.kind === "told") return told(settings, state, input.message);
  if (input.kind !== "timer") return [state, []];
  if (input.timer === WAIT) return notTold(settings, state, "the account does not say what it knows of the terminal");
  return input.timer === LOOK && state.phase === "unpaired" ? lookAgain(settings, state) : [state, []];
}

/** Without a name there is nobody to ask for: then the names are listed that there are. */
function look(settings: MercadoPagoSettings, state: State): Stepped {
  if (settings.terminalId === undefined) return lookAgain(settings, unpairedState(state));
  return [{ ...state, phase: "handshake" }, [askTerminal("beRecent"), waitFor(settings)]];
}

function lookAgain(settings: MercadoPagoSettings, state: State): Stepped {
  if (settings.terminalId !== undefined) return [state, [askTerminal("beRecent"), waitFor(settings)]];
  const message = listQuestion(settings, 0);
  return [state, [{ kind: "exchange", exchange: LIST, message, replyTimeoutMs: settings.replyMs }]];
}

const unpairedState = (state: State): State => ({ ...state, phase: "unpaired" });

/** Why it takes no orders. `setting`: by which the technician mends it. */
type Fault = { readonly why: string; readonly setting?: "terminalId" };

function unpaired({ probeMs }: MercadoPagoSettings, state: State, fault: Fault): Stepped {
  return [
    unpairedState(state),
    [
      { kind: "unpaired", ...fault },
      { kind: "arm", timer: LOOK, afterMs: probeMs },
    ],
  ];
}

const NAMELESS = "the settings do not say which terminal it is";

const oneOfThese = (ids: readonly string[]): string =>
  ids.length === 0 ? "The account has no terminal" : `The account has ${ids.join(", ")}`;

function listed(settings: MercadoPagoSettings, state: State, end: ExchangeEnd): Stepped {
  if (state.phase !== "unpaired") return [state, []];
  const ids =
    end.kind === "answered" && end.message.kind === "terminals" ? end.message.terminals.map(({ id }) => id) : undefined;
  const known = ids === undefined ? "" : `. ${oneOfThese(ids.slice(0, 8))}`;
  const [next, effects] = unpaired(settings, state, { why: `${NAMELESS}${known}`, setting: "terminalId" });
  return [next, isAccessRefused(end) ? [ACCESS_REFUSED, ...effects] : effects];
}

/** What keeps it from taking orders; undefined where nothing does. */
function faultOf({ terminal, others }: TerminalTold, { terminalId }: MercadoPagoSettings): Fault | undefined {
  if (terminal !== undefined) {
    const why = terminalFault(terminal);
    return why === undefined ? undefined : { why };
  }
  const why = `the account does not have terminal ${terminalId ?? ""}: it may be another seller's. ${oneOfThese(others)}`;
  return { why, setting: "terminalId" };
}

function told(settings: MercadoPagoSettings, state: State, message: MercadoPagoMessage): Stepped {
  if (message.kind === "terminalTold") return known(settings, state, message);
  if (message.kind === "terminalNotTold") return notTold(settings, state, message.why);
  return message.kind === "orderHint"
    ? hinted(settings, state, { kind: "getOrder", order: message.order })
    : [state, []];
}

const UNSAID: Fault = { why: "" };

function known(settings: MercadoPagoSettings, state: State, message: TerminalTold): Stepped {
  const fault = faultOf(message, settings);
  const identity = identityOf(message);
  const mode = message.terminal?.mode ?? "";
  const stands = fault === undefined && identity !== undefined;
  const present = identity === undefined ? [] : [{ kind: "identified", identity } as const];
  const answered = reply({ kind: "answered", data: { operatingMode: mode } });
  switch (state.phase) {
    case "handshake":
    case "unpaired":
      if (!stands) return after([NO_WAIT], unpaired(settings, state, fault ?? UNSAID));
      return [{ ...state, phase: "idle" }, [NO_WAIT, ...present, { kind: "ready" }]];
    case "probed":
      if (!stands) return after([NO_WAIT, answered], unpaired(settings, state, fault ?? UNSAID));
      return [{ ...state, phase: "idle" }, [NO_WAIT, ...present, answered]];
    case "switched":
      if (!stands) {
        const refused = reply({ kind: "refused", why: (fault ?? UNSAID).why });
        return after([NO_WAIT, refused], unpaired(settings, state, fault ?? UNSAID));
      }
      return [{ ...state, phase: "idle" }, [NO_WAIT, ...present, { kind: "ready" }, answered]];
    case "idle":
      // A sale was not taken by it, and that is why the account was asked.
      return stands ? [state, present] : unpaired(settings, state, fault ?? UNSAID);
    case "new":
    case "switching":
    case "printing":
    case "over":
      return [state, []];
  }
}

const after = (effects: Stepped[1], [state, more]: Stepped): Stepped => [state, [...effects, ...more]];

function notTold(settings: MercadoPagoSettings, state: State, why: string): Stepped {
  switch (state.phase) {
    case "handshake":
      return [{ ...state, phase: "over" }, [NO_WAIT, { kind: "dropLink", why }]];
    case "unpaired":
      return [state, [NO_WAIT, { kind: "arm", timer: LOOK, afterMs: settings.probeMs }]];
    case "probed":
      return [{ ...state, phase: "idle" }, [NO_WAIT, reply({ kind: "noAnswer", why })]];
    case "switched":
      return after([NO_WAIT, reply({ kind: "noAnswer", why })], unpaired(settings, state, { why }));
    case "new":
    case "idle":
    case "switching":
    case "printing":
    case "over":
      return [state, []];
  }
}

/** It tells the end of an order for which nobody works any more: asked for, because a hint is not believed. */
function hinted(settings: MercadoPagoSettings, state: State, message: CloudRequest): Stepped {
  if (state.isAsking || state.phase === "new") return [state, []];
  return [
    { ...state, isAsking: true },
    [{ kind: "exchange", exchange: ENDED, message, replyTimeoutMs: settings.replyMs }],
  ];
}

function orderTold(settings: MercadoPagoSettings, state: State, end: ExchangeEnd): Stepped {
  if (end.kind !== "answered" || end.message.kind !== "order") return [state, []];
  const word = lateWord(end.message.order, settings);
  return [state, word === undefined ? [] : [word]];
}

function asked(settings: MercadoPagoSettings, state: State, request: DeviceRequest, context: Context): Stepped {
  const refuse = (why: string): Stepped => [state, [reply({ kind: "refused", why })]];
  const { phase } = state;
  if (phase !== "idle" && phase !== "unpaired") return refuse("the terminal is being asked already");
  if (request.kind === "pair") return pair(settings, state, refuse);
  if (phase === "unpaired") return refuse("the terminal takes no orders yet: pair it first");
  switch (request.kind) {
    case "probe":
      return [{ ...state, phase: "probed" }, [askTerminal("beRecent"), waitFor(settings)]];
    case "report":
      return refuse("there are no reports of this terminal");
    case "function": {
      if (request.name !== "print" || settings.api === "intents") return refuse(`there is no function ${request.name}`);
      const job = printJob(request.params, settings, context);
      if (typeof job === "string") return refuse(job);
      return [
        { ...state, phase: "printing" },
        [{ kind: "exchange", exchange: PRINT, message: job, replyTimeoutMs: settings.replyMs }],
      ];
    }
  }
}

/** Switched to PDV, in which it takes orders (mercado-pago.md 2.2). */
function pair(settings: MercadoPagoSettings, state: State, refuse: (why: string) => Stepped): Stepped {
  const { terminalId, api, replyMs } = settings;
  if (terminalId === undefined) return refuse(`${NAMELESS}: \`terminalId\` has to name one`);
  const message: CloudRequest = { kind: api === "intents" ? "setupDevice" : "setupTerminal", terminal: terminalId };
  return [
    { ...state, phase: "switching" },
    [
      { kind: "disarm", timer: LOOK },
      NO_WAIT,
      { kind: "abandon", exchange: LIST },
      { kind: "exchange", exchange: SETUP, message, replyTimeoutMs: replyMs },
    ],
  ];
}

function setUp(settings: MercadoPagoSettings, state: State, end: ExchangeEnd): Stepped {
  if (state.phase !== "switching") return [state, []];
  const failed = setupReply(end);
  if (failed !== undefined) {
    const effects = isAccessRefused(end) ? [ACCESS_REFUSED, reply(failed)] : [reply(failed)];
    return after(effects, unpaired(settings, state, { why: failed.why }));
  }
  return [
    { ...state, phase: "switched" },
    [
      { kind: "pairing", text: setupWords(settings.terminalId ?? ""), expiresInMs: settings.pairMs },
      askTerminal("beFresh"),
      waitFor(settings),
    ],
  ];
}

function printed(state: State, end: ExchangeEnd): Stepped {
  if (state.phase !== "printing") return [state, []];
  const effects = isAccessRefused(end) ? [ACCESS_REFUSED] : [];
  return [{ ...state, phase: "idle" }, [...effects, reply(printReply(end))]];
}
