import { isLoopback } from "../../core/loopback.ts";
import { asItIs, ok, unknown, warning, type Examination, type Finding, type Said } from "../../doctor/check.ts";
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
      if (error instanceof HomeFailure) return [unknown(TRUST, asItIs(error.message))];
      throw error;
    }
    if (set === undefined) return [];
    const authority = authorityIn(set.authority.toString(), authorityFile(dataDirectory));
    const { browsers } = await openTrust().verdicts(authority);
    const untrusting = browsers.filter(({ trusts }) => trusts !== true);
    const [first] = untrusting;
    if (first === undefined) return [ok(TRUST, ({ browsers: words }) => words.trusting(browsers.length))];
    const who: readonly Said[] = untrusting.map(({ browser, user, why }) => ({ browsers: words }) => {
      const whose = user === undefined ? browser : words.ofUser(browser, user);
      return why === undefined ? whose : words.because(whose, why);
    });
    const { remedy } = first;
    return [
      warning(
        TRUST,
        (words) => words.browsers.distrusting(who.map((each) => each(words)).join(", ")),
        ({ browsers: words }) => remedy ?? words.installAgain,
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
      const lacking = places.flatMap(({ browser, allowed, where }): readonly Said[] => {
        const missing = origins.filter((origin) => !isAllowed(origin, allowed));
        if (missing.length === 0) return [];
        return [({ browsers: words }) => words.notLetIn(browser, missing.join(" "), where)];
      });
      if (lacking.length === 0) return [ok(POLICY, ({ browsers: words }) => words.lettingIn(origins.join(" ")))];
      return [
        warning(
          POLICY,
          (words) => words.browsers.askingFirst(lacking.map((each) => each(words)).join("; ")),
          asItIs(`\`sudo tillbridge browser allow ${origins.join(" ")}\``),
        ),
      ];
    } catch (error) {
      if (error instanceof PlaceFailure) return [unknown(POLICY, asItIs(error.message))];
      throw error;
    }
  };
  return [{ id: POLICY, examine }];
}

/** Firefox is told hosts, the others origins. */
function isAllowed(origin: string, allowed: readonly string[]): boolean {
  return allowed.includes(origin) || allowed.includes(new URL(origin).hostname);
}
