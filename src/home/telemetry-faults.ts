import { isLoopback } from "../core/loopback.ts";
import type { SchemaFault } from "../core/schema.ts";
import type { Config } from "./config-schema.ts";

/** What a schema cannot say of where measurements and traces are sent. */
export function telemetryFaults({ telemetry }: Pick<Config, "telemetry">): readonly SchemaFault[] {
  const { otlp } = telemetry;
  if (otlp === undefined) return [];
  const field = "telemetry.otlp.endpoint";
  if (!URL.canParse(otlp.endpoint)) return [{ field, why: "must be a URL: http://127.0.0.1:4318" }];
  const { protocol, hostname } = new URL(otlp.endpoint);
  // A header holds the key to the collector; anybody between here and there could read it.
  const isReadable = protocol === "http:" && !isLoopback(hostname);
  return isReadable && Object.keys(otlp.headers ?? {}).length > 0
    ? [{ field, why: "must begin with https:// where headers with secrets are sent to another machine" }]
    : [];
}
