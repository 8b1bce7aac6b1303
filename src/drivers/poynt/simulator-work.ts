import { unreachable } from "../../core/assert.ts";
import type { JsonObject } from "../../core/json.ts";
import type { SimulatorContext } from "../simulator.ts";
import { isMoneyCommand, type CommandName, type MoneyCommand } from "./simulator-commands.ts";
import { followUp, settle } from "./simulator-follow-ups.ts";
import type { Memory } from "./simulator-memory.ts";
import { orderOf, refused, textIn, type Carried } from "./simulator-order.ts";
import { pairByCode, pairByKey } from "./simulator-pairing.ts";
import { isUnconfirmed } from "./simulator-plan.ts";
import { reactionOf, type Reaction } from "./simulator-reactions.ts";
import { done, errorResult, PING_FAILED, type Result } from "./simulator-results.ts";
import type { Scenario } from "./simulator-scenario.ts";
import { takeCards, withoutMoney } from "./simulator-tenders.ts";

/** A request that was found right. */
export type Task = {
  readonly command: CommandName;
  readonly body: JsonObject;
  readonly client: string;
  /** Something is on the payment screen. */
  readonly isBusy: boolean;
};

/** What it comes to. Movements are in the ledger, and the memory is saved, before anybody is told. */
export function carryOut(
  task: Task,
  reactions: readonly Reaction[],
  memory: Memory,
  scenario: Scenario,
  context: SimulatorContext,
): Carried {
  const { command, body } = task;
  const error = reactionOf(reactions, "error");
  if (error !== undefined && error.moved !== true) return refused(memory, errorOf(error, command, scenario));
  if (isMoneyCommand(command)) return moveMoney(command, body, reactions, memory, scenario, context);
  const isCanceled = reactionOf(reactions, "cancels") !== undefined;
  const poyntRequestId = textIn(body, "poyntRequestId");
  switch (command) {
    case "pair":
    case "pairWithKey":
      return { movements: [], ...pair(task, reactions, memory, scenario, context) };
    case "ping":
      return refused(memory, { status: 200 });
    case "paymentState":
      // The values are not published (poynt.md 1.6).
      return refused(memory, done({ currentState: task.isBusy ? "PROCESSING" : "IDLE" }));
    case "print":
    case "showItems":
      return refused(memory, done({ poyntRequestId }));
    case "scan":
      return refused(
        memory,
        done(
          isCanceled
            ? { status: "FAILURE", poyntRequestId }
            : { status: "SUCCESS", poyntRequestId, scanResult: scenario.scanResult },
        ),
      );
    default:
      return unreachable(command);
  }
}

/** The error of a reaction, for whoever asked. */
export function errorOf(
  { code, name, text, status }: Extract<Reaction, { readonly kind: "error" }>,
  command: CommandName,
  scenario: Scenario,
): Result {
  if (command === "ping") return { ...PING_FAILED, ...(status === undefined ? {} : { status }) };
  const [description, errorName, errorCode] = [text ?? "The request failed", name ?? "REQUEST_FAILED", code ?? 111];
  return { status: status ?? scenario.errorStatus, body: { error: { description, errorName, errorCode } } };
}

function moveMoney(
  command: MoneyCommand,
  body: JsonObject,
  reactions: readonly Reaction[],
  memory: Memory,
  scenario: Scenario,
  context: SimulatorContext,
): Carried {
  if (reactionOf(reactions, "cancels") !== undefined)
    return withoutMoney(orderOf(command, body), "CANCELED", memory, scenario);
  switch (command) {
    case "sale":
    case "preSale":
    case "nonRefRefund":
      return takeCards(orderOf(command, body), memory, reactions, scenario, context);
    case "completion":
    case "adjustment":
    case "void":
    case "voidPreSale":
    case "refund": {
      const order = orderOf(command, body);
      const declines = reactionOf(reactions, "declines");
      return declines === undefined
        ? followUp(order, memory, scenario, context)
        : withoutMoney(order, declines.status ?? "DECLINED", memory, scenario);
    }
    case "settle":
      return settle(orderOf(command, body), memory, scenario, context);
    default:
      return unreachable(command);
  }
}

function pair(
  { command, client, body }: Task,
  reactions: readonly Reaction[],
  memory: Memory,
  scenario: Scenario,
  context: SimulatorContext,
): { readonly memory: Memory; readonly result: Result } {
  const isAsked = command === "pairWithKey" || scenario.confirmsCode;
  if (isAsked && reactionOf(reactions, "cancels") !== undefined)
    return { memory, result: errorResult("canceled", scenario) };
  if (isAsked && isUnconfirmed(reactions, scenario)) return { memory, result: errorResult("timedOut", scenario) };
  return command === "pair"
    ? pairByCode(memory, client, body, scenario)
    : pairByKey(memory, client, body, scenario, context);
}

/** A payment that was taken from the screen before it went to the host. */
export function dismissed({ command, body }: Task, memory: Memory, scenario: Scenario): Carried {
  if (!isMoneyCommand(command)) return refused(memory, errorResult("timedOut", scenario));
  return withoutMoney(orderOf(command, body), "CANCELED", memory, scenario);
}
