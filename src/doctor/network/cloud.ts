import type { HttpAnswer } from "../../core/http.ts";
import type { Clock } from "../../core/ports.ts";
import type { CloudAddress } from "../../transports/cloud.ts";
import type { ExchangeTransport, OpenedExchange } from "../../transports/exchange.ts";
import { asItIs, fault, ok, unknown, warning, type Examination, type Finding, type Said } from "../check.ts";
import { clockCheck } from "./clock.ts";
import type { Named } from "./route.ts";

/** A vendor's servers, and who needs them. */
export type Cloud = { readonly address: CloudAddress; readonly terminals: readonly string[] };

export type CloudPorts = {
  readonly addressOf: (host: string, signal: AbortSignal) => Promise<Named>;
  readonly transport: ExchangeTransport<CloudAddress>;
  /** Who has signed the certificate that is shown there, whether or not anybody trusts it; undefined where none is. */
  readonly signerAt: (host: string, port: number, signal: AbortSignal) => Promise<Said | undefined>;
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
  if (url === null) return [unknown(id, ({ cloud: words }) => words.noAddress(terminals.join(", ")))];
  const needed: Said = ({ cloud: words }) =>
    words[terminals.length === 1 ? "neededByOne" : "neededByMany"](terminals.join(", "));
  const bare = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const named = await ports.addressOf(bare, signal);
  if (named.kind === "unknown") {
    return [
      fault(
        id,
        (words) => `${words.cloud.notKnown(url.hostname, named.code)} ${needed(words)}`,
        ({ cloud: words }) => words.seeDns(url.hostname),
      ),
    ];
  }
  const place = named.address === bare ? url.host : `${url.host} (${named.address})`;
  const told = Promise.withResolvers<HttpAnswer | Said>();
  const listener = { answered: told.resolve, lost: (why: string) => told.resolve(asItIs(why)) };
  const limits = { openTimeoutMs: OPEN_LIMIT_MS, maxAnswerBytes: MAX_ANSWER_BYTES };
  const opened = await ports.transport.open(address, listener, limits, signal);
  if (opened.kind === "failed")
    return [await notOpened(id, (words) => `${place}: ${opened.why}. ${needed(words)}`, opened, url, ports, signal)];
  const { connection } = opened;
  const limit = ports.clock.after(ANSWER_LIMIT_MS, () =>
    told.resolve(({ cloud: words }) => words.nothingCame(ANSWER_LIMIT_MS / 1_000)),
  );
  try {
    const headers = { Accept: "*/*", "User-Agent": "tillbridge-doctor" };
    const sent = await connection.send({ method: "GET", path: "/", headers, body: new Uint8Array() }, ANSWER_LIMIT_MS);
    const answer = sent.kind === "sent" ? await told.promise : asItIs(sent.why);
    if (typeof answer === "function") return [silentServer(id, place, answer, needed)];
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
  evidence: Said,
  { why, remedy }: Failed,
  { hostname, port }: URL,
  { signerAt }: CloudPorts,
  signal: AbortSignal,
): Promise<Finding> {
  const signer = why.includes("certificate") ? await signerAt(hostname, Number(port || 443), signal) : undefined;
  return fault(
    id,
    signer === undefined ? evidence : (words) => `${evidence(words)} ${words.cloud.signedBy(signer(words))}`,
    remedy === undefined ? ({ cloud: words }) => words.seeInternet : asItIs(remedy),
  );
}

function silentServer(id: string, place: string, why: Said, needed: Said): Finding {
  return warning(
    id,
    (words) => `${words.cloud.silent(place, why(words))} ${needed(words)}`,
    ({ cloud: words }) => words.lookAgain,
  );
}

/** Without access nothing else is to be expected than a refusal: that somebody answers in HTTP is what was asked. */
function answerCheck(id: string, place: string, { protocol }: URL, { status }: HttpAnswer, needed: Said): Finding {
  const way = protocol === "https:" ? "answers" : "answersPlainly";
  if (status === 407 || status === 511) {
    return fault(
      id,
      (words) => `${words.cloud.proxy(place, status)} ${needed(words)}`,
      ({ cloud: words }) => words.logIn,
    );
  }
  if (status >= 500) {
    return warning(
      id,
      (words) => `${words.cloud.trouble(place, status)} ${needed(words)}`,
      ({ cloud: words }) => words.seeVendor,
    );
  }
  return ok(id, (words) => `${words.cloud[way](place, status)} ${needed(words)}`);
}
