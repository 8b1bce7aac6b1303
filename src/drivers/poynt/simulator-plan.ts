import { unreachable } from "../../core/assert.ts";
import { wantsCard, isMoneyCommand, type CommandName } from "./simulator-commands.ts";
import { delayOf, reactionOf, type Moment, type Reaction } from "./simulator-reactions.ts";
import type { Scenario } from "./simulator-scenario.ts";

/** What a simulated terminal does next about one request. */
export type Act =
  /** Looks whether the request is right, and what is to be done about it. */
  | { readonly kind: "judge" }
  | { readonly kind: "wait" }
  /** From here on nobody can dismiss it. */
  | { readonly kind: "contactHost" }
  | { readonly kind: "carryOut" }
  /** Everybody who waits for the result gets it. */
  | { readonly kind: "deliver" }
  /** Tells the result. `firstHalf`: and breaks off in the middle. */
  | { readonly kind: "reply"; readonly part: "whole" | "firstHalf" }
  | { readonly kind: "hangUp"; readonly how: "end" | "cut" }
  | { readonly kind: "restart"; readonly memory: "remembers" | "forgets"; readonly offMs: number }
  | { readonly kind: "changePairing"; readonly to: "otherClient" | "nobody" }
  /** Gives up what is not done yet. */
  | { readonly kind: "stop" };

export type PlannedAct = { readonly afterMs: number; readonly act: Act };

/** The question whether to pair stands on the screen for so long (poynt.md 1.3). */
const CONFIRMATION_MS = 30_000;

const now = (act: Act): PlannedAct => ({ afterMs: 0, act });
const wait = (afterMs: number): PlannedAct => ({ afterMs, act: { kind: "wait" } });

/** From the arrival of a request on. */
export function arrivalOf(reactions: readonly Reaction[]): readonly PlannedAct[] {
  const silent = reactionOf(reactions, "silent");
  const isHeard = silent === undefined || silent.from === "money";
  return [...interruptions(reactions, "request"), ...(isHeard ? [now({ kind: "judge" })] : [])];
}

/** From the moment that it is found right until its result is known to whoever waits for it. */
export function courseOf(
  command: CommandName,
  reactions: readonly Reaction[],
  scenario: Scenario,
): readonly PlannedAct[] {
  return [
    ...interruptions(reactions, "card"),
    ...workOf(command, reactions, scenario),
    ...interruptions(reactions, "beforeMoney"),
    now({ kind: "carryOut" }),
    ...interruptions(reactions, "afterMoney"),
    now({ kind: "deliver" }),
  ];
}

/** The reply to one client and what comes after it. */
export function replyOf(reactions: readonly Reaction[], scenario: Scenario): readonly PlannedAct[] {
  if (reactionOf(reactions, "silent") !== undefined) return [];
  const afterMs = delayOf(reactions, "reply");
  const torn = interruptions(reactions, "midReply");
  if (torn.length > 0) return [{ afterMs, act: { kind: "reply", part: "firstHalf" } }, ...torn];
  const closes = scenario.closeAfterReply || reactionOf(reactions, "closeAfterReply") !== undefined;
  return [
    { afterMs, act: { kind: "reply", part: "whole" } },
    ...interruptions(reactions, "afterReply"),
    ...(closes ? [now({ kind: "hangUp", how: "end" })] : []),
  ];
}

/** What people and the host do. */
function workOf(command: CommandName, reactions: readonly Reaction[], scenario: Scenario): readonly PlannedAct[] {
  const { customerMs, stageMs, confirmMs, confirmsCode } = scenario;
  const slowMs = delayOf(reactions, "customer");
  if (command === "pairWithKey" || (command === "pair" && confirmsCode))
    return [wait(confirmationMs(reactions, confirmMs))];
  if (command === "scan") return [wait(customerMs + slowMs)];
  if (!isMoneyCommand(command)) return [wait(slowMs)];
  if (!wantsCard(command)) return [wait(slowMs), now({ kind: "contactHost" }), wait(stageMs)];
  const card = wait(customerMs + slowMs);
  const canceled = reactionOf(reactions, "cancels");
  if (canceled !== undefined) return canceled.at === "pin" ? [card, wait(stageMs)] : [card];
  return [card, wait(stageMs), now({ kind: "contactHost" }), wait(stageMs)];
}

function confirmationMs(reactions: readonly Reaction[], confirmMs: number): number {
  return Math.min(confirmMs + delayOf(reactions, "customer"), CONFIRMATION_MS);
}

/** Nobody has confirmed the pairing in time. */
export function isUnconfirmed(reactions: readonly Reaction[], { confirmMs }: Scenario): boolean {
  return confirmationMs(reactions, confirmMs) >= CONFIRMATION_MS;
}

/** What breaks off, restarts or changes at this moment. */
function interruptions(reactions: readonly Reaction[], moment: Moment): readonly PlannedAct[] {
  return reactions.flatMap((reaction): readonly PlannedAct[] => {
    if (!("at" in reaction) || reaction.at !== moment) return [];
    switch (reaction.kind) {
      case "linkCut": {
        const cut = now({ kind: "hangUp", how: reaction.how ?? "cut" });
        return reaction.command === "stops" ? [cut, now({ kind: "stop" })] : [cut];
      }
      case "restart":
        return [now({ kind: "restart", memory: reaction.memory ?? "remembers", offMs: reaction.offMs ?? 0 })];
      case "otherClientPairs":
        return [now({ kind: "changePairing", to: "otherClient" })];
      case "unpairs":
        return [now({ kind: "changePairing", to: "nobody" })];
      case "cancels":
        return []; // It decides what the work comes to, and not what happens on the way.
      default:
        return unreachable(reaction);
    }
  });
}
