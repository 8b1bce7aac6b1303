import { isLoopback } from "../../core/loopback.ts";
import { ok, unknown, warning, type Examination, type Finding } from "../../doctor/check.ts";
import { readCertificateSet } from "../../home/certificate/certificate.ts";
import { authorityFile } from "../../home/certificate/install.ts";
import { HomeFailure } from "../../home/store.ts";
import { PlaceFailure, type BrowserAccess } from "../browser/access.ts";
import { authorityIn } from "../trust/store.ts";
import type { Trust } from "../trust/trust.ts";

const TRUST = "certificate.trust";
const POLICY = "browser.policy";
/** It asks a program for each store of each person. */
const LIMIT_MS = 5_000;

/** Whether the browsers of this machine trust the certificate for wss. Nothing where none is installed. */
export function trustExamination(dataDirectory: string, openTrust: () => Trust): Examination {
  const examine = async (): Promise<readonly Finding[]> => {
    let set: Awaited<ReturnType<typeof readCertificateSet>>;
    try {
      set = await readCertificateSet(dataDirectory);
    } catch (error) {
      if (error instanceof HomeFailure) return [unknown(TRUST, error.message)];
      throw error;
    }
    if (set === undefined) return [];
    const authority = authorityIn(set.authority.toString(), authorityFile(dataDirectory));
    const { browsers } = await openTrust().verdicts(authority);
    const untrusting = browsers.filter(({ trusts }) => trusts !== true);
    const [first] = untrusting;
    if (first === undefined)
      return [ok(TRUST, `${browsers.length} browsers were found, and each trusts the certificate for wss.`)];
    const who = untrusting.map(({ browser, user, why }) => {
      const whose = user === undefined ? browser : `${browser} of ${user}`;
      return why === undefined ? whose : `${whose} (${why})`;
    });
    return [
      warning(
        TRUST,
        `The certificate for wss is not trusted by ${who.join(", ")}.`,
        first.remedy ?? "`sudo tillbridge certificate install`, then start the browser again.",
      ),
    ];
  };
  return { id: TRUST, limitMs: LIMIT_MS, examine };
}

/** Whether browsers let the pages that are configured reach this machine without a question. Nothing where none is configured. */
export function policyExamination(
  allowedOrigins: readonly string[],
  openBrowsers: () => BrowserAccess,
): readonly Examination[] {
  const origins = allowedOrigins.filter((origin) => !isLoopback(new URL(origin).hostname));
  if (origins.length === 0) return [];
  const examine = async (): Promise<readonly Finding[]> => {
    try {
      const places = await openBrowsers().places();
      const lacking = places.flatMap(({ browser, allowed, where }) => {
        const missing = origins.filter((origin) => !isAllowed(origin, allowed));
        return missing.length === 0 ? [] : [`${browser} does not let in ${missing.join(" ")} (${where})`];
      });
      if (lacking.length === 0) return [ok(POLICY, `Browsers let ${origins.join(" ")} reach this machine.`)];
      return [
        warning(
          POLICY,
          `${lacking.join("; ")}: each asks the user first, or refuses.`,
          `\`sudo tillbridge browser allow ${origins.join(" ")}\``,
        ),
      ];
    } catch (error) {
      if (error instanceof PlaceFailure) return [unknown(POLICY, error.message)];
      throw error;
    }
  };
  return [{ id: POLICY, examine }];
}

/** Firefox is told hosts, the others origins. */
function isAllowed(origin: string, allowed: readonly string[]): boolean {
  return allowed.includes(origin) || allowed.includes(new URL(origin).hostname);
}
