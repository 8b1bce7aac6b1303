import type { Clock } from "../../core/ports.ts";
import { fault, ok, unknown, type Finding } from "../check.ts";
import { idOf, type ExaminedTerminal, type Polled, type Service } from "./examined.ts";

/** A person waits; a terminal that is well answers within a second. */
const ANSWER_LIMIT_MS = 3_000;

/** Asks a terminal that is idle whether it is there. One that works, is in doubt, or has no link is not asked. */
export async function probeChecks(
  terminal: ExaminedTerminal,
  service: Pick<Service, "poll">,
  clock: Clock,
): Promise<readonly Finding[]> {
  const { served, config } = terminal;
  if (served === undefined) return [];
  const id = idOf(terminal, "probe");
  switch (served.state) {
    case "ready":
      return [probeCheck(id, config.id, await answered(service.poll(config.id), clock))];
    case "busy":
    case "recovering":
    case "fenced": {
      const transaction = served.busyWith ?? served.fence?.transaction ?? "of before";
      return [
        ok(
          id,
          `Not asked, so as not to disturb it: transaction ${transaction} is ${served.state === "busy" ? "under way" : "in doubt"}.`,
        ),
      ];
    }
    case "connecting":
    case "offline":
    case "unpaired":
    case "disabled":
      return [];
  }
}

type Answer = Awaited<ReturnType<Service["poll"]>> | "silence";

function answered(polling: ReturnType<Service["poll"]>, clock: Clock): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const limit = clock.after(ANSWER_LIMIT_MS, () => resolve("silence"));
    polling.then(resolve, reject).finally(() => limit.cancel());
  });
}

function probeCheck(id: string, terminal: string, answer: Answer): Finding {
  const remedy = `Look at its display: a menu that is open keeps some terminals from answering. Switch it off and on; \`tillbridge trace --terminal ${terminal}\` shows what is said on the link.`;
  if (answer === "silence")
    return fault(id, `It did not answer our question within ${ANSWER_LIMIT_MS / 1_000} s.`, remedy);
  if (answer.kind === "refused") return unknown(id, `The service would not ask it: ${answer.refusal.message}`);
  return polledCheck(id, answer.value, remedy);
}

function polledCheck(id: string, { reachable, asked, latencyMs, detail }: Polled, remedy: string): Finding {
  const why = detail ?? "it does not say why";
  if (!asked) return ok(id, `Not asked, so as not to disturb it: ${why}.`);
  if (!reachable) return fault(id, `It was asked and gave no answer: ${why}.`, remedy);
  return ok(id, `It answered our question${latencyMs === undefined ? "" : ` within ${latencyMs} ms`}.`);
}
