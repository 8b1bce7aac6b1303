import { connectHost, type HostLine } from "./host-pipe.ts";
import { unsupervised, type EndAsked, type Supervision, type SupervisionPorts } from "./supervision.ts";

/** The host takes the daemon for stuck after three times as long. */
const ALIVE_EVERY_MS = 10_000;

/** The Windows service host at the end of that pipe. Where it does not answer it is gone, and the service ends in order. */
export async function superviseByHost(pipe: string, ports: SupervisionPorts): Promise<Supervision> {
  try {
    return overHostLine(await connectHost(pipe, ports));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    ports.log.error("daemon.hostGone", "The Windows service that started this process does not answer: it ends", {
      why,
    });
    const gone: EndAsked = { kind: "supervisor", why: "the Windows service does not answer" };
    return { ...unsupervised, asked: Promise.resolve(gone) };
  }
}

export function overHostLine(line: HostLine): Supervision {
  return {
    ...unsupervised,
    aliveEveryMs: ALIVE_EVERY_MS,
    asked: line.asked.then(({ kind, limitMs }): EndAsked => {
      const why = kind === "stop" ? "the Windows service stops" : "the Windows service is gone";
      return { kind: "supervisor", why, limitMs };
    }),
    ready: () => {
      line.ready();
    },
    alive: () => {
      line.alive();
    },
    tell: (level, event, text) => {
      line.tell(level, event, text);
    },
    [Symbol.asyncDispose]: () => line[Symbol.asyncDispose](),
  };
}
