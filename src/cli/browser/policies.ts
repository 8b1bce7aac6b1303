/**
 * What browsers read from the administrator of a machine about Local Network Access: without it a page of the internet has to ask
 * the user before it may reach a program on this machine. The sources of every name are in docs/adr/0073.
 */

/** Of Chromium and what is made of it. Lists of origins. */
export const CHROMIUM_POLICIES = [
  // From 146 on: this machine, and nothing else.
  "LoopbackNetworkAllowedForUrls",
  // From 139 on, and all that there is up to 145.
  "LocalNetworkAccessAllowedForUrls",
] as const;

/** A folder with a file from each that has something to say, below the root of the file system; and where it is in the registry. */
export const CHROMIUM_BROWSERS: readonly { readonly name: string; readonly folder: string; readonly key?: string }[] = [
  { name: "Chrome", folder: "etc/opt/chrome", key: "Google\\Chrome" },
  { name: "Chromium", folder: "etc/chromium", key: "Chromium" },
  { name: "Chromium of Ubuntu", folder: "etc/chromium-browser" },
  { name: "Edge", folder: "etc/opt/edge", key: "Microsoft\\Edge" },
  { name: "Brave", folder: "etc/brave", key: "BraveSoftware\\Brave" },
];

/** `LocalNetworkAccess.SkipDomains` of Firefox, from 150 on: names of hosts, without scheme and port. */
export const FIREFOX = {
  name: "Firefox",
  policy: "LocalNetworkAccess",
  list: "SkipDomains",
  folder: "etc/firefox/policies",
  /** Where a distribution keeps its own file, which is not read where the one in /etc is there. */
  distributions: ["usr/lib/firefox", "usr/lib64/firefox", "usr/lib/firefox-esr", "opt/firefox"],
  key: "Mozilla\\Firefox",
} as const;

/** What a file or a list of the registry has to hold, by its name. */
export function hostsOf(origins: readonly string[]): readonly string[] {
  return [...new Set(origins.map((origin) => new URL(origin).hostname))];
}
