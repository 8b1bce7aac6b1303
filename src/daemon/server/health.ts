import type { ResultOf } from "../../protocol/methods.ts";
import type { ServerContext } from "./handler.ts";

type Health = ResultOf<"diagnostics.health">;

export function healthOf(server: ServerContext): Health {
  const terminals: Record<string, number> = {};
  for (const { state } of server.terminals.list()) terminals[state] = (terminals[state] ?? 0) + 1;
  return {
    ...briefHealthOf(server),
    journal: { id: server.transactions.journalId, state: server.journalWorks() ? "ok" : "unavailable" },
    terminals,
    sessions: server.sessions.count,
    ...(server.settings.configuration === undefined ? {} : { configuration: server.settings.configuration }),
    disorderlyEnds: server.settings.disorderlyEnds ?? 0,
    doors: [...server.openDoors()],
  };
}

/** What anybody on this machine may know: `GET /health`. */
export function briefHealthOf(server: ServerContext): Pick<Health, "status" | "version" | "uptimeSeconds" | "intake"> {
  return {
    status: statusOf(server),
    intake: server.intake.state,
    version: server.settings.version,
    uptimeSeconds: Math.floor((server.clock.monotonicMs() - server.startedMs) / 1000),
  };
}

function statusOf(server: ServerContext): Health["status"] {
  if (server.isStopping()) return "stopping";
  return server.journalWorks() ? "ok" : "degraded";
}
