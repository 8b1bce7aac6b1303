import { Agent } from "node:http";
import { Agent as EncryptedAgent } from "node:https";
import { SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { OTLPExporterBase } from "@opentelemetry/otlp-exporter-base";
import { createOtlpHttpExportDelegate } from "@opentelemetry/otlp-exporter-base/node-http";
import {
  JsonMetricsSerializer,
  JsonTraceSerializer,
  MetricsExporterMetricsHelper,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
  type IExporterMetricsHelper,
  type ISerializer,
} from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes, type Resource } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader, type ResourceMetrics } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, type ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Family } from "../metrics/family.ts";
import { metricData } from "./otlp-metrics.ts";
import type { FinishedSpan } from "./span.ts";

export type OtlpPorts = {
  readonly endpoint: string;
  readonly protocol: "http/protobuf" | "http/json";
  readonly headers: Readonly<Record<string, string>>;
  readonly metrics: boolean;
  readonly traces: boolean;
  readonly intervalSeconds: number;
  readonly resource: Readonly<Record<string, string>>;
  readonly families: () => Promise<readonly Family[]>;
  readonly counted: (result: "sent" | "lost", spans: number) => void;
  readonly sent: () => void;
  readonly failed: (why: string) => void;
};

export type Collector = {
  /** Takes them and comes back at once, whatever the collector does. */
  send(spans: readonly FinishedSpan[]): void;
  /** Sends what waits, within a limit. */
  close(): Promise<void>;
};

const SCOPE = { name: "tillbridge" };
/** While the batch before is on its way. One that does not arrive is not kept. */
const MOST_WAITING = 2_048;
const BATCH = 256;
const BATCH_AFTER_MS = 2_000;
const SEND_LIMIT_MS = 5_000;
/** An answer that comes byte by byte is cut off at last. */
const CUT_OFF_MS = SEND_LIMIT_MS + 1_000;
const CLOSE_LIMIT_MS = 3_000;

/** The official SDK, told where to send: nothing of it is read from the environment, neither endpoints nor keys nor proxies. */
export function openOtlp(ports: OtlpPorts): Collector {
  const resource = resourceFromAttributes({ ...ports.resource });
  const traces = ports.traces ? sendTraces(resource, ports) : undefined;
  const metrics = ports.metrics ? sendMetrics(resource, ports) : undefined;
  const open = [traces, metrics].filter((part) => part !== undefined);
  return {
    send: (spans) => traces?.send(spans),
    close: async () => {
      await within(CLOSE_LIMIT_MS, Promise.allSettled(open.map((part) => part.close())));
      for (const part of open) part.cut();
    },
  };
}

function sendTraces(resource: Resource, { counted, ...ports }: OtlpPorts) {
  const serializer = ports.protocol === "http/json" ? JsonTraceSerializer : ProtobufTraceSerializer;
  const line = openLine("traces", serializer, TraceExporterMetricsHelper, ports);
  let waiting = 0;
  const processor = new BatchSpanProcessor({
    exporter: {
      export: (spans: ReadableSpan[], done: Done) => {
        waiting -= spans.length;
        line.export(spans, (result) => {
          counted(isSent(result) ? "sent" : "lost", spans.length);
          done(result);
        });
      },
      shutdown: () => line.shutdown(),
    },
    maxQueueSize: MOST_WAITING,
    maxExportBatchSize: BATCH,
    scheduledDelayMillis: BATCH_AFTER_MS,
    exportTimeoutMillis: CUT_OFF_MS + 1_000,
  });
  return {
    send: (spans: readonly FinishedSpan[]): void => {
      for (const span of spans) {
        if (waiting < MOST_WAITING) {
          waiting += 1;
          processor.onEnd(readable(span, resource));
        } else {
          // The SDK would leave it out as well, and count it nowhere.
          counted("lost", 1);
        }
      }
    },
    close: () => processor.shutdown(),
    cut: () => line.cut(),
  };
}

type Done = Parameters<OTLPExporterBase<unknown>["export"]>[1];
type Result = Parameters<Done>[0];

function isSent({ code }: Result): boolean {
  // `ExportResultCode.SUCCESS`, of a package that is none of ours.
  return (code as number) === 0;
}

type Line<Items> = {
  export(items: Items, done: Done): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
  /** Ends what is under way. */
  cut(): void;
};

/** To one path of the collector. What does not come to an end is cut off. */
function openLine<Items, Answer>(
  path: "traces" | "metrics",
  serializer: ISerializer<Items, Answer>,
  helper: IExporterMetricsHelper<Items>,
  { endpoint, protocol, headers, sent, failed }: Omit<OtlpPorts, "counted">,
): Line<Items> {
  const url = `${endpoint.replace(/\/$/, "")}/v1/${path}`;
  const contentType = protocol === "http/json" ? "application/json" : "application/x-protobuf";
  const agent = url.startsWith("https:") ? new EncryptedAgent() : new Agent();
  const exporter = new OTLPExporterBase(
    createOtlpHttpExportDelegate(
      {
        url,
        headers: () => Promise.resolve({ ...headers, "Content-Type": contentType }),
        timeoutMillis: SEND_LIMIT_MS,
        concurrencyLimit: 2,
        compression: "gzip",
        agentFactory: () => agent,
      },
      serializer,
      `otlp_${protocol}`,
      helper,
      undefined,
    ),
  );
  return {
    export: (items, done) => {
      // Its connections end, and the next request opens another one.
      const cutOff = setTimeout(() => agent.destroy(), CUT_OFF_MS).unref();
      exporter.export(items, (result) => {
        clearTimeout(cutOff);
        if (isSent(result)) sent();
        else failed(whyOf(result.error));
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
    cut: () => agent.destroy(),
  };
}

/** What the collector says is a stranger's: only the kind of the trouble is told. */
function whyOf(error: Error | undefined): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  if (typeof code === "number") return `it answered ${code}`;
  return typeof code === "string" ? code : "it gave no answer that can be used in time";
}

function readable(span: FinishedSpan, resource: Resource): ReadableSpan {
  const { traceId, spanId, parentId, name, startMs, endMs, isInDoubt, attributes } = span;
  const contextOf = (id: string) => ({ traceId, spanId: id, traceFlags: TraceFlags.SAMPLED });
  return {
    name,
    kind: parentId === undefined ? SpanKind.SERVER : SpanKind.INTERNAL,
    spanContext: () => contextOf(spanId),
    ...(parentId === undefined ? {} : { parentSpanContext: contextOf(parentId) }),
    startTime: highResolution(startMs),
    endTime: highResolution(endMs),
    duration: highResolution(endMs - startMs),
    status: { code: isInDoubt === true ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: { ...attributes },
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
function highResolution(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}

function sendMetrics(resource: Resource, ports: OtlpPorts) {
  const serializer = ports.protocol === "http/json" ? JsonMetricsSerializer : ProtobufMetricsSerializer;
  const line = openLine<ResourceMetrics, unknown>("metrics", serializer, MetricsExporterMetricsHelper, ports);
  const beganMs = performance.timeOrigin;
  const intervalMs = ports.intervalSeconds * 1_000;
  const reader = new PeriodicExportingMetricReader({
    exporter: line,
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: Math.min(intervalMs, CUT_OFF_MS),
    metricProducers: [
      {
        collect: async () => {
          const metrics = metricData(await ports.families(), highResolution(beganMs), highResolution(Date.now()));
          return { resourceMetrics: { resource, scopeMetrics: [{ scope: SCOPE, metrics }] }, errors: [] };
        },
      },
    ],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return { close: () => provider.shutdown(), cut: () => line.cut() };
}

async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => (timer = setTimeout(resolve, limitMs)));
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
