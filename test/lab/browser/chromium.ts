import { chromium, type BrowserContext } from "playwright-core";
import { lastFirst, type Ending } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";
import type { Site } from "./page-server.ts";

export type ChromiumOptions = {
  /** Known under their made-up names. Nothing but these and the loopback can be reached. */
  readonly sites: readonly Site[];
  /** Of these Chromium believes that they are out in the internet, and not on this machine. */
  readonly public?: readonly Site[];
  /** Names that mean this machine, at whatever port: what an attacker's DNS server would answer. */
  readonly rebound?: readonly string[];
  /** The user's home folder, with the certificates that this user trusts; a fresh one where none is given. */
  readonly home?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** As if the user had allowed these, and denied all others. */
  readonly permissions?: readonly string[];
};

const EXECUTABLE = "/usr/bin/chromium";
const DEFAULT_VIEWPORT = { width: 900, height: 700 };

/**
 * Debian's Chromium without a window, with a profile of its own that goes away with the test. Its permission questions stay
 * open: nobody answers them.
 */
export async function openChromium(whole: Ending, options: ChromiumOptions): Promise<BrowserContext> {
  const ending = lastFirst(whole);
  const home = options.home ?? freshFolder(ending);
  const context = await chromium.launchPersistentContext(freshFolder(ending), {
    executablePath: EXECUTABLE,
    headless: true,
    chromiumSandbox: false, // It does not work for root.
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: `${home}/.config`, XDG_CACHE_HOME: `${home}/.cache` },
    args: switchesOf(options),
    viewport: options.viewport ?? DEFAULT_VIEWPORT,
    // Playwright denies all others as soon as it is told about some.
    ...(options.permissions === undefined ? {} : { permissions: [...options.permissions] }),
  });
  ending.after(() => context.close());
  return context;
}

function switchesOf({ sites, public: publicSites = [], rebound = [] }: ChromiumOptions): string[] {
  const known = sites.map(({ host, askedPort, port }) => `MAP ${host}:${askedPort} 127.0.0.1:${port}`);
  const here = rebound.map((name) => `MAP ${name} 127.0.0.1`);
  // The last rule also holds for addresses: this browser talks to nobody outside.
  const rules = [...known, ...here, "MAP * ~NOTFOUND", "EXCLUDE localhost", "EXCLUDE 127.0.0.1", "EXCLUDE ::1"];
  const hashes = sites.flatMap(({ keyHash }) => keyHash ?? []);
  const overrides = publicSites.map(({ port }) => `127.0.0.1:${port}=public`);
  return [
    `--host-resolver-rules=${rules.join(", ")}`,
    ...(hashes.length === 0 ? [] : [`--ignore-certificate-errors-spki-list=${hashes.join(",")}`]),
    ...(overrides.length === 0 ? [] : [`--ip-address-space-overrides=${overrides.join(",")}`]),
  ];
}
