import { transactionOf } from "../../client/events.ts";
import type { EventOnWire } from "../../protocol/events.ts";
import { inOneLine, readable } from "../readable.ts";
import { inWords } from "../words.ts";
import type { LiveLine } from "./live-line.ts";

type Told = Pick<LiveLine, "show" | "note">;

/** What the customer is doing, live, and that the result is in doubt, once. */
export function createTeller(line: Told, requestId: string, nowMs: () => number): (event: EventOnWire) => void {
  let transaction: string | undefined;
  let deadlineMs: number | undefined;
  let isDoubtTold = false;
  return (event) => {
    if (event.type === "transaction.progress" && event.requestId === requestId) {
      const words = event.text === undefined ? "" : `: ${foreign(event.text)}`;
      const until = event.remainingMs === undefined ? deadlineMs : nowMs() + event.remainingMs;
      line.show(`${inWords(event.stage)}${place(event.queuePosition)}${words}`, until);
    } else if (event.type === "transaction.prompt") {
      if (transaction !== undefined && event.transaction !== transaction) return;
      line.note(`  the terminal asks: ${foreign(event.text)} (without an answer: ${foreign(event.default)})`);
    } else if (event.type === "alarm") {
      line.note(`  alarm: ${foreign(event.text)} ${foreign(event.remedy)}`);
    } else if (event.type === "terminal.state") {
      const isOurs = transaction !== undefined && event.terminal.fence?.transaction === transaction;
      if (isOurs && !isDoubtTold) line.show("in doubt: the terminal is being asked what became of it", deadlineMs);
      isDoubtTold ||= isOurs;
    } else if (event.type === "transaction.accepted" || event.type === "transaction.dispatched") {
      const told = transactionOf(event);
      if (told?.requestId !== requestId) return;
      transaction = told.id;
      deadlineMs = told.deadline === undefined ? undefined : Date.parse(told.deadline);
      line.show(`${event.type.slice("transaction.".length)}${place(told.queuePosition)}`, deadlineMs);
    }
  };
}

function place(queuePosition: number | undefined): string {
  return queuePosition === undefined || queuePosition === 0 ? "" : `, number ${queuePosition} in its queue`;
}

/** Of a terminal or a vendor: it begins no line, and does nothing to the screen. */
function foreign(text: string): string {
  return readable(inOneLine(text));
}
