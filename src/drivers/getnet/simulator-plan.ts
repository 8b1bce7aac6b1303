import type { JsonObject } from "../../core/json.ts";
import { COMMANDS, MESSAGE_CODES, type Request } from "./messages.ts";
import { errorContent, type Content, type SaleTwist } from "./simulator-replies.ts";
import { reactionOf, type Moment, type Reaction, type Scenario } from "./simulator-scenario.ts";

/** What a simulated terminal does next about one request. */
export type Act =
  | { readonly kind: "acknowledge"; readonly received: boolean }
  /** Bytes that are no message. */
  | { readonly kind: "babble"; readonly text: string }
  | { readonly kind: "wait" }
  | { readonly kind: "tellStage"; readonly code: number; readonly text: string }
  /** From here on no cancel is heard. */
  | { readonly kind: "contactHost" }
  | { readonly kind: "carryOut" }
  /** Tells what came of it. `firstHalf`: and breaks off in the middle. */
  | { readonly kind: "reply"; readonly part: "whole" | "firstHalf" }
  | { readonly kind: "say"; readonly content: Content }
  /** A piece of a message. */
  | { readonly kind: "write"; readonly bytes: Uint8Array }
  | { readonly kind: "hangUp"; readonly how: "end" | "cut" }
  | { readonly kind: "restart"; readonly memory: "remembers" | "forgets"; readonly offMs: number }
  /** Gives up what is not done yet. */
  | { readonly kind: "stop" };

export type PlannedAct = { readonly afterMs: number; readonly act: Act };

const now = (act: Act): PlannedAct => ({ afterMs: 0, act });

/** The life of a well-formed request, from its arrival to the reply. */
export function planOf(request: Request, reactions: readonly Reaction[], scenario: Scenario): readonly PlannedAct[] {
  const silent = reactionOf(reactions, "silent");
  const silentFrom = silent === undefined ? "never" : (silent.from ?? "request");
  if (silentFrom === "request") return interruptions(reactions, "request");
  if (reactionOf(reactions, "receivedFalse") !== undefined) return [now({ kind: "acknowledge", received: false })];
  return [
    ...interruptions(reactions, "request"),
    ...acknowledgement(reactions),
    ...(silentFrom === "acknowledgement" ? [now({ kind: "stop" })] : []),
    ...(request.command === COMMANDS.sale ? saleScreens(request, reactions, scenario) : shortWork(reactions, scenario)),
    ...interruptions(reactions, "beforeMoney"),
    now({ kind: "carryOut" }),
    ...interruptions(reactions, "afterMoney"),
    ...(silentFrom === "money" ? [] : replyOf(reactions, scenario, delayOf(reactions, "reply"))),
  ];
}

/** The reply and what comes after it. */
export function replyOf(reactions: readonly Reaction[], scenario: Scenario, afterMs: number): readonly PlannedAct[] {
  const torn = interruptions(reactions, "midReply");
  if (torn.length > 0) return [{ afterMs, act: { kind: "reply", part: "firstHalf" } }, ...torn];
  const closes = scenario.closeAfterReply || reactionOf(reactions, "closeAfterReply") !== undefined;
  return [
    { afterMs, act: { kind: "reply", part: "whole" } },
    ...(reactionOf(reactions, "replyTwice") === undefined
      ? []
      : [{ afterMs: scenario.gapMs, act: { kind: "reply", part: "whole" } } as const]),
    ...interruptions(reactions, "afterReply"),
    ...(closes ? [now({ kind: "hangUp", how: "end" })] : []),
  ];
}

/** How a terminal answers what it does not want to work on. */
export function refusalOf(how: "receivedFalse" | "error", text: string, scenario: Scenario): readonly PlannedAct[] {
  if (how === "receivedFalse") return [now({ kind: "acknowledge", received: false })];
  return [
    now({ kind: "acknowledge", received: true }),
    { afterMs: scenario.gapMs, act: { kind: "say", content: errorContent(text) } },
  ];
}

function acknowledgement(reactions: readonly Reaction[]): readonly PlannedAct[] {
  const afterMs = delayOf(reactions, "acknowledgement");
  const garbage = reactionOf(reactions, "garbage");
  const babble: readonly PlannedAct[] =
    garbage === undefined ? [] : [{ afterMs, act: { kind: "babble", text: garbage.text } }];
  if (reactionOf(reactions, "noReceived") !== undefined) return babble;
  const acknowledge: PlannedAct = { afterMs, act: { kind: "acknowledge", received: true } };
  return garbage?.at === "between" ? [acknowledge, ...babble] : [...babble, acknowledge];
}

/** What the customer and the host do. The messages go out only where the request asks for them. */
function saleScreens(request: Request, reactions: readonly Reaction[], scenario: Scenario): readonly PlannedAct[] {
  const isTold = request.fields["SendMessage"] === true && scenario.stages !== "none";
  const screen = (afterMs: number, code: number, text: string): PlannedAct => ({
    afterMs: Math.max(scenario.gapMs, afterMs),
    act: isTold ? { kind: "tellStage", code, text } : { kind: "wait" },
  });
  const work: PlannedAct = { afterMs: Math.max(scenario.gapMs, scenario.stageMs), act: { kind: "wait" } };
  const customerMs = scenario.customerMs + delayOf(reactions, "customer");
  const canceled = reactionOf(reactions, "operatorCancels");

  const card = [screen(0, MESSAGE_CODES.cardReading, "Lectura de tarjetas"), ...interruptions(reactions, "card")];
  if (canceled !== undefined && canceled.at !== "pin") return [...card, work];
  const pin = [...card, screen(customerMs, MESSAGE_CODES.pin, "Entrada de PIN")];
  if (canceled !== undefined) return [...pin, work];
  const host = screen(scenario.stageMs, MESSAGE_CODES.contactingHost, "Enviando transaccion a Getnet");
  return [...pin, host, now({ kind: "contactHost" }), work];
}

function shortWork(reactions: readonly Reaction[], scenario: Scenario): readonly PlannedAct[] {
  const afterMs = Math.max(scenario.gapMs, delayOf(reactions, "customer"));
  return [...interruptions(reactions, "card"), { afterMs, act: { kind: "wait" } }];
}

/** The cut links and restarts of this moment. */
function interruptions(reactions: readonly Reaction[], moment: Moment): readonly PlannedAct[] {
  return reactions.flatMap((reaction): readonly PlannedAct[] => {
    if (reaction.kind === "linkCut" && reaction.at === moment) {
      const cut = now({ kind: "hangUp", how: reaction.how ?? "cut" });
      return reaction.command === "stops" ? [cut, now({ kind: "stop" })] : [cut];
    }
    if (reaction.kind === "restart" && reaction.at === moment) {
      return [now({ kind: "restart", memory: reaction.memory ?? "remembers", offMs: reaction.offMs ?? 0 })];
    }
    return [];
  });
}

function delayOf(reactions: readonly Reaction[], phase: "acknowledgement" | "customer" | "reply"): number {
  return reactions
    .filter((reaction) => reaction.kind === "slow")
    .filter((slow) => (slow.phase ?? "customer") === phase)
    .reduce((sum, slow) => sum + slow.ms, 0);
}

/** What a sale comes to other than what was asked. */
export function twistOf(reactions: readonly Reaction[]): SaleTwist {
  const ticket = reactionOf(reactions, "otherTicket");
  const amount = reactionOf(reactions, "otherAmount");
  const tip = reactionOf(reactions, "tip");
  const cashback = reactionOf(reactions, "cashback");
  return {
    ...(ticket?.where === "voucher" ? { ticket: ticket.ticket } : {}),
    ...(amount?.where === "voucher" ? { amount: amount.amount } : {}),
    ...(tip === undefined ? {} : { tip: tip.amount }),
    ...(cashback === undefined ? {} : { cashback: cashback.amount }),
  };
}

/** What the reply alone tells otherwise. */
export function misreadingOf(reactions: readonly Reaction[], content: Content): JsonObject {
  const ticket = reactionOf(reactions, "otherTicket");
  const amount = reactionOf(reactions, "otherAmount");
  return {
    ...(ticket === undefined || content["Ticket"] === undefined ? {} : { Ticket: ticket.ticket }),
    ...(amount === undefined || content["Amount"] === undefined ? {} : { Amount: amount.amount }),
  };
}
