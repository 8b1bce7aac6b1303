import type { IncomingMessage, ServerResponse } from "node:http";
import { ADMINISTRATOR_POS } from "../../core/pos.ts";
import { prometheusText } from "../metrics/prometheus-text.ts";
import { answer, originOf } from "./front-door.ts";
import { familiesOf } from "./families.ts";
import type { ServerContext } from "./handler.ts";

const CONTENT_TYPE = "text/plain; version=0.0.4";
const BEARER = /^Bearer ([\x21-\x7e]{1,256})$/i;

/** `GET /metrics`, at a door of this machine: for the administrator alone. */
export function serveMetrics(request: IncomingMessage, response: ServerResponse, server: ServerContext): void {
  const why = metricsFault(request, server);
  if (why === undefined) {
    void metricsText(server).then(
      (text) => answer(response, 200, CONTENT_TYPE, text),
      // What cannot be measured, as where the system opens no more files, ends nobody's payment.
      (error: unknown) => {
        const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
        server.log.error("request.failed", "A request failed inside.", { method: "GET /metrics", error: why });
        answer(response, 500, "text/plain", "The metrics could not be measured; the log says why. Payments go on.");
      },
    );
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

/** All that is measured, as Prometheus reads it. */
export async function metricsText(server: ServerContext): Promise<string> {
  return prometheusText(await familiesOf(server));
}
