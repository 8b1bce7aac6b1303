import { createPrivateKey, X509Certificate } from "node:crypto";
import { isEveryAddress } from "../../core/every-address.ts";
import { namesOf, readCertificateSet, shownAt, type CertificateSet } from "../../home/certificate/certificate.ts";
import type { Config } from "../../home/config-schema.ts";
import { HomeFailure } from "../../home/store.ts";
import { asItIs, fault, ok, unknown, warning, type Examination, type Finding, type Said } from "../check.ts";

export type CertificatePorts = {
  readonly dataDirectory: string;
  readonly server: Config["server"];
  /** Rejects with `HomeFailure` where this user may not read it. */
  readonly readSecret: (name: string) => Promise<string | undefined>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

const DAY_MS = 86_400_000;
/** Before the last of ours ends: a technician comes once a year. */
const OWN_NOTICE_MS = 90 * DAY_MS;
/** Authorities on the internet sign for 90 days, and what renews them does so a month before. */
const GIVEN_NOTICE_MS = 14 * DAY_MS;
const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

const INSTALL = asItIs("`tillbridge certificate install`");

/** The certificates that pages and other machines are shown. */
export function certificateExaminations(ports: CertificatePorts): readonly Examination[] {
  const { lan } = ports.server;
  const hasOwn = lan.certificate === undefined && lan.key === undefined;
  const local = { id: "certificate.wss", examine: () => localChecks(ports) };
  if (lan.host === undefined || hasOwn) return [local];
  return [local, { id: "certificate.lan", examine: () => givenChecks(ports) }];
}

async function localChecks({ dataDirectory, server, now }: CertificatePorts): Promise<readonly Finding[]> {
  const id = "certificate.wss";
  let set: CertificateSet | undefined;
  try {
    set = await readCertificateSet(dataDirectory);
  } catch (error) {
    if (!(error instanceof HomeFailure)) throw error;
    if (/EACCES|EPERM/.test(error.message))
      return [unknown(id, ({ certificate: words }) => words.hidden(error.message))];
    return [fault(id, asItIs(error.message), INSTALL)];
  }
  if (set === undefined) return [notInstalled(id, server)];
  const nowMs = now();
  const leaf = shownAt(set, nowMs);
  const names = namesOf(leaf.certificate);
  const strange = wantedNames(server).filter((name) => !covers(names, name));
  if (strange.length > 0) {
    return [
      fault(
        id,
        ({ certificate: words }) => words.lacksNames(names.join(", "), strange.join(", ")),
        asItIs(
          `\`tillbridge certificate install ${wantedNames(server)
            .filter((name) => !LOOPBACK.includes(name))
            .map((name) => `--name ${name}`)
            .join(" ")}\``,
        ),
      ),
    ];
  }
  return [datesCheck(id, names, { fromMs: leaf.notBeforeMs, untilMs: leaf.notAfterMs, lastMs: lastOf(set) }, nowMs)];
}

function lastOf({ leaves }: CertificateSet): number {
  return leaves.at(-1)?.notAfterMs ?? 0;
}

function notInstalled(id: string, { lan, allowedOrigins }: Config["server"]): Finding {
  if (lan.host !== undefined) {
    return fault(
      id,
      ({ certificate: words }) => words.lanWithout,
      ({ certificate: words }) => words.makeOne,
    );
  }
  const secure = allowedOrigins.filter((origin) => origin.startsWith("https://"));
  if (secure.length === 0) return ok(id, ({ certificate: words }) => words.notNeeded);
  return warning(id, ({ certificate: words }) => words.pagesWithout(secure.join(", ")), INSTALL);
}

function wantedNames({ lan }: Config["server"]): readonly string[] {
  if (lan.host === undefined || lan.certificate !== undefined) return LOOPBACK;
  return [...LOOPBACK, ...lan.names, ...(isEveryAddress(lan.host) ? [] : [lan.host])];
}

function covers(names: readonly string[], wanted: string): boolean {
  const known = names.map((name) => name.toLowerCase());
  const name = wanted.toLowerCase();
  return known.includes(name) || known.includes(name.replace(/^[^.]+/, "*"));
}

type Dates = { readonly fromMs: number; readonly untilMs: number; readonly lastMs: number };

function datesCheck(id: string, names: readonly string[], { fromMs, untilMs, lastMs }: Dates, nowMs: number): Finding {
  if (nowMs < fromMs) {
    return fault(
      id,
      ({ certificate: words }) => words.notBegun(timeOf(fromMs), timeOf(nowMs)),
      ({ certificate: words }) => words.setClockOrInstall,
    );
  }
  if (nowMs >= untilMs) return fault(id, ({ certificate: words }) => words.ended(timeOf(untilMs)), INSTALL);
  if (nowMs >= lastMs - OWN_NOTICE_MS)
    return warning(id, ({ certificate: words }) => words.lastEnds(timeOf(lastMs)), INSTALL);
  return ok(id, ({ certificate: words }) => words.valid(names.join(", "), timeOf(untilMs), timeOf(lastMs)));
}

/** One that somebody else has signed. */
async function givenChecks({ server, readSecret, now }: CertificatePorts): Promise<readonly Finding[]> {
  const id = "certificate.lan";
  const { certificate, key, names } = server.lan;
  if (certificate === undefined || key === undefined) {
    return [
      fault(
        id,
        ({ certificate: words }) => words.halfNamed,
        ({ certificate: words }) => words.nameBoth,
      ),
    ];
  }
  const [shown, secret] = await Promise.all([readSecret(certificate.secret), readSecret(key.secret)]);
  const missing = [...(shown === undefined ? [certificate.secret] : []), ...(secret === undefined ? [key.secret] : [])];
  if (shown === undefined || secret === undefined) {
    const remedy = asItIs(missing.map((name) => `\`tillbridge secret set ${name}\``).join(", "));
    const [first = "", second] = missing;
    return [
      fault(
        id,
        ({ certificate: words }) =>
          second === undefined ? words.secretNotSet(first) : words.secretsNotSet(first, second),
        remedy,
      ),
    ];
  }
  return [givenCheck(id, shown, secret, { certificate: certificate.secret, key: key.secret, names, nowMs: now() })];
}

type Given = {
  readonly certificate: string;
  readonly key: string;
  readonly names: readonly string[];
  readonly nowMs: number;
};

function givenCheck(id: string, shown: string, secret: string, given: Given): Finding {
  const again: Said = ({ certificate: words }) => words.enterAgain(given.certificate, given.key);
  const leaf = readOr(() => new X509Certificate(shown));
  if (leaf === undefined) return fault(id, ({ certificate: words }) => words.noCertificate(given.certificate), again);
  const key = readOr(() => createPrivateKey(secret));
  if (key === undefined) return fault(id, ({ certificate: words }) => words.noKey(given.key), again);
  if (!leaf.checkPrivateKey(key))
    return fault(id, ({ certificate: words }) => words.anotherKey(given.key, given.certificate), again);
  const known = namesOf(leaf);
  const strange = given.names.filter((name) => !covers(known, name));
  if (strange.length > 0) {
    return fault(
      id,
      ({ certificate: words }) => words.lacksNames(known.join(", "), strange.join(", ")),
      ({ certificate: words }) => words.signMore,
    );
  }
  const untilMs = Date.parse(leaf.validTo);
  if (given.nowMs >= untilMs) return fault(id, ({ certificate: words }) => words.lanEnded(timeOf(untilMs)), again);
  if (given.nowMs < Date.parse(leaf.validFrom))
    return fault(
      id,
      ({ certificate: words }) => words.lanNotBegun(timeOf(Date.parse(leaf.validFrom))),
      ({ certificate: words }) => words.setClock,
    );
  if (given.nowMs >= untilMs - GIVEN_NOTICE_MS)
    return warning(id, ({ certificate: words }) => words.ends(timeOf(untilMs)), again);
  return ok(id, ({ certificate: words }) => words.lanValid(known.join(", "), timeOf(untilMs)));
}

/** What OpenSSL says of it helps nobody, and may quote it. */
function readOr<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
