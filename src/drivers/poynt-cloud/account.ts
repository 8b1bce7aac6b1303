import type { AlarmCode } from "../../core/alarm-code.ts";
import { conversation, type Context, type Conversation, type Effect, type Input, type Step } from "../driver.ts";
import { ACCESS, PRIVATE_KEY, REFRESH, type Callback, type CloudAnswer, type CloudMessage } from "./messages.ts";
import { anyTransaction, grantBy, refreshed } from "./requests.ts";
import type { AccountSettings } from "./settings.ts";

const TOKEN = "token";
const PROBE = "probe";

type Renewal = "none" | "grant" | "refresh" | "storing" | "pausing";

type State = {
  readonly renewal: Renewal;
  /** There is a token that has neither ended nor been refused. */
  readonly isUsable: boolean;
  /** How often a grant was refused in a row: the first time our clock may have been to blame. */
  readonly refusedGrants: number;
  /** How often a token that had just been granted was refused. */
  readonly refusedTokens: number;
  readonly expiresInS: number;
  /** Whether the cloud answered just now, and who waits for its answer. */
  readonly isFresh: boolean;
  readonly isProbing: boolean;
  readonly askers: readonly string[];
  /** What the terminals called lately: the same comes three times where our answer was lost. */
  readonly heard: readonly string[];
};

type CloudEffect = Effect<CloudMessage>;
type Stepped = Step<State, CloudMessage>;

const FIRST: State = {
  renewal: "none",
  isUsable: false,
  refusedGrants: 0,
  refusedTokens: 0,
  expiresInS: 0,
  isFresh: false,
  isProbing: false,
  askers: [],
  heard: [],
};

const MOST_HEARD = 256;
const MOST_REFUSED_TOKENS = 2;
/** A stored token that lives for less is not begun with. */
const LEAST_LEFT_MS = 60_000;

/**
 * The account: a token that is there before the old one ends, and the terminals' calls. It signs who we are with the application's key; the
 * merchant has to have allowed the application what it does (poynt.md 2.2).
 */
export function accountMachine(settings: AccountSettings): Conversation<CloudMessage> {
  return conversation<State, CloudMessage>((state, input, context) => step(settings, state, input, context), FIRST);
}

function step(settings: AccountSettings, state: State, input: Input<CloudMessage>, context: Context): Stepped {
  switch (input.kind) {
    case "opened":
      return open(settings, context);
    case "stored":
      return stored(settings, state, context);
    case "consulted":
      return consulted(settings, state, input.by, input.message, context);
    case "called":
      return input.message.kind === "callback"
        ? called(state, input.call, input.message)
        : [state, [{ kind: "respond", call: input.call, status: 200 }]];
    case "listAsked":
      // There is no documented list of an account's terminals.
      return [state, [{ kind: "terminals", terminals: [] }]];
    case "timer":
      return ring(settings, state, input.timer, context);
    case "answered":
    case "garbled":
    case "notSent":
    case "exchangeLost":
      if (input.exchange === TOKEN) return tokenCame(settings, state, input, context);
      return input.exchange === PROBE ? probed(settings, state, input, context) : [state, []];
    case "resumed":
    case "received":
    case "notRepeated":
    case "told":
    case "deadline":
    case "cancelAsked":
    case "answerGiven":
    case "linkLost":
    case "keyPairCreated":
    case "asked":
    case "claims":
      return [state, []];
  }
}

const grantedFor = ({ secrets }: Context): string | undefined => secrets[PRIVATE_KEY]?.version;

function open(settings: AccountSettings, context: Context): Stepped {
  const { secrets, vendorNow } = context;
  const version = grantedFor(context);
  if (version === undefined)
    return [FIRST, [unusable("the application's private key is not there", GIVE_KEY(settings))]];
  const about = secrets[ACCESS]?.about;
  const leftMs = Number(about?.["expiresAt"] ?? 0) - vendorNow;
  // Another key, or another application: a person began anew.
  const isOurs = about?.["grant"] === version && about["appId"] === settings.appId;
  if (isOurs && leftMs > LEAST_LEFT_MS) {
    return [{ ...FIRST, isUsable: true }, [{ kind: "ready" }, ...watchOver(settings, leftMs)]];
  }
  return renew(settings, FIRST, "grant", context);
}

const GIVE_KEY = ({ privateKey }: AccountSettings): string =>
  `Store it in PEM: \`tillbridge secret set ${privateKey.secret}\``;

const unusable = (why: string, remedy: string, alarm?: AlarmCode): CloudEffect => ({
  kind: "unusable",
  why,
  remedy,
  ...(alarm === undefined ? {} : { alarm }),
});

/** When it is renewed, and when it cannot be used any more. */
function watchOver({ refreshEarlyMs }: AccountSettings, leftMs: number): readonly CloudEffect[] {
  const earlyMs = Math.min(refreshEarlyMs, leftMs / 2);
  return [
    { kind: "disarm", timer: "retry" },
    { kind: "arm", timer: "renew", afterMs: timerMs(leftMs - earlyMs) },
    { kind: "arm", timer: "ended", afterMs: timerMs(leftMs) },
  ];
}

const LONGEST_TIMER_MS = 2_147_483_647;
const timerMs = (ms: number): number => Math.min(Math.max(Math.floor(ms), 0), LONGEST_TIMER_MS);

function renew(settings: AccountSettings, state: State, how: "grant" | "refresh", context: Context): Stepped {
  // What was given is gone: the house begins anew once it is there.
  if (grantedFor(context) === undefined) return [{ ...state, renewal: "none" }, []];
  const message = how === "grant" ? grantBy(settings, context) : refreshed(context);
  return [
    { ...state, renewal: how },
    [
      { kind: "disarm", timer: "retry" },
      { kind: "exchange", exchange: TOKEN, message, replyTimeoutMs: settings.replyMs },
    ],
  ];
}

type Ended = Extract<Input<CloudMessage>, { kind: "answered" | "garbled" | "notSent" | "exchangeLost" }>;

function tokenCame(settings: AccountSettings, state: State, input: Ended, context: Context): Stepped {
  if (state.renewal !== "grant" && state.renewal !== "refresh") return [state, []];
  if (input.kind !== "answered") return noToken(settings, state, `the cloud did not answer: ${input.why}`);
  const { message } = input;
  if (message.kind === "token") {
    const { access, refresh, expiresInS } = message;
    const about = {
      expiresAt: String(context.vendorNow + expiresInS * 1_000),
      grant: grantedFor(context) ?? "",
      appId: settings.appId,
    };
    const labels = { [ACCESS]: access, ...(refresh === undefined ? {} : { [REFRESH]: refresh }) };
    return [{ ...state, renewal: "storing", expiresInS }, [{ kind: "storeSecrets", labels, about }]];
  }
  if (message.kind !== "error") return noToken(settings, state, "the cloud answered something else than it was asked");
  const said = saidBy(message);
  // Its servers have a difficulty, or we ask too often.
  if (message.status >= 500 || message.status === 408 || message.status === 429) return noToken(settings, state, said);
  if (state.renewal === "refresh") return renew(settings, state, "grant", context);
  return grantRefused(settings, state, said, context);
}

const saidBy = ({ status, code, text }: Extract<CloudAnswer, { kind: "error" }>): string =>
  `the cloud answered with HTTP ${[String(status), code, text].filter((part) => part !== "").join(" ")}`;

/** It is asked again soon; what is there is used until it ends. */
function noToken(settings: AccountSettings, state: State, why: string): Stepped {
  const remedy = "It is asked again by itself; look whether this PC reaches the internet, and the vendor's status page";
  return [
    { ...state, renewal: "pausing" },
    [...(state.isUsable ? [] : [unusable(why, remedy)]), { kind: "arm", timer: "retry", afterMs: settings.retryMs }],
  ];
}

function grantRefused(settings: AccountSettings, state: State, said: string, context: Context): Stepped {
  const refusedGrants = state.refusedGrants + 1;
  // By now its clock is known: it stands in what it answered.
  if (refusedGrants === 1) return renew(settings, { ...state, refusedGrants }, "grant", context);
  return [
    { ...state, refusedGrants, renewal: "pausing" },
    [
      ...(state.isUsable
        ? []
        : [unusable(`the cloud does not accept the application: ${said}`, AUTHORISE(settings), REFUSED)]),
      { kind: "arm", timer: "retry", afterMs: settings.refusedRetryMs },
    ],
  ];
}

const REFUSED = "accountRefused";

const AUTHORISE = ({ appId, privateKey }: AccountSettings): string =>
  `Look in the vendor's developer page whether ${appId} has this key (another one: \`tillbridge secret set ${privateKey.secret}\`) and the ` +
  "permission to send cloud messages, and let the merchant authorise the application";

function stored(settings: AccountSettings, state: State, context: Context): Stepped {
  if (state.renewal !== "storing") return [state, []];
  const next: State = { ...state, renewal: "none", isUsable: true, refusedGrants: 0 };
  const [asking, effects] = next.askers.length > 0 ? askProbe(settings, next, context) : [next, []];
  return [asking, [{ kind: "ready" }, ...watchOver(settings, next.expiresInS * 1_000), ...effects]];
}

function ring(settings: AccountSettings, state: State, timer: string, context: Context): Stepped {
  switch (timer) {
    case "renew":
      if (state.renewal !== "none") return [state, []];
      return renew(
        settings,
        { ...state, refusedTokens: 0 },
        context.secrets[REFRESH] === undefined ? "grant" : "refresh",
        context,
      );
    case "retry":
      return state.renewal === "pausing" ? renew(settings, state, "grant", context) : [state, []];
    case "ended": {
      const remedy = "It is asked again by itself; look whether this PC reaches the internet";
      return [
        { ...state, isUsable: false },
        [unusable("the access to the cloud has ended, and is not renewed", remedy)],
      ];
    }
    case "fresh":
      return [{ ...state, isFresh: false }, []];
    default:
      return [state, []];
  }
}

function consulted(
  settings: AccountSettings,
  state: State,
  by: string,
  message: CloudMessage,
  context: Context,
): Stepped {
  if (message.kind === "accessRefused") return accessRefused(settings, state, message.version, context);
  if (message.kind !== "probe") return [state, []];
  if (state.isFresh) return [state, [tellDevice(by, { kind: "reached" })]];
  const asking: State = { ...state, askers: [...new Set([...state.askers, by])] };
  return asking.isProbing || !asking.isUsable ? [asking, []] : askProbe(settings, asking, context);
}

const tellDevice = (device: string, message: CloudMessage): CloudEffect => ({
  kind: "tell",
  to: { kind: "device", device },
  message,
});

function askProbe(settings: AccountSettings, state: State, context: Context): Stepped {
  if (state.isProbing) return [state, []];
  return [
    { ...state, isProbing: true },
    [
      {
        kind: "exchange",
        exchange: PROBE,
        message: anyTransaction(settings, context),
        replyTimeoutMs: settings.replyMs,
      },
    ],
  ];
}

/** One question answers all terminals that want to know. */
function probed(settings: AccountSettings, state: State, input: Ended, context: Context): Stepped {
  const message = input.kind === "answered" ? input.message : undefined;
  const waiting: State = { ...state, isProbing: false };
  if (message?.kind === "error" && message.status === 401 && state.refusedTokens < MOST_REFUSED_TOKENS) {
    return accessRefused(settings, waiting, context.secrets[ACCESS]?.version, context);
  }
  const told: State = { ...waiting, askers: [] };
  if (message?.kind === "transactions") {
    return [
      { ...told, isFresh: true, refusedTokens: 0 },
      [
        { kind: "arm", timer: "fresh", afterMs: settings.probeMs / 2 },
        ...state.askers.map((asker) => tellDevice(asker, { kind: "reached" })),
      ],
    ];
  }
  const why =
    message?.kind === "error"
      ? saidBy(message)
      : input.kind === "answered"
        ? "the cloud answered something else than it was asked"
        : input.why;
  return [told, state.askers.map((asker) => tellDevice(asker, { kind: "notReached", why }))];
}

/** A token that the cloud does not take any more: another one, unless that is under way or here already. */
function accessRefused(
  settings: AccountSettings,
  state: State,
  version: string | undefined,
  context: Context,
): Stepped {
  const isOld = version !== undefined && version !== context.secrets[ACCESS]?.version;
  if (isOld || state.renewal !== "none") return [state, []];
  const refusedTokens = state.refusedTokens + 1;
  const refused: State = { ...state, refusedTokens, isUsable: false };
  if (refusedTokens <= MOST_REFUSED_TOKENS) return renew(settings, refused, "grant", context);
  return [
    { ...refused, renewal: "pausing" },
    [
      unusable("the cloud refuses the access that it has just granted", AUTHORISE(settings), REFUSED),
      { kind: "arm", timer: "retry", afterMs: settings.refusedRetryMs },
    ],
  ];
}

/** It is answered whatever it says: nobody learns from the answer which payments there are. */
function called(state: State, call: string, callback: Callback): Stepped {
  const respond: CloudEffect = { kind: "respond", call, status: 200 };
  const { referenceId, status, transactionIds } = callback;
  const name = [referenceId, status, ...transactionIds].join("/");
  if (state.heard.includes(name)) return [state, [respond]];
  const heard = [...state.heard, name].slice(-MOST_HEARD);
  return [
    { ...state, heard },
    [{ kind: "tell", to: { kind: "ticket", ticket: referenceId }, message: callback }, respond],
  ];
}
