import type { JsonObject } from "../../core/json.ts";
import type { SimulatedRequest, SimulatorContext } from "../simulator.ts";
import { commandAt, isMoneyCommand, type CommandName } from "./simulator-commands.ts";
import { resultOf, type Memory } from "./simulator-memory.ts";
import { textIn } from "./simulator-order.ts";
import { isTaken } from "./simulator-pairing.ts";
import { reactionOf, type Reaction } from "./simulator-reactions.ts";
import { bodyOf, faultOf, isAuthentic, isText, unsupportedIn } from "./simulator-requests.ts";
import { errorResult, PING_FAILED, signatureMismatch, type Result } from "./simulator-results.ts";
import type { Scenario } from "./simulator-scenario.ts";

/** A request as it came in, with what can be told of it before it is known to be right. */
export type Arrival = {
  readonly request: SimulatedRequest;
  readonly command: CommandName | undefined;
  readonly body: JsonObject | undefined;
  /** Its poyntRequestId, in lower case; empty where it has none. */
  readonly id: string;
  /** As the client calls itself. */
  readonly client: string;
};

export function arrivalFrom(request: SimulatedRequest): Arrival {
  const body = bodyOf(request);
  return {
    request,
    command: commandAt(request.path),
    body,
    id: textIn(body ?? {}, "poyntRequestId").toLowerCase(),
    client: request.headers["poynt-client"] ?? "",
  };
}

export type Verdict =
  | { readonly kind: "answered"; readonly result: Result }
  | { readonly kind: "ignored" }
  /** The request with this id that is running. */
  | { readonly kind: "joins" }
  /** At once, or when the payment before it has left the screen. */
  | { readonly kind: "runs" | "waits"; readonly command: CommandName; readonly body: JsonObject };

export type Situation = {
  readonly memory: Memory;
  /** On the payment screen, or waiting for it. */
  readonly runningIds: readonly string[];
  readonly isConfirming: boolean;
  readonly scenario: Scenario;
};

const answered = (result: Result): Verdict => ({ kind: "answered", result });

/** What is to be done about a request. */
export function judge(
  arrival: Arrival,
  reactions: readonly Reaction[],
  situation: Situation,
  context: SimulatorContext,
): Verdict {
  const verdict = judgeAny(arrival, reactions, situation, context);
  // A ping has no body, whatever it comes to (poynt.md 1.6).
  return verdict.kind === "answered" && arrival.command === "ping" ? answered(PING_FAILED) : verdict;
}

function judgeAny(
  arrival: Arrival,
  reactions: readonly Reaction[],
  situation: Situation,
  context: SimulatorContext,
): Verdict {
  const { command, body, request } = arrival;
  const { scenario } = situation;
  if (command === undefined) return answered({ ...errorResult("notSupported", scenario, "No such path"), status: 404 });
  if (request.method !== "POST")
    return answered({ ...errorResult("notSupported", scenario, "Only POST"), status: 405 });
  const refusal = stranger(arrival, command, reactions, situation, context);
  if (refusal !== undefined) return refusal;
  const fault = faultOf(command, body);
  if (fault !== undefined || body === undefined) return answered(errorResult("badRequest", scenario, fault));
  const unsupported = unsupportedIn(body);
  if (unsupported !== undefined)
    return answered(errorResult("notSupported", scenario, `${unsupported} is not simulated`));
  const known = isMoneyCommand(command) ? whileOthersRun(arrival.id, situation, context) : undefined;
  return known === "waits" ? { kind: "waits", command, body } : (known ?? { kind: "runs", command, body });
}

/** Whoever asks is not the client of this terminal, or cannot become it. */
function stranger(
  { request, client }: Arrival,
  command: CommandName,
  reactions: readonly Reaction[],
  { memory, scenario, isConfirming }: Situation,
  { crypto }: SimulatorContext,
): Verdict | undefined {
  const isMismatch = reactionOf(reactions, "mismatch") !== undefined;
  if (command === "pair" || command === "pairWithKey") {
    const isProved = command === "pair" ? isAuthentic(request, scenario.pairingCode, crypto) : isText(request);
    if (isMismatch || !isProved) return answered(signatureMismatch);
    if (client === "") return answered(errorResult("badRequest", scenario, "There is no Poynt-Client"));
    if (scenario.secondPairing === "refused" && isTaken(memory, client))
      return answered(errorResult("alreadyPaired", scenario));
    return isConfirming ? answered(errorResult("busy", scenario)) : undefined;
  }
  if (memory.pairing === null) {
    if (scenario.unpaired === "silent") return { kind: "ignored" };
    return answered(scenario.unpaired === "error" ? errorResult("notPaired", scenario) : signatureMismatch);
  }
  return isMismatch || !isAuthentic(request, memory.pairing.secret, crypto) ? answered(signatureMismatch) : undefined;
}

/** A repeat, or a payment while another one runs. */
function whileOthersRun(
  id: string,
  { memory, runningIds, scenario }: Situation,
  { now }: SimulatorContext,
): Verdict | "waits" | undefined {
  const { repeat, repeatWhileRunning, retentionMs, whileBusy } = scenario;
  const kept = repeat === "replays" ? resultOf(memory, id, now, retentionMs) : undefined;
  if (kept !== undefined) return answered(kept);
  if (runningIds.length === 0) return undefined;
  // Never behind itself: whoever lets it wait there does it a second time, which is the other setting.
  if (runningIds.includes(id))
    return repeatWhileRunning === "joins" ? { kind: "joins" } : answered(errorResult("busy", scenario));
  if (whileBusy === "queue") return "waits";
  return whileBusy === "silent" ? { kind: "ignored" } : answered(errorResult("busy", scenario));
}
