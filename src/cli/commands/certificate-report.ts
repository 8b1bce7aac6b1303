import {
  namesOf,
  readCertificateSet,
  SETTLING_MS,
  shownAt,
  type CertificateSet,
} from "../../home/certificate/certificate.ts";
import { authorityFile } from "../../home/certificate/install.ts";
import { styled } from "../output.ts";
import { facts, table } from "../table.ts";
import { authorityIn, type TrustedAuthority } from "../trust/store.ts";
import type { Trust, Verdict } from "../trust/trust.ts";

export const INSTALL_COMMAND = "`tillbridge certificate install`";

/** Before the last certificate ends, a technician has so long to install anew. */
const LAST_NOTICE_MS = 90 * 86_400_000;

type InUse = {
  readonly number: number;
  readonly of: number;
  readonly notBefore: string;
  readonly notAfter: string;
  /** When the next one takes its place, or when it ends. */
  readonly until: string;
};

type Report = {
  readonly installed: boolean;
  readonly names?: readonly string[];
  readonly authority?: { readonly subject: string; readonly fingerprint256: string; readonly file: string };
  readonly inUse?: InUse;
  /** Of the last of those that were signed in advance. */
  readonly lastNotAfter?: string;
  /** What has to be done soon. */
  readonly advice: readonly string[];
  readonly browsers: readonly Verdict[];
  readonly system?: Verdict;
};

export async function reportOf(dataDirectory: string, trust: Trust, nowMs: number): Promise<Report> {
  const set = await readCertificateSet(dataDirectory);
  if (set === undefined)
    return { installed: false, advice: [`${INSTALL_COMMAND} makes a certificate for wss.`], browsers: [] };
  const { authority, leaves } = set;
  const file = authorityFile(dataDirectory);
  const trusted: TrustedAuthority = authorityIn(authority.toString(), file);
  const { browsers, system } = await trust.verdicts(trusted);
  return {
    installed: true,
    names: namesShown(set, nowMs),
    authority: { subject: authority.subject.replaceAll("\n", ", "), fingerprint256: authority.fingerprint256, file },
    inUse: inUseOf(set, nowMs),
    lastNotAfter: timeOf(leaves.at(-1)?.notAfterMs ?? 0),
    advice: adviceOf(set, nowMs),
    browsers,
    system,
  };
}

export function inUseOf(set: CertificateSet, nowMs: number): InUse {
  const leaf = shownAt(set, nowMs);
  const index = set.leaves.indexOf(leaf);
  const next = set.leaves[index + 1];
  return {
    number: index + 1,
    of: set.leaves.length,
    notBefore: timeOf(leaf.notBeforeMs),
    notAfter: timeOf(leaf.notAfterMs),
    until: timeOf(next === undefined ? leaf.notAfterMs : next.notBeforeMs + SETTLING_MS),
  };
}

export function adviceOf(set: CertificateSet, nowMs: number): readonly string[] {
  const shown = shownAt(set, nowMs);
  if (nowMs < shown.notBeforeMs)
    return [
      `The clock of this machine is wrong, or was when the certificate was installed: it begins ${timeOf(shown.notBeforeMs)}.`,
    ];
  const lastEndMs = set.leaves.at(-1)?.notAfterMs ?? 0;
  if (nowMs >= lastEndMs) return [`The last certificate has ended: run ${INSTALL_COMMAND} again now.`];
  if (nowMs >= lastEndMs - LAST_NOTICE_MS)
    return [`The last certificate ends ${timeOf(lastEndMs)}: run ${INSTALL_COMMAND} again before that.`];
  return [];
}

export function inText({
  installed,
  names = [],
  authority,
  inUse,
  lastNotAfter,
  advice,
  browsers,
  system,
}: Report): string {
  if (!installed)
    return `No certificate is installed: browsers reach the service without TLS alone.\n${advice.join("\n")}`;
  const known = facts([
    ["names", names.join(" ")],
    ["in use", inUse === undefined ? undefined : `${inUse.number} of ${inUse.of}, until ${inUse.until}`],
    ["all end", lastNotAfter],
    ["authority", authority?.subject],
    ["", authority?.file],
  ]);
  const verdicts = [...browsers, ...(system === undefined ? [] : [system])];
  const opinions = table(["WHO", "USER", "TRUSTS IT", "STORE"], verdicts.map(rowOf));
  const remedies = [...new Set(verdicts.flatMap(({ remedy }) => remedy ?? []))];
  return [known, "", opinions, ...remedies, ...advice].join("\n");
}

function rowOf({ browser, user = "", store = "", trusts, why }: Verdict): readonly string[] {
  if (trusts === true) return [browser, user, styled("good", "yes"), store];
  const word = trusts === undefined ? styled("warning", "not known") : styled("fault", "no");
  return [browser, user, why === undefined ? word : `${word}: ${why}`, store];
}

export function namesShown(set: CertificateSet, nowMs: number): readonly string[] {
  return namesOf(shownAt(set, nowMs).certificate);
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
