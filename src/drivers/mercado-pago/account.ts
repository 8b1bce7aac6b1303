import { conversation, type Context, type Conversation, type Effect, type Input, type Step } from "../driver.ts";
import {
  accessOf,
  isRefusedForGood,
  refusedAccess,
  refusedRenewal,
  renewal,
  renewalPause,
  storing,
  userOf,
} from "./access.ts";
import { isKnownCall, NO_CALLS, rememberCall, type Calls } from "./calls.ts";
import type { Credentials } from "./credentials.ts";
import { isEndOf, type ExchangeEnd } from "./exchange-end.ts";
import type { CloudAnswer, CloudRefusal, ListedTerminal, MercadoPagoMessage, Webhook } from "./messages.ts";
import type { MercadoPagoSettings } from "./settings.ts";
import { accountTerminals, listQuestion, notTold, terminalTold, type Waiter } from "./terminal-list.ts";

/** Exchanges. */
const TOKEN = "token";
const LIST = "list";
const ORDER = "order";
/** Timers. */
const RENEW = "renew";
const RETRY = "retry";

const NO_LIST = { kind: "abandon", exchange: LIST } as const;

type Listing = { readonly found: readonly ListedTerminal[]; readonly pages: number; readonly offset: number };

type Serving = {
  readonly phase: "serving";
  readonly isReady: boolean;
  readonly isRenewing: boolean;
  /** The token was renewed because it was not taken: what is said of the next one is believed. */
  readonly isSecondToken: boolean;
  readonly listing: Listing | undefined;
  readonly listed: { readonly terminals: readonly ListedTerminal[]; readonly atMs: number } | undefined;
  /** Who wants the list that is being asked for, and who wants one that is asked for after now. */
  readonly waiters: readonly Waiter[];
  readonly waitersForNext: readonly Waiter[];
  readonly calls: Calls;
};

type State = { readonly phase: "new" } | Serving;
type Sent = Effect<MercadoPagoMessage>;
type Stepped = Step<State, MercadoPagoMessage>;
type Account = { readonly settings: MercadoPagoSettings; readonly credentials: Credentials };

/** As many terminals as an account may ask for at once. */
const MOST_WAITERS = 1_000;
const MOST_PAGES = 20;

/**
 * The seller's account above its terminals: its token, which is renewed in time, one renewal at once; the list of its terminals, which is asked for
 * only when somebody wants to know; and what the vendor's servers say on their own account.
 */
export function accountMachine(
  settings: MercadoPagoSettings,
  credentials: Credentials | undefined,
): Conversation<MercadoPagoMessage> {
  return conversation<State, MercadoPagoMessage>(
    (state, input, context) => {
      if (credentials !== undefined) return step({ settings, credentials }, state, input, context);
      return [state, input.kind === "opened" ? [NO_CREDENTIALS] : []];
    },
    { phase: "new" },
  );
}

const NO_CREDENTIALS: Sent = {
  kind: "unusable",
  why: "the settings name no access to Mercado Pago",
  remedy: "Set accessToken, or clientId with clientSecret and refreshToken",
};

const NOTHING_YET: Serving = {
  phase: "serving",
  isReady: false,
  isRenewing: false,
  isSecondToken: false,
  listing: undefined,
  listed: undefined,
  waiters: [],
  waitersForNext: [],
  calls: NO_CALLS,
};

function step(account: Account, state: State, input: Input<MercadoPagoMessage>, context: Context): Stepped {
  if (state.phase === "new") return input.kind === "opened" ? begin(account, NOTHING_YET, context) : [state, []];
  if (isEndOf(TOKEN, input)) return renewed(account, { ...state, isRenewing: false }, input, context);
  if (isEndOf(LIST, input)) return listed(account, state, input, context);
  if (isEndOf(ORDER, input)) return orderTold(account, state, input);
  if (input.kind === "stored") return after(renewLater(account, context), list(account, state));
  if (input.kind === "timer") return ring(account, state, input.timer, context);
  if (input.kind === "consulted") return consulted(account, state, input.by, input.message, context);
  if (input.kind === "listAsked") return list(account, state);
  if (input.kind !== "called") return [state, []];
  const respond: Sent = { kind: "respond", call: input.call, status: 200 };
  if (input.message.kind !== "webhook") return [state, [respond]];
  return after([respond], called(account, state, input.message, context));
}

const after = (effects: readonly Sent[], [state, more]: Stepped): Stepped => [state, [...effects, ...more]];

function begin(account: Account, state: Serving, context: Context): Stepped {
  return accessOf(account.credentials, context) === "valid"
    ? after(renewLater(account, context), list(account, state))
    : renew(account, state, context);
}

function renewLater({ credentials }: Account, context: Context): readonly Sent[] {
  return credentials.kind === "grant" ? [{ kind: "arm", timer: RENEW, afterMs: renewalPause(context) }] : [];
}

/** One at a time: each uses up the grant of the one before. */
function renew({ credentials, settings }: Account, state: Serving, context: Context): Stepped {
  if (state.isRenewing || credentials.kind === "token") return [state, []];
  const message = renewal(credentials, context);
  return [
    { ...state, isRenewing: true },
    [{ kind: "exchange", exchange: TOKEN, message, replyTimeoutMs: settings.replyMs }],
  ];
}

function ring(account: Account, state: Serving, timer: string, context: Context): Stepped {
  const { credentials } = account;
  const access = accessOf(credentials, context);
  if (timer === RETRY) return access === "valid" ? list(account, state) : renew(account, state, context);
  if (timer !== RENEW) return [state, []];
  return access === "valid" ? [state, renewLater(account, context)] : renew(account, state, context);
}

const retry = ({ settings }: Account): Sent => ({ kind: "arm", timer: RETRY, afterMs: settings.retryMs });

function renewed(account: Account, state: Serving, end: ExchangeEnd, context: Context): Stepped {
  const { credentials, settings } = account;
  if (end.kind === "answered" && end.message.kind === "tokens") {
    return [state, [storing(end.message, context, settings)]];
  }
  if (end.kind === "answered" && end.message.kind === "refusal" && credentials.kind === "grant") {
    const { message } = end;
    // Nothing is asked again: a person has to give another grant, and then a new machine begins.
    if (isRefusedForGood(message)) return unusable(state, refusedRenewal(credentials, message));
  }
  const why = end.kind === "answered" ? wordsOf(end.message) : end.why;
  if (accessOf(credentials, context) !== "none" && !state.isSecondToken) {
    return state.isReady ? [state, [retry(account)]] : after([retry(account)], list(account, state));
  }
  // There is no second token yet: what is said of the first one is no reason not to ask for it again.
  return after([retry(account)], unreachableNow({ ...state, isSecondToken: false }, why));
}

function wordsOf(message: MercadoPagoMessage): string {
  if (message.kind !== "refusal") return "it answered something else than it was asked";
  return `it answered ${message.status} ${message.code} ${message.text}`.trim();
}

/** Whoever waits is told, whatever becomes of them. A list that is still under way is not waited for: the next one has its name. */
function unusable(state: Serving, effect: Extract<Sent, { kind: "unusable" }>): Stepped {
  const told = [...state.waiters, ...state.waitersForNext].map((waiter) => notTold(waiter, effect.why));
  return [
    { ...state, isReady: false, listing: undefined, waiters: [], waitersForNext: [] },
    [...told, NO_LIST, effect],
  ];
}

const unreachableNow = (state: Serving, why: string): Stepped =>
  unusable(state, {
    kind: "unusable",
    why: `Mercado Pago cannot be asked: ${why}`,
    remedy: "Look at this machine's way to the internet; it is tried again by itself",
  });

function list(account: Account, state: Serving): Stepped {
  if (state.listing !== undefined || state.isRenewing) return [state, []];
  return [{ ...state, listing: { found: [], pages: 0, offset: 0 } }, [ask(account, 0)]];
}

const ask = ({ settings }: Account, offset: number): Sent => ({
  kind: "exchange",
  exchange: LIST,
  message: listQuestion(settings, offset),
  replyTimeoutMs: settings.replyMs,
});

function listed(account: Account, state: Serving, end: ExchangeEnd, context: Context): Stepped {
  const { listing } = state;
  if (listing === undefined) return [state, []];
  if (end.kind === "answered" && end.message.kind === "terminals") {
    return pageCame(account, { ...state, listing }, end.message, context);
  }
  const ended: Serving = { ...state, listing: undefined };
  if (end.kind === "answered" && end.message.kind === "refusal") {
    return listRefused(account, ended, end.message, context);
  }
  return listFailed(account, ended, end.kind === "answered" ? wordsOf(end.message) : end.why);
}

function pageCame(
  account: Account,
  state: Serving & { readonly listing: Listing },
  { terminals, total, told }: Extract<CloudAnswer, { kind: "terminals" }>,
  context: Context,
): Stepped {
  const { found, pages, offset } = state.listing;
  const listing: Listing = { found: [...found, ...terminals], pages: pages + 1, offset: offset + told };
  const isMore = told > 0 && listing.offset < total && listing.pages < MOST_PAGES;
  if (isMore) return [{ ...state, listing }, [ask(account, listing.offset)]];
  const known = listing.found;
  const { waiters, waitersForNext, isReady } = state;
  const next: Serving = {
    ...state,
    isReady: true,
    isSecondToken: false,
    listing: undefined,
    listed: { terminals: known, atMs: context.now },
    waiters: waitersForNext,
    waitersForNext: [],
  };
  const effects: readonly Sent[] = [
    ...(isReady ? [] : [{ kind: "ready" } as const]),
    { kind: "terminals", terminals: accountTerminals(known) },
    ...waiters.map((waiter) => terminalTold(waiter, known, userOf(context))),
  ];
  return after(effects, next.waiters.length > 0 ? list(account, next) : [next, []]);
}

function listRefused(account: Account, state: Serving, refusal: CloudRefusal, context: Context): Stepped {
  const { credentials } = account;
  const { status, code, text } = refusal;
  if (status === 401) {
    if (credentials.kind === "grant" && !state.isSecondToken) {
      return renew(account, { ...state, isSecondToken: true }, context);
    }
    return after([retry(account)], unusable(state, refusedAccess(credentials, refusal)));
  }
  if (status >= 500 || status === 429) return listFailed(account, state, wordsOf(refusal));
  return after(
    [retry(account)],
    unusable(state, {
      kind: "unusable",
      why: `Mercado Pago does not tell this account's terminals (${code} ${text})`,
      remedy:
        "Look whether the account has Point, in Argentina, Brazil, Chile or Mexico, and whether its application may use it",
    }),
  );
}

/** Terminals that are at work go on: each looks for itself whether it is heard. */
function listFailed(account: Account, state: Serving, why: string): Stepped {
  if (!state.isReady) return after([retry(account)], unreachableNow(state, why));
  const told = [...state.waiters, ...state.waitersForNext].map((waiter) => notTold(waiter, why));
  return [{ ...state, waiters: [], waitersForNext: [] }, told];
}

function consulted(
  account: Account,
  state: Serving,
  device: string,
  message: MercadoPagoMessage,
  context: Context,
): Stepped {
  // Whether it is so is what the list shows.
  if (message.kind === "accessRefused") return list(account, state);
  if (message.kind !== "askTerminal") return [state, []];
  const waiter: Waiter = { device, ...(message.ticket === undefined ? {} : { ticket: message.ticket }) };
  const { listed, waiters, waitersForNext } = state;
  const ageMs = listed === undefined ? undefined : context.now - listed.atMs;
  const isRecent = ageMs !== undefined && ageMs >= 0 && ageMs < account.settings.probeMs;
  if (message.must === "beRecent" && listed !== undefined && isRecent) {
    return [state, [terminalTold(waiter, listed.terminals, userOf(context))]];
  }
  if (waiters.length + waitersForNext.length >= MOST_WAITERS) return [state, [notTold(waiter, "too many ask at once")]];
  if (message.must === "beFresh" && state.listing !== undefined) {
    return [{ ...state, waitersForNext: [...waitersForNext, waiter] }, []];
  }
  return list(account, { ...state, waiters: [...waiters, waiter] });
}

/** A hint that comes again, or too late, is no news; whoever works for the order asks for it in any case. */
function called(account: Account, state: Serving, webhook: Webhook, { vendorNow }: Context): Stepped {
  const { order, signedAt, externalReference } = webhook;
  const isOld = signedAt !== undefined && Math.abs(vendorNow - signedAt) > account.settings.webhookToleranceMs;
  if (isOld || isKnownCall(state.calls, webhook)) return [state, []];
  const known: Serving = { ...state, calls: rememberCall(state.calls, webhook) };
  if (externalReference !== undefined) return [known, [hint(externalReference, order)]];
  if (known.calls.asking !== undefined) return [known, []];
  return askOrder(account, known);
}

const hint = (ticket: string, order: string): Sent => ({
  kind: "tell",
  to: { kind: "ticket", ticket },
  message: { kind: "orderHint", order },
});

/** Whose order it is, where the call did not say. */
function askOrder({ settings }: Account, state: Serving): Stepped {
  const [order, ...waiting] = state.calls.waiting;
  if (order === undefined) return [state, []];
  return [
    { ...state, calls: { ...state.calls, asking: order, waiting } },
    [{ kind: "exchange", exchange: ORDER, message: { kind: "getOrder", order }, replyTimeoutMs: settings.replyMs }],
  ];
}

function orderTold(account: Account, state: Serving, end: ExchangeEnd): Stepped {
  const told = end.kind === "answered" && end.message.kind === "order" ? end.message.order : undefined;
  const next = askOrder(account, { ...state, calls: { ...state.calls, asking: undefined } });
  return told?.externalReference === undefined ? next : after([hint(told.externalReference, told.id)], next);
}
