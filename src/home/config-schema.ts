import type { JsonObject } from "../core/json.ts";
import { NAME_PATTERN, Type, type ValueOf } from "../core/schema.ts";
import { SERIAL_NUMBER_PATTERN } from "../core/terminal.ts";

/** Every section and field may be left out; nothing else is known. */
const section = <Fields extends Parameters<typeof Type.Object>[0]>(fields: Fields, description: string) =>
  Type.Object(fields, { additionalProperties: false, default: {}, description });

const whole = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum, description });

const flag = (fallback: boolean, description: string) => Type.Boolean({ default: fallback, description });

const ServerLimits = section(
  {
    sockets: whole(64, 1, 1_024, "connections at a time"),
    messageBytes: whole(65_536, 1_024, 1_048_576, "of one message"),
    requestsInFlight: whole(16, 1, 256, "not yet answered, on one connection"),
    requestsPerSecond: whole(50, 1, 1_000, "on one connection"),
  },
  "limits of the WebSocket server; told to every client",
);

const secret = (description: string) =>
  Type.Optional(
    Type.Object({ secret: Type.String({ pattern: NAME_PATTERN }) }, { additionalProperties: false, description }),
  );

const allowedOrigins = (description: string) =>
  Type.Array(
    Type.String({ pattern: "^https?://[^/*\\s]+$", description: "https://pos.example.com, no path, no star" }),
    {
      default: [],
      maxItems: 64,
      description,
    },
  );

/** A name or an IPv4 address has no colon, an IPv6 address two or more: one colon stands before a port. */
const HOST_PATTERN = "^([A-Za-z0-9.-]{1,253}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{0,35})$";

const Lan = section(
  {
    host: Type.Optional(
      Type.String({
        pattern: "^[0-9A-Fa-f.:]{2,45}$",
        description:
          "the address of this machine on the shop's network on which its other machines may connect, or 0.0.0.0 for all; none can where nothing is said",
      }),
    ),
    port: whole(8_458, 0, 65_535, "0 takes a free one"),
    names: Type.Array(Type.String({ pattern: HOST_PATTERN, description: "a name or an address, without a port" }), {
      default: [],
      maxItems: 16,
      description: "what the other machines call this one: till-pc.local, 192.168.1.20; nothing else is answered",
    }),
    allowedOrigins: allowedOrigins("web pages on other machines that may connect, exactly as browsers send it"),
    certificate: secret(
      'PEM, with those between it and its authority, as {"secret": NAME}; else the local one is used',
    ),
    key: secret('of the certificate: PEM without a password, as {"secret": NAME}'),
  },
  "other machines of the shop: over TLS, with tokens of POS programs that were added for it",
);

const Server = section(
  {
    host: Type.Enum(["127.0.0.1", "::1", "localhost"], {
      default: "127.0.0.1",
      description: "loopback only; other machines of the shop are served by `server.lan`",
    }),
    port: whole(8_455, 0, 65_535, "0 takes a free one"),
    tls: section(
      { port: whole(8_456, 0, 65_535, "for wss, once a certificate is installed") },
      "wss; used once a certificate is installed",
    ),
    lan: Lan,
    allowedOrigins: allowedOrigins("web pages that may connect, exactly as browsers send it: https://pos.example.com"),
    shutdownGraceSeconds: whole(
      20,
      0,
      600,
      "how long a stop waits for running operations; then they are left to recovery",
    ),
    limits: ServerLimits,
  },
  "where POS programs connect",
);

const Discovery = section(
  {
    mdns: flag(true, "look on the network"),
    usb: flag(true, "look at USB devices"),
    serial: flag(true, "look at serial ports"),
    accounts: flag(true, "ask the accounts of configured terminals with their vendors which terminals they have"),
    interfaces: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        minItems: 1,
        maxItems: 32,
        description: "network cards to look on, as the system names them: eth0; all that are up where nothing is said",
      }),
    ),
  },
  "how terminals are looked for",
);

const Transactions = section(
  {
    queueLimitMs: whole(60_000, 1_000, 3_600_000, "from accepted to dispatched; later it is not performed"),
    queueLength: whole(16, 1, 256, "operations that wait at one terminal"),
    posGoneMs: whole(30_000, 1_000, 3_600_000, "a waiting operation is dropped when its POS has been away for so long"),
    repeatWindowHours: whole(24, 1, 8_760, "a start with an old request id answers the old transaction for so long"),
    restartPatienceMs: whole(
      60_000,
      1_000,
      3_600_000,
      "after a restart a terminal is asked for at least so long before an overdue result is called unknown",
    ),
    appendLimitMs: whole(2_000, 100, 60_000, "a slower write to the journal is a failure of the journal"),
  },
  "limits of every operation",
);

const Journal = section(
  {
    retentionDays: whole(
      400,
      30,
      36_500,
      "what ended longer ago is pruned; its request ids stay taken, and what is in doubt stays for ever",
    ),
  },
  "the memory of money",
);

const Links = section(
  {
    openTimeoutMs: whole(5_000, 100, 60_000, "for opening a link to a terminal"),
    writeTimeoutMs: whole(5_000, 100, 60_000, "for handing bytes to a link; a slower one is lost"),
    frameGapMs: whole(1_000, 50, 60_000, "a message that stays unfinished for so long was none"),
    retryMinMs: whole(500, 10, 60_000, "pause before the next attempt to open a link; it grows with each failure"),
    retryMaxMs: whole(10_000, 100, 3_600_000, "longest pause before the next attempt"),
  },
  "links to terminals",
);

const Callbacks = section(
  {
    host: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9.:_-]{1,253}$",
        description:
          "the address of this machine on which vendors' terminals and clouds may call; nobody can where nothing is said",
      }),
    ),
    port: whole(8_457, 0, 65_535, "0 takes a free one"),
    publicUrl: Type.Optional(
      Type.String({
        pattern: "^https?://[A-Za-z0-9.:\\[\\]_-]{1,253}(/[A-Za-z0-9._~-]{1,64}){0,8}/?$",
        description:
          "what those outside call, where a router or a proxy passes it on: https://shop.example.com/terminals; else host and port",
      }),
    ),
    certificate: secret('PEM, with those between it and its authority, as {"secret": NAME}; then calls are encrypted'),
    key: secret('of the certificate: PEM without a password, as {"secret": NAME}'),
  },
  "where vendors' terminals and clouds may call this house; without it they are asked",
);

const Logging = section(
  {
    level: Type.Enum(["error", "warn", "info", "debug"], {
      default: "info",
      description: "what is written to the log",
    }),
    maxFileBytes: whole(10_485_760, 65_536, 1_073_741_824, "of one log file; then another one is begun"),
    maxFiles: whole(5, 2, 100, "older ones are removed: together they take no more than maxFileBytes times this"),
  },
  "files in logs/",
);

const SecretRef = Type.Object(
  { secret: Type.String({ pattern: NAME_PATTERN }) },
  { additionalProperties: false, description: 'as {"secret": NAME}' },
);

const Otlp = Type.Object(
  {
    endpoint: Type.String({
      pattern: "^https?://[A-Za-z0-9.:\\[\\]_-]{1,253}(/[A-Za-z0-9._~-]{1,64}){0,8}/?$",
      description:
        "of the collector, without /v1/traces and /v1/metrics: http://127.0.0.1:4318; https where headers are sent to another machine",
    }),
    headers: Type.Optional(
      Type.Record(Type.String({ pattern: "^[A-Za-z0-9-]{1,64}$" }), SecretRef, {
        maxProperties: 8,
        description: 'what the collector wants to see: {"api-key": {"secret": NAME}}',
      }),
    ),
    protocol: Type.Enum(["http/protobuf", "http/json"], { default: "http/protobuf" }),
    metrics: flag(true, "send measurements"),
    traces: flag(true, "send a trace of each payment"),
    intervalSeconds: whole(60, 5, 3_600, "between two times that measurements are sent"),
    resource: Type.Optional(
      Type.Record(Type.String({ pattern: "^[a-z][a-z0-9._]{0,63}$" }), Type.String({ minLength: 1, maxLength: 128 }), {
        maxProperties: 16,
        description: 'whose they are: {"shop.id": "0815"}',
      }),
    ),
  },
  { additionalProperties: false, description: "an OpenTelemetry collector; nothing is sent where nothing is said" },
);

const Telemetry = section(
  {
    amounts: flag(false, "tell the amount of each payment in its trace"),
    otlp: Type.Optional(Otlp),
  },
  "what is sent to whoever watches over many shops",
);

const AnyObject = (description: string) => Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), { description });

const Terminal = Type.Object(
  {
    id: Type.String({
      pattern: NAME_PATTERN,
      description: "what POS programs call it: 1 to 64 letters, digits, dots, hyphens and underscores",
    }),
    vendor: Type.String({ minLength: 1, maxLength: 64 }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: "for people" })),
    disabled: Type.Optional(Type.Boolean({ description: "not used, and not forgotten" })),
    serialNumber: Type.Optional(
      Type.String({
        pattern: SERIAL_NUMBER_PATTERN,
        description:
          "of its device, by the maker: another one in its place takes no payment; learned at the first meeting",
      }),
    ),
    link: AnyObject('how it is connected: {"type": "tcp", ...}; the fields depend on the type'),
    settings: Type.Optional(AnyObject('of the vendor; a secret is {"secret": "NAME"}')),
  },
  { additionalProperties: false },
);

/** `config.json`: what a technician decides about one installation. */
export const ConfigSchema = Type.Object(
  {
    server: Server,
    discovery: Discovery,
    transactions: Transactions,
    journal: Journal,
    links: Links,
    callbacks: Callbacks,
    logging: Logging,
    telemetry: Telemetry,
    terminals: Type.Array(Terminal, { default: [], maxItems: 256 }),
  },
  { additionalProperties: false, default: {} },
);

export type TerminalConfig = Omit<ValueOf<typeof Terminal>, "link" | "settings"> & {
  readonly link: JsonObject;
  readonly settings?: JsonObject;
};

export type Config = Omit<ValueOf<typeof ConfigSchema>, "terminals"> & {
  readonly terminals: readonly TerminalConfig[];
};
