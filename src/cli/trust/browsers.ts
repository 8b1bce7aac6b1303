import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { findProgram, type Machine, type Person } from "./machine.ts";
import type { NssFolder } from "./nss-store.ts";

/** A browser that is there, and the folder in which it keeps whom it trusts; none where Firefox has not been started yet. */
export type FoundBrowser = {
  readonly name: string;
  readonly person: Person;
  readonly folder: string | undefined;
};

type Chromium = { readonly name: string; readonly programs: readonly string[]; readonly profile: string };

/** Those that share one folder a person. */
const CHROMIUMS: readonly Chromium[] = [
  { name: "Chromium", programs: ["chromium", "chromium-browser"], profile: ".config/chromium" },
  { name: "Chrome", programs: ["google-chrome", "google-chrome-stable"], profile: ".config/google-chrome" },
  { name: "Edge", programs: ["microsoft-edge", "microsoft-edge-stable"], profile: ".config/microsoft-edge" },
  { name: "Brave", programs: ["brave-browser", "brave"], profile: ".config/BraveSoftware/Brave-Browser" },
];

/** Those in a box of their own, with a home of their own. */
const BOXED = [
  { name: "Chromium (snap)", home: "snap/chromium/current" },
  { name: "Brave (snap)", home: "snap/brave/current" },
  { name: "Chromium (flatpak)", home: ".var/app/org.chromium.Chromium" },
  { name: "Chrome (flatpak)", home: ".var/app/com.google.Chrome" },
  { name: "Edge (flatpak)", home: ".var/app/com.microsoft.Edge" },
  { name: "Brave (flatpak)", home: ".var/app/com.brave.Browser" },
];

/** Where each Firefox has its profiles, a folder each. */
const FIREFOXES = [
  { name: "Firefox", profiles: ".mozilla/firefox" },
  { name: "Firefox", profiles: ".config/mozilla/firefox" },
  { name: "Firefox (snap)", profiles: "snap/firefox/common/.mozilla/firefox" },
  { name: "Firefox (snap)", profiles: "snap/firefox/common/.config/mozilla/firefox" },
  { name: "Firefox (flatpak)", profiles: ".var/app/org.mozilla.firefox/.mozilla/firefox" },
  { name: "Firefox (flatpak)", profiles: ".var/app/org.mozilla.firefox/config/mozilla/firefox" },
];
const FIREFOX_PROGRAMS = ["firefox", "firefox-esr"];
const MAX_PROFILES = 100;

/** The folders of NSS that there are, and those that are made for browsers that were never started. */
export function nssFoldersOf(person: Person): readonly NssFolder[] {
  const boxes = BOXED.map(({ home }) => join(person.home, home)).filter((home) => existsSync(home));
  return [
    ...[person.home, ...boxes].flatMap(sharedFolders),
    ...profilesOf(person).map(({ folder }) => ({ path: folder, toMake: [] })),
  ];
}

export function browsersOf(machine: Machine, person: Person): readonly FoundBrowser[] {
  const programIsThere = (programs: readonly string[]) =>
    programs.some((program) => findProgram(machine, program) !== undefined);
  const inHome = (home: string) => sharedFolders(home)[0]?.path;
  const chromiums = CHROMIUMS.filter(
    ({ programs, profile }) => programIsThere(programs) || existsSync(join(person.home, profile)),
  ).map(({ name }) => ({ name, person, folder: inHome(person.home) }));
  const boxed = BOXED.map(({ name, home }) => ({ name, home: join(person.home, home) }))
    .filter(({ home }) => existsSync(home))
    .map(({ name, home }) => ({ name, person, folder: inHome(home) }));
  return [...chromiums, ...boxed, ...profilesOf(person)];
}

/** Firefox, where its program is there and nobody has started it. */
export function unstartedFirefox(machine: Machine): FoundBrowser | undefined {
  const isThere = FIREFOX_PROGRAMS.some((program) => findProgram(machine, program) !== undefined);
  const [person] = machine.people;
  if (!isThere || person === undefined || machine.people.some((each) => profilesOf(each).length > 0)) return undefined;
  return { name: "Firefox", person, folder: undefined };
}

/**
 * Chromium takes the first of these that is there. Since its version 146 it makes the second one, but versions before know the
 * first alone: so that is what is made where neither is there.
 */
function sharedFolders(home: string): readonly NssFolder[] {
  const [first, second] = [join(home, ".pki", "nssdb"), join(home, ".local", "share", "pki", "nssdb")];
  const there = [first, second].filter((path) => existsSync(path));
  if (there.length > 0) return there.map((path) => ({ path, toMake: [path] }));
  return [{ path: first, toMake: [join(home, ".pki"), first] }];
}

function profilesOf(person: Person): readonly (FoundBrowser & { readonly folder: string })[] {
  return FIREFOXES.flatMap(({ name, profiles }) =>
    foldersIn(join(person.home, profiles))
      .filter((folder) => existsSync(join(folder, "cert9.db")))
      .map((folder) => ({ name, person, folder })),
  );
}

function foldersIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return entries.slice(0, MAX_PROFILES).map(({ name }) => join(folder, name));
  } catch {
    return []; // There is none, or it is nobody else's to look into.
  }
}
