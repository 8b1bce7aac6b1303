import type { Notify } from "./libsystemd.ts";
import { unsupervised, type Supervision, type SupervisionPorts } from "./supervision.ts";

/** Of a text in `systemctl status`. */
const MAX_STATUS_CHARACTERS = 200;

/** systemd, by sd_notify(3). It asks for the end with a signal. */
export function superviseBySystemd(
  notify: Notify,
  environment: Readonly<Record<string, string | undefined>>,
  { log }: SupervisionPorts,
  processId: number = process.pid,
): Supervision {
  let hasFailed = false;
  const say = (state: string): void => {
    const sent = notify(state);
    if (sent >= 0 || hasFailed) return;
    hasFailed = true;
    log.error("daemon.supervisorUnheard", "systemd does not hear the service, and may take it for stuck", {
      errno: -sent,
    });
  };
  return {
    ...unsupervised,
    aliveEveryMs: aliveEveryMs(environment, processId),
    ready: () => say("READY=1"),
    status: (text) => say(`STATUS=${text.replace(/\p{Cc}+/gu, " ").slice(0, MAX_STATUS_CHARACTERS)}`),
    stopping: () => say("STOPPING=1"),
    moreTime: (durationMs) => say(`EXTEND_TIMEOUT_USEC=${Math.ceil(durationMs * 1_000)}`),
    alive: () => say("WATCHDOG=1"),
  };
}

/** Half of what systemd waits, as sd_watchdog_enabled(3) advises; undefined where it waits for nobody, or for another process. */
function aliveEveryMs(
  environment: Readonly<Record<string, string | undefined>>,
  processId: number,
): number | undefined {
  const watched = environment["WATCHDOG_PID"];
  if (watched !== undefined && Number(watched) !== processId) return undefined;
  const limitMs = Number(environment["WATCHDOG_USEC"] ?? 0) / 1_000;
  return limitMs > 0 ? limitMs / 2 : undefined;
}
