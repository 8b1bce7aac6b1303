import type { Clock, Crypto, Log } from "../../core/ports.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Config } from "../../home/config-schema.ts";
import { HomeFailure } from "../../home/store.ts";
import type { DaemonEvent } from "../api.ts";
import type { Family } from "../metrics/family.ts";
import type { SecretValues } from "../terminal/keyring.ts";
import type { Collector } from "./otlp.ts";
import { PaymentTraces } from "./payment-traces.ts";

/** What is sent to a collector, where one is configured. Nothing that a payment waits for. */
export type Telemetry = AsyncDisposable & {
  readonly heard: (event: DaemonEvent) => void;
  readonly changed: (transaction: Transaction) => void;
};

export type TelemetryPorts = {
  readonly settings: Config["telemetry"];
  readonly secrets: Pick<SecretValues, "read">;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly version: string;
  /** Of this installation: one shop among many. */
  readonly instance: string;
  readonly vendorOf: (terminal: string) => string | undefined;
  readonly families: () => Promise<readonly Family[]>;
  /** How many spans came to what end. */
  readonly counted: (result: "sent" | "lost", spans: number) => void;
};

/** Undefined where none is configured, and where it cannot be used: that is said in the log, and no reason to take no payments. */
export async function openTelemetry(ports: TelemetryPorts): Promise<Telemetry | undefined> {
  const { settings, log, clock, crypto, vendorOf } = ports;
  const { otlp } = settings;
  if (otlp === undefined || (!otlp.traces && !otlp.metrics)) return undefined;
  const headers = await headersOf(otlp, ports.secrets);
  if (headers.kind === "failed") {
    log.error("telemetry.notStarted", "Nothing is sent to the collector", { why: headers.why });
    return undefined;
  }
  let collector: Collector;
  try {
    collector = await openCollector(otlp, headers.headers, ports);
  } catch (error) {
    log.error("telemetry.notStarted", "Nothing is sent to the collector", { why: whyOf(error) });
    return undefined;
  }
  log.info("telemetry.started", "Measurements and traces are sent to a collector", { endpoint: otlp.endpoint });
  const traces = new PaymentTraces({
    crypto,
    now: () => clock.now(),
    amounts: settings.amounts,
    vendorOf,
    send: (spans) => collector.send(spans),
  });
  let isBroken = false;
  // Both are called in the middle of a payment, which goes on whatever is wrong here.
  const safely = (work: () => void): void => {
    if (!otlp.traces) return;
    try {
      work();
    } catch (error) {
      if (!isBroken) log.error("telemetry.failed", "A trace of a payment could not be made", { why: whyOf(error) });
      isBroken = true;
    }
  };
  return {
    heard: (event) => safely(() => traces.heard(event)),
    changed: (transaction) => safely(() => traces.changed(transaction)),
    [Symbol.asyncDispose]: () => collector.close(),
  };
}

function whyOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}

type Otlp = NonNullable<Config["telemetry"]["otlp"]>;

async function openCollector(
  otlp: Otlp,
  headers: Readonly<Record<string, string>>,
  { log, version, instance, families, counted }: TelemetryPorts,
): Promise<Collector> {
  // Its libraries are large, and most shops have no collector.
  const { openOtlp } = await import("./otlp.ts");
  let isFailing = false;
  return openOtlp({
    ...otlp,
    headers,
    resource: {
      "service.name": "tillbridge",
      "service.version": version,
      "service.instance.id": instance,
      ...otlp.resource,
    },
    families,
    counted,
    sent: () => {
      if (isFailing) log.info("telemetry.sentAgain", "The collector takes what it is sent again");
      isFailing = false;
    },
    failed: (why) => {
      // Once, and not with each try: a collector that is down for a weekend is one piece of news.
      if (!isFailing)
        log.warn("telemetry.notSent", "The collector does not take what it is sent; payments go on without it", {
          why,
        });
      isFailing = true;
    },
  });
}

type Headers =
  | { readonly kind: "read"; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: "failed"; readonly why: string };

async function headersOf({ headers = {} }: Otlp, secrets: TelemetryPorts["secrets"]): Promise<Headers> {
  const read: Record<string, string> = {};
  for (const [name, { secret }] of Object.entries(headers)) {
    try {
      const value = await secrets.read(secret);
      if (value === undefined)
        return { kind: "failed", why: `There is no secret ${secret}: \`tillbridge secret set ${secret}\` keeps one.` };
      // Node would throw at each request.
      if (!/^[\t\x20-\x7e]{1,4096}$/.test(value))
        return { kind: "failed", why: `The secret ${secret} holds characters that no header can hold.` };
      read[name] = value;
    } catch (error) {
      if (!(error instanceof HomeFailure)) throw error;
      return { kind: "failed", why: error.message };
    }
  }
  return { kind: "read", headers: read };
}
