import type { Clock } from "../../core/ports.ts";
import { fault, ok, unknown, type Finding, type Said } from "../check.ts";
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
      const { state, busyWith, fence } = served;
      return [
        ok(id, ({ probe: words, link: { ofBefore } }) =>
          words[state === "busy" ? "busy" : "inDoubt"](busyWith ?? fence?.transaction ?? ofBefore),
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
  const remedy: Said = ({ probe: words }) => words.seeDisplay(terminal);
  if (answer === "silence") return fault(id, ({ probe: words }) => words.silent(ANSWER_LIMIT_MS / 1_000), remedy);
  if (answer.kind === "refused") return unknown(id, ({ probe: words }) => words.refused(answer.refusal.message));
  return polledCheck(id, answer.value, remedy);
}

function polledCheck(id: string, { reachable, asked, latencyMs, detail }: Polled, remedy: Said): Finding {
  if (!asked) return ok(id, ({ probe: words }) => words.notAsked(detail ?? words.noReason));
  if (!reachable) return fault(id, ({ probe: words }) => words.noAnswer(detail ?? words.noReason), remedy);
  return ok(id, ({ probe: words }) => (latencyMs === undefined ? words.answered : words.answeredWithin(latencyMs)));
}
