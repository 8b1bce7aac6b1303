import type { JsonObject } from "../../core/json.ts";
import type { AccountDriver } from "../account.ts";
import { conversation, type Context, type Conversation, type Input, type Step } from "../driver.ts";
import { getnetCloudWire } from "./codec.ts";
import { isEndOf, type CloudEffect } from "./enquiry.ts";
import { ACCESS, CLIENT_SECRET, type CloudMessage } from "./messages.ts";
import type { CloudSettings } from "./settings.ts";

/** Of the exchange. */
const AUTH = "auth";
/** When the token that is in use has to be renewed, and when access is asked for once more after a failure. */
const RENEW = "renew";

const AUTH_TIMEOUT_MS = 20_000;
/** So much of a token's time is used before a new one is asked for: the rest is for a cloud that does not answer. */
const USED_SHARE = 0.9;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Credentials do not become right by being asked for often; once, a cloud may have been wrong about them. */
const FIRST_REFUSED_PAUSE_MS = 15_000;
const LONGEST_REFUSED_PAUSE_MS = 300_000;
/** A fresh token that is refused at once is not a token's fault: it is not asked for in a circle. */
const LEAST_USE_MS = 30_000;

type State = {
  readonly phase: "new" | "idle" | "asking" | "storing";
  /** Requests of the terminals go out. */
  readonly isUsable: boolean;
  /** Why nothing goes out was told, and is not told again. */
  readonly told: string | undefined;
  /** In a row. */
  readonly failures: number;
  /** Our clock: when the token in use was got. */
  readonly gotAt: number;
};

const NEW: State = { phase: "new", isUsable: false, told: undefined, failures: 0, gotAt: 0 };

type Stepped = Step<State, CloudMessage>;

/** Keeps an access token: asked for with the account's secret, renewed in time, and anew when the cloud refuses it. */
export function accountMachine(settings: CloudSettings): Conversation<CloudMessage> {
  return conversation<State, CloudMessage>((state, input, context) => step(settings, state, input, context), NEW);
}

function step(settings: CloudSettings, state: State, input: Input<CloudMessage>, context: Context): Stepped {
  const { phase } = state;
  if (input.kind === "opened" && phase === "new") return open(settings, state, context);
  if (input.kind === "timer" && input.timer === RENEW && phase === "idle") return ask(settings, state, context);
  if (input.kind === "consulted") return consulted(settings, state, input.message, context);
  // There is no documented list of an account's terminals.
  if (input.kind === "listAsked") return [state, [{ kind: "terminals", terminals: [] }]];
  if (input.kind === "stored" && phase === "storing") return stored(settings, state, context);
  if (phase !== "asking" || !isEndOf(AUTH, input)) return [state, []];
  return input.kind === "answered"
    ? answered(settings, state, input.message, context)
    : failed(settings, state, input.why, context);
}

/** A token of before is as good as a new one, while its time lasts and the secret is still the one that it was got with. */
function open(settings: CloudSettings, state: State, context: Context): Stepped {
  const access = context.secrets[ACCESS];
  const gotAt = Number(access?.about["gotAt"]);
  const usedMs = context.now - gotAt;
  const isOurs = access?.about[CLIENT_SECRET] === context.secrets[CLIENT_SECRET]?.version;
  // A clock that was set back tells nothing.
  const isGood = access !== undefined && isOurs && usedMs >= 0 && usedMs < settings.tokenMs;
  return isGood ? inUse(settings, { ...state, gotAt }, context) : ask(settings, state, context);
}

function inUse(settings: CloudSettings, state: State, { now }: Context): Stepped {
  const afterMs = Math.max(FIRST_PAUSE_MS, Math.round(state.gotAt + settings.tokenMs * USED_SHARE - now));
  const next: State = { ...state, phase: "idle", isUsable: true, told: undefined, failures: 0 };
  const renew: CloudEffect = { kind: "arm", timer: RENEW, afterMs };
  return [next, [renew, ...(state.isUsable ? [] : [{ kind: "ready" } as const])]];
}

function ask(settings: CloudSettings, state: State, context: Context): Stepped {
  const { country, clientId, clientSecret, env } = settings;
  if (context.secrets[CLIENT_SECRET] === undefined) {
    const name = clientSecret.secret;
    return shut(
      { ...state, phase: "idle" },
      {
        kind: "unusable",
        why: `the secret ${name} of the Getnet account ${clientId} is not stored`,
        remedy: `store it: tillbridge secret set ${name}`,
      },
    );
  }
  return [
    { ...state, phase: "asking" },
    [
      { kind: "disarm", timer: RENEW },
      {
        kind: "exchange",
        exchange: AUTH,
        message: { kind: "auth", country, clientId, env },
        replyTimeoutMs: AUTH_TIMEOUT_MS,
      },
    ],
  ];
}

function answered(settings: CloudSettings, state: State, message: CloudMessage, context: Context): Stepped {
  if (message.kind === "token") return [{ ...state, phase: "storing" }, [storing(message.label, context)]];
  if (message.kind === "credentialsRefused") return refused(settings, state, message.status, message.text);
  const isStatus = message.kind === "unavailable" || message.kind === "refused";
  return failed(settings, state, isStatus ? `HTTP ${message.status}` : "it answers something else", context);
}

function refused({ clientSecret }: CloudSettings, state: State, status: number, said: string): Stepped {
  const text = said === "" ? "" : `: ${said}`;
  const [next, effects] = shut(oneMoreFailure(state), {
    kind: "unusable",
    why: `Getnet's cloud refuses the account's clientId and clientSecret (HTTP ${status}${text})`,
    remedy: `compare country, clientId and the link's baseUrl with what Getnet gave, and store the secret again: tillbridge secret set ${clientSecret.secret}`,
    alarm: "accountRefused",
  });
  const afterMs = pauseAfter(state, FIRST_REFUSED_PAUSE_MS, LONGEST_REFUSED_PAUSE_MS);
  return [next, [...effects, { kind: "arm", timer: RENEW, afterMs }]];
}

const oneMoreFailure = (state: State): State => ({
  ...state,
  phase: "idle",
  failures: Math.min(state.failures + 1, 16),
});

const pauseAfter = ({ failures }: State, firstMs: number, longestMs: number): number =>
  Math.min(firstMs * 2 ** failures, longestMs);

function storing(label: string, context: Context): CloudEffect {
  const secret = context.secrets[CLIENT_SECRET];
  return {
    kind: "storeSecrets",
    labels: { [ACCESS]: label },
    about: { gotAt: String(context.now), ...(secret === undefined ? {} : { [CLIENT_SECRET]: secret.version }) },
  };
}

function stored(settings: CloudSettings, state: State, context: Context): Stepped {
  return inUse(settings, { ...state, gotAt: context.now }, context);
}

/** The old token is used as long as its time lasts. */
function failed({ tokenMs }: CloudSettings, state: State, why: string, { now }: Context): Stepped {
  const afterMs = pauseAfter(state, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  const again: CloudEffect = { kind: "arm", timer: RENEW, afterMs };
  const next = oneMoreFailure(state);
  if (next.isUsable && now < next.gotAt + tokenMs) return [next, [again]];
  const [shutState, effects] = shut(next, {
    kind: "unusable",
    why: `Getnet's cloud gives no access: ${why}`,
    remedy: "look at the shop's internet access and at the link's baseUrl; it is asked again by itself",
  });
  return [shutState, [...effects, again]];
}

function shut(state: State, unusable: Extract<CloudEffect, { kind: "unusable" }>): Stepped {
  const isKnown = state.told === unusable.why;
  return [{ ...state, isUsable: false, told: unusable.why }, isKnown ? [] : [unusable]];
}

/** A terminal's machine was refused. Whoever used an older token than the one in use will use this one. */
function consulted(settings: CloudSettings, state: State, message: CloudMessage, context: Context): Stepped {
  if (message.kind !== "accessLost" || state.phase !== "idle" || !state.isUsable) return [state, []];
  if (message.version !== context.secrets[ACCESS]?.version) return [state, []];
  const usedMs = context.now - state.gotAt;
  if (usedMs >= 0 && usedMs < LEAST_USE_MS) return [state, []];
  return ask(settings, state, context);
}

/** They were validated with `settingsSchema` before they came here. */
const typed = (settings: JsonObject): CloudSettings => settings as CloudSettings;

const SHARED = ["country", "clientId", "clientSecret", "env", "tokenMs", "requestsPerSecond", "currency"] as const;

export const getnetCloudAccount: AccountDriver<CloudMessage> = {
  nameOf: (settings, { baseUrl }) =>
    typeof baseUrl === "string" ? `getnet ${baseUrl} ${typed(settings).clientId}` : undefined,
  linkOf: (_settings, link) => link,
  secretsOf: (settings) => [
    {
      name: CLIENT_SECRET,
      setting: "clientSecret",
      secret: typed(settings).clientSecret.secret,
      holds: "text",
    },
  ],
  sharedSettings: (settings) => Object.fromEntries(SHARED.map((name) => [name, typed(settings)[name]])),
  wire: getnetCloudWire,
  machine: (settings) => accountMachine(typed(settings)),
  budget: (settings) => {
    const { requestsPerSecond } = typed(settings);
    return { requestsPerSecond, burst: 2 * requestsPerSecond };
  },
};
