import type { Context, Effect, Input } from "../driver.ts";
import type { Reply } from "../getnet/messages.ts";
import { ACCESS, type CloudMessage, type CloudRequest } from "./messages.ts";
import type { CloudSettings } from "./settings.ts";

export type CloudEffect = Effect<CloudMessage>;

/** How an exchange ended that left, or tried to. */
export type ExchangeEnd = Extract<Input<CloudMessage>, { kind: "answered" | "garbled" | "notSent" | "exchangeLost" }>;

export function isEndOf(exchange: string, input: Input<CloudMessage>): input is ExchangeEnd {
  return "exchange" in input && input.kind !== "notRepeated" && input.exchange === exchange;
}

/** Something that the terminal was asked through the cloud: posted, and then looked at until it is finished. */
export type Enquiry = {
  /** Of its exchange and its timers. */
  readonly name: string;
  /** Missing while the cloud has not said what it is called. */
  readonly idPosTxs: string | undefined;
  /** What the answer has to repeat, where it tells any. */
  readonly customId: string;
  readonly looks: number;
  /** Looks in a row that told nothing. */
  readonly failures: number;
  /** Of the last one. */
  readonly why: string;
};

export type EnquiryStep =
  | { readonly kind: "goesOn"; readonly enquiry: Enquiry; readonly effects: readonly CloudEffect[] }
  | { readonly kind: "ended"; readonly end: EnquiryEnd; readonly effects: readonly CloudEffect[] };

export type EnquiryEnd =
  /** `reply` is missing where the cloud does not say how it ended. */
  | { readonly kind: "finished"; readonly reply: Reply | undefined }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "noAnswer"; readonly why: string };

const lookTimer = (name: string): string => `${name} look`;
const limitTimer = (name: string): string => `${name} limit`;

/** Asks something that moves no money. */
export function enquire(
  name: string,
  message: Extract<CloudRequest, { kind: "command" }>,
  { postMs, questionMs }: CloudSettings,
): { readonly enquiry: Enquiry; readonly effects: readonly CloudEffect[] } {
  const enquiry: Enquiry = { name, idPosTxs: undefined, customId: "", looks: 0, failures: 0, why: "" };
  return {
    enquiry,
    effects: [
      { kind: "exchange", exchange: name, message, replyTimeoutMs: postMs },
      { kind: "arm", timer: limitTimer(name), afterMs: questionMs },
    ],
  };
}

/** Looks at what was posted before, for as long as it takes. */
export function watch(
  name: string,
  idPosTxs: string,
  customId: string,
  settings: CloudSettings,
): Extract<EnquiryStep, { kind: "goesOn" }> {
  return lookLater({ name, idPosTxs, customId, looks: 0, failures: 0, why: "" }, settings, []);
}

/** A minute's worth of them. */
const QUICK_LOOKS = 60;
/** While the cloud does not answer as it should. */
const LONGEST_PAUSE_MS = 4_000;

function lookLater(
  enquiry: Enquiry,
  settings: CloudSettings,
  before: readonly CloudEffect[],
): Extract<EnquiryStep, { kind: "goesOn" }> {
  const { lookEveryMs, lookLaterEveryMs } = settings;
  const pauseMs = enquiry.looks < QUICK_LOOKS ? lookEveryMs : lookLaterEveryMs;
  const calmer = Math.max(pauseMs, LONGEST_PAUSE_MS);
  const afterMs = Math.min(pauseMs * 2 ** Math.min(enquiry.failures, 8), calmer);
  return { kind: "goesOn", enquiry, effects: [...before, { kind: "arm", timer: lookTimer(enquiry.name), afterMs }] };
}

/** Undefined where the input is about something else. */
export function stepEnquiry(
  enquiry: Enquiry,
  input: Input<CloudMessage>,
  settings: CloudSettings,
  context: Context,
): EnquiryStep | undefined {
  const { name, idPosTxs } = enquiry;
  if (input.kind === "timer" && input.timer === limitTimer(name)) {
    const why = enquiry.why === "" ? "the terminal did not answer in time" : enquiry.why;
    return ended(enquiry, { kind: "noAnswer", why }, [{ kind: "abandon", exchange: name }]);
  }
  if (input.kind === "timer" && input.timer === lookTimer(name)) return look(enquiry, settings);
  if (!isEndOf(name, input)) return undefined;
  return idPosTxs === undefined ? posted(enquiry, input, settings, context) : looked(enquiry, input, settings, context);
}

function ended(enquiry: Enquiry, end: EnquiryEnd, effects: readonly CloudEffect[] = []): EnquiryStep {
  return { kind: "ended", end, effects: [...effects, ...quiet(enquiry)] };
}

/** Nothing of it rings any more. */
function quiet({ name }: Enquiry): readonly CloudEffect[] {
  return [lookTimer(name), limitTimer(name)].map((timer) => ({ kind: "disarm", timer }));
}

function look(enquiry: Enquiry, { lookMs }: CloudSettings): EnquiryStep {
  const { name, idPosTxs } = enquiry;
  if (idPosTxs === undefined) return { kind: "goesOn", enquiry, effects: [] };
  const asked: CloudEffect = {
    kind: "exchange",
    exchange: name,
    message: { kind: "look", idPosTxs },
    replyTimeoutMs: lookMs,
  };
  return { kind: "goesOn", enquiry: { ...enquiry, looks: enquiry.looks + 1 }, effects: [asked] };
}

function posted(enquiry: Enquiry, input: ExchangeEnd, settings: CloudSettings, context: Context): EnquiryStep {
  if (input.kind !== "answered") return ended(enquiry, { kind: "noAnswer", why: input.why });
  const { message } = input;
  if (message.kind === "accepted") return lookLater({ ...enquiry, idPosTxs: message.idPosTxs }, settings, []);
  if (message.kind === "finished") return ended(enquiry, { kind: "finished", reply: message.reply });
  if (message.kind === "refused") return ended(enquiry, { kind: "refused", why: whyNot(message) });
  return ended(enquiry, { kind: "noAnswer", why: whyNot(message) }, lossIn(message, context));
}

function looked(enquiry: Enquiry, input: ExchangeEnd, settings: CloudSettings, context: Context): EnquiryStep {
  const toldNothing = (why: string, effects: readonly CloudEffect[] = []): EnquiryStep =>
    lookLater({ ...enquiry, failures: enquiry.failures + 1, why }, settings, effects);
  if (input.kind !== "answered") return toldNothing(input.why);
  const { message } = input;
  if (message.kind === "pending") {
    return lookLater({ ...enquiry, failures: 0, why: "the cloud says that it is still pending" }, settings, []);
  }
  if (message.kind !== "finished") return toldNothing(whyNot(message), lossIn(message, context));
  const isAnothers = message.customId !== undefined && message.customId !== enquiry.customId;
  if (isAnothers && enquiry.customId !== "") return toldNothing("the cloud told the result of another request");
  return ended(enquiry, { kind: "finished", reply: message.reply });
}

export const refusalText = (status: number, text: string): string =>
  `the cloud refused it: HTTP ${status}${text === "" ? "" : `, ${text}`}`;

function whyNot(message: CloudMessage): string {
  if (message.kind === "refused") return refusalText(message.status, message.text);
  if (message.kind === "accessRefused") return "the cloud refused the access token";
  if (message.kind === "unavailable") return `the cloud is not available: HTTP ${message.status}`;
  return "the cloud answered something else than was asked";
}

/** The account has to know of an answer that refuses its token. */
export function lossIn(message: CloudMessage, context: Context): readonly CloudEffect[] {
  return message.kind === "accessRefused" ? accessLost(context) : [];
}

function accessLost({ secrets }: Context): readonly CloudEffect[] {
  const version = secrets[ACCESS]?.version;
  return version === undefined ? [] : [{ kind: "askAccount", message: { kind: "accessLost", version } }];
}
