import type { HttpAnswer } from "../../core/http.ts";
import type { Clock } from "../../core/ports.ts";
import type { CloudAddress } from "../../transports/cloud.ts";
import type { ExchangeTransport, OpenedExchange } from "../../transports/exchange.ts";
import { fault, ok, unknown, warning, type Examination, type Finding } from "../check.ts";
import { clockCheck } from "./clock.ts";
import type { Named } from "./route.ts";

/** A vendor's servers, and who needs them. */
export type Cloud = { readonly address: CloudAddress; readonly terminals: readonly string[] };

export type CloudPorts = {
  readonly addressOf: (host: string, signal: AbortSignal) => Promise<Named>;
  readonly transport: ExchangeTransport<CloudAddress>;
  /** Who has signed the certificate that is shown there, whether or not anybody trusts it; undefined where none is. */
  readonly signerAt: (host: string, port: number, signal: AbortSignal) => Promise<string | undefined>;
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
};

const OPEN_LIMIT_MS = 3_000;
const ANSWER_LIMIT_MS = 2_500;
const MAX_ANSWER_BYTES = 65_536;
/** The parts above and the search for the name, one after the other. */
const CLOUD_LIMIT_MS = 7_500;

/** A question without any access: its name, the way to it, its certificate, and its clock. */
export function cloudExaminations(clouds: readonly Cloud[], ports: CloudPorts): readonly Examination[] {
  return clouds.map((cloud) => {
    const url = URL.parse(cloud.address.baseUrl);
    const id = idFor(url);
    return {
      id,
      limitMs: CLOUD_LIMIT_MS,
      examine: (signal) => examineCloud(id, cloud, url, ports, signal),
    };
  });
}

/** Two addresses of one host differ in their port or in their path. */
function idFor(url: URL | null): string {
  const path = url === null || url.pathname === "/" || url.pathname === "/v1" ? "" : url.pathname;
  const place = `${url?.host ?? "unknown"}${path}`;
  return `cloud.${place
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")}`;
}

async function examineCloud(
  id: string,
  { address, terminals }: Cloud,
  url: URL | null,
  ports: CloudPorts,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  if (url === null) return [unknown(id, `${terminals.join(", ")}: \`link.baseUrl\` is no address.`)];
  const needed = `${terminals.join(", ")} ${terminals.length === 1 ? "needs" : "need"} it.`;
  const bare = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const named = await ports.addressOf(bare, signal);
  if (named.kind === "unknown") {
    return [
      fault(
        id,
        `The name ${url.hostname} is not known here (${named.code}). ${needed}`,
        `Look whether this machine is on the internet, and its DNS server with \`nslookup ${url.hostname}\`.`,
      ),
    ];
  }
  const place = named.address === bare ? url.host : `${url.host} (${named.address})`;
  const told = Promise.withResolvers<HttpAnswer | string>();
  const listener = { answered: told.resolve, lost: told.resolve };
  const limits = { openTimeoutMs: OPEN_LIMIT_MS, maxAnswerBytes: MAX_ANSWER_BYTES };
  const opened = await ports.transport.open(address, listener, limits, signal);
  if (opened.kind === "failed")
    return [await notOpened(id, `${place}: ${opened.why}. ${needed}`, opened, url, ports, signal)];
  const { connection } = opened;
  const limit = ports.clock.after(ANSWER_LIMIT_MS, () =>
    told.resolve(`nothing came within ${ANSWER_LIMIT_MS / 1_000} s`),
  );
  try {
    const headers = { Accept: "*/*", "User-Agent": "tillbridge-doctor" };
    const sent = await connection.send({ method: "GET", path: "/", headers, body: new Uint8Array() }, ANSWER_LIMIT_MS);
    const answer = sent.kind === "sent" ? await told.promise : sent.why;
    if (typeof answer === "string") return [silentServer(id, place, answer, needed)];
    const clock = clockCheck(`${id}.clock`, url.host, answer, ports);
    return [answerCheck(id, place, url, answer, needed), ...(clock === undefined ? [] : [clock])];
  } finally {
    limit.cancel();
    await connection.close();
  }
}

type Failed = Extract<OpenedExchange, { kind: "failed" }>;

async function notOpened(
  id: string,
  evidence: string,
  { why, remedy }: Failed,
  { hostname, port }: URL,
  { signerAt }: CloudPorts,
  signal: AbortSignal,
): Promise<Finding> {
  const signer = why.includes("certificate") ? await signerAt(hostname, Number(port || 443), signal) : undefined;
  return fault(
    id,
    signer === undefined ? evidence : `${evidence} The certificate that is shown is signed by ${signer}.`,
    remedy ?? "Look whether this machine is on the internet, and whether a firewall lets it out to there.",
  );
}

function silentServer(id: string, place: string, why: string, needed: string): Finding {
  return warning(
    id,
    `${place} takes connections, and did not answer: ${why}. ${needed}`,
    "Look again in a minute. If it stays so, the vendor's page about disturbances tells whether its servers are down; else a firewall or proxy in between holds answers back.",
  );
}

/** Without access nothing else is to be expected than a refusal: that somebody answers in HTTP is what was asked. */
function answerCheck(id: string, place: string, { protocol }: URL, { status }: HttpAnswer, needed: string): Finding {
  const way = protocol === "https:" ? "its certificate is valid and trusted" : "without encryption";
  if (status === 407 || status === 511) {
    return fault(
      id,
      `${place} answers ${status}: a proxy or a hotspot in between wants a login. ${needed}`,
      "Open a page in a browser on this machine and log in, or have this machine let out without.",
    );
  }
  if (status >= 500) {
    return warning(
      id,
      `${place} answers ${status}: the servers have trouble. ${needed}`,
      "Look again in a minute; the vendor's page about disturbances tells more.",
    );
  }
  return ok(id, `${place} answers (${status}), ${way}. ${needed}`);
}
