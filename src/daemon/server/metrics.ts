import type { IncomingMessage, ServerResponse } from "node:http";
import { ADMINISTRATOR_POS } from "../../core/pos.ts";
import { TERMINAL_STATES } from "../../core/terminal.ts";
import { answer, originOf } from "./front-door.ts";
import type { ServerContext } from "./handler.ts";
import { healthOf } from "./health.ts";

const CONTENT_TYPE = "text/plain; version=0.0.4";
const BEARER = /^Bearer ([\x21-\x7e]{1,256})$/i;
/** More doubts than a shop has; the count ends there. */
const DOUBTS_AT_MOST = 10_000;

/** `GET /metrics`, at a door of this machine: for the administrator alone. */
export function serveMetrics(request: IncomingMessage, response: ServerResponse, server: ServerContext): void {
  const why = metricsFault(request, server);
  if (why === undefined) {
    void metricsText(server).then((text) => answer(response, 200, CONTENT_TYPE, text));
    return;
  }
  server.refusals.refused("metrics", { origin: originOf(request), host: request.headers.host, detail: why });
  response.setHeader("WWW-Authenticate", 'Bearer realm="tillbridge"');
  const remedy = "Metrics are for the administrator: send `Authorization: Bearer`, with what stands in admin.token.";
  answer(response, 401, "text/plain", remedy);
}

/** Why whoever asks may not read them; undefined where he may. */
function metricsFault(request: IncomingMessage, { doorkeeper }: ServerContext): string | undefined {
  const [header, ...more] = request.headersDistinct["authorization"] ?? [];
  const token = more.length > 0 ? undefined : BEARER.exec(header ?? "")?.[1];
  if (token === undefined) return "no token was shown, or several";
  const arrival = { origin: originOf(request), from: "thisMachine" } as const;
  const identified = doorkeeper.identify({ pos: ADMINISTRATOR_POS, token, ...arrival });
  return identified.kind === "stranger" ? identified.why : undefined;
}

/** Prometheus' text format 0.0.4. */
export async function metricsText(server: ServerContext): Promise<string> {
  const { version, uptimeSeconds, journal, terminals, sessions } = healthOf(server);
  const views = server.terminals.list();
  const waiting = views.reduce((sum, { queue }) => sum + queue, 0);
  const running = views.filter(({ busyWith }) => busyWith !== undefined).length;
  const undecided = await undecidedIn(server);
  return [
    gauge("up", "Whether the service answers.", [[{}, 1]]),
    gauge("info", "The version of the service.", [[{ version }, 1]]),
    gauge("uptime_seconds", "Since the service began.", [[{}, uptimeSeconds]]),
    gauge("journal_works", "Whether money can be written down right now.", [[{}, journal.state === "ok" ? 1 : 0]]),
    gauge("sockets", "Open, with a session or without.", [[{}, server.sockets()]]),
    gauge("sessions", "Open sessions of POS programs.", [[{}, sessions]]),
    gauge(
      "terminals",
      "By their state.",
      TERMINAL_STATES.map((state) => [{ state }, terminals[state] ?? 0]),
    ),
    gauge("transactions_running", "At a terminal right now.", [[{}, running]]),
    gauge("transactions_waiting", "For their terminal.", [[{}, waiting]]),
    gauge("transactions_undecided", "In doubt or contradicted: somebody has to find out.", undecided),
    metric(
      "refusals_total",
      "counter",
      "Who was turned away, by the reason.",
      Object.entries(server.refusals.counts()).map(([kind, count]) => [{ kind }, count]),
    ),
  ].join("");
}

/** No line where it cannot be read: 0 would be a lie. */
async function undecidedIn({ transactions }: ServerContext): Promise<readonly Sample[]> {
  try {
    const caller = { pos: ADMINISTRATOR_POS, seesAll: true };
    const listed = await transactions.list(caller, { undecided: true, limit: DOUBTS_AT_MOST });
    return listed.kind === "done" ? [[{}, listed.value.seen.length]] : [];
  } catch {
    return [];
  }
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  return metric(name, "gauge", help, samples);
}

function metric(name: string, type: "gauge" | "counter", help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => `tillbridge_${name}${labelsOf(labels)} ${value}\n`);
  return `# HELP tillbridge_${name} ${help}\n# TYPE tillbridge_${name} ${type}\n${lines.join("")}`;
}

function labelsOf(labels: Sample[0]): string {
  const told = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/["\\\n]/g, escaped)}"`);
  return told.length === 0 ? "" : `{${told.join(",")}}`;
}

function escaped(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}
