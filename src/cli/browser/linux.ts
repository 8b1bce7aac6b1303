import { join } from "node:path";
import { isJsonObject, type Json } from "../../core/json.ts";
import type { BrowserAccess, Change, Place } from "./access.ts";
import { readIfThere, removeFile, replaceFile } from "./files.ts";
import { isEmptyPolicies, parsePolicies, skippedIn, withSkipped } from "./firefox-policies.ts";
import { CHROMIUM_BROWSERS, CHROMIUM_POLICIES, FIREFOX, hostsOf } from "./policies.ts";

const OWN_FILE = "tillbridge.json";
const SHARED_FILE = "policies.json";

/** What we have put into the file that Firefox has for everybody, kept beside it so that no more than that is taken out again. */
type Record = { readonly file: string; readonly hosts: readonly string[]; readonly madeFile: boolean };

/** Browsers on Linux read files. @param root the root of the file system */
export function linuxBrowsers(root = "/"): BrowserAccess {
  const chromium = CHROMIUM_BROWSERS.map(({ name, folder }) => ({
    browser: name,
    where: join(root, folder, "policies", "managed", OWN_FILE),
  }));
  const top = join(root, "etc");
  const placesOfChromium = () =>
    Promise.all(chromium.map(async (place): Promise<Place> => ({ ...place, allowed: await originsIn(place.where) })));
  return {
    places: async () => [...(await placesOfChromium()), await firefoxPlace(root)],
    origins: async () => [...new Set((await placesOfChromium()).flatMap(({ allowed }) => allowed))],
    changesTo: async (origins) => {
      const text = origins.length === 0 ? undefined : chromiumText(origins);
      const changes = await Promise.all(chromium.map((place) => fileChange(place.browser, place.where, text, top)));
      return [...changes.flat(), ...(await firefoxChanges(root, hostsOf(origins)))];
    },
  };
}

function chromiumText(origins: readonly string[]): string {
  return textOf(Object.fromEntries(CHROMIUM_POLICIES.map((policy) => [policy, origins])));
}

async function originsIn(file: string): Promise<readonly string[]> {
  const document = jsonOf(await readIfThere(file));
  const lists = CHROMIUM_POLICIES.map((policy) => (isJsonObject(document) ? document[policy] : undefined));
  return [...new Set(lists.flatMap(textsIn))];
}

async function fileChange(
  browser: string,
  where: string,
  text: string | undefined,
  top: string,
): Promise<readonly Change[]> {
  if ((await readIfThere(where)) === text) return [];
  const apply = () => (text === undefined ? removeFile(where, top) : replaceFile(where, text));
  return [{ browser, where, text, apply }];
}

async function firefoxPlace(root: string): Promise<Place> {
  const record = await recordOf(root);
  const where = record?.file ?? (await sharedFile(root));
  const there = skippedIn(parsePolicies(await readIfThere(where), where));
  return { browser: FIREFOX.name, where, allowed: (record?.hosts ?? []).filter((host) => there.includes(host)) };
}

/** One file for everybody: what others have written stays, and a host that they have named already is theirs. */
async function firefoxChanges(root: string, hosts: readonly string[]): Promise<readonly Change[]> {
  const record = await recordOf(root);
  const where = record?.file ?? (await sharedFile(root));
  const before = await readIfThere(where);
  const document = parsePolicies(before, where);
  const others = skippedIn(document).filter((host) => record?.hosts.includes(host) !== true);
  const ours = hosts.filter((host) => !others.includes(host));
  const after = withSkipped(document, [...others, ...ours]);
  const madeFile = record?.madeFile ?? before === undefined;
  const text = madeFile && isEmptyPolicies(after) ? undefined : textOf(after);
  const sameHosts = skippedIn(document).join() === [...others, ...ours].join();
  const top = join(root, "etc");
  const ownChange = await fileChange(
    FIREFOX.name,
    recordFile(root),
    ours.length === 0 ? undefined : textOf({ file: where, hosts: ours, madeFile }),
    top,
  );
  const sharedChange = sameHosts ? [] : await fileChange(FIREFOX.name, where, text, top);
  // What is written down before it is done can be undone after a crash; what is undone is forgotten last.
  return ours.length === 0 ? [...sharedChange, ...ownChange] : [...ownChange, ...sharedChange];
}

/** The file in /etc hides a distribution's own: that one is added to where it is the only one. */
async function sharedFile(root: string): Promise<string> {
  const systemWide = join(root, FIREFOX.folder, SHARED_FILE);
  const theirs = FIREFOX.distributions.map((folder) => join(root, folder, "distribution", SHARED_FILE));
  for (const file of [systemWide, ...theirs]) if ((await readIfThere(file)) !== undefined) return file;
  return systemWide;
}

async function recordOf(root: string): Promise<Record | undefined> {
  const document = jsonOf(await readIfThere(recordFile(root)));
  if (!isJsonObject(document) || typeof document["file"] !== "string") return undefined;
  return { file: document["file"], hosts: textsIn(document["hosts"]), madeFile: document["madeFile"] === true };
}

function recordFile(root: string): string {
  return join(root, FIREFOX.folder, OWN_FILE);
}

/** Our own files: one that somebody has spoilt counts as one that says nothing, and is written anew. */
function jsonOf(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function textsIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((each) => typeof each === "string") : [];
}

function textOf(document: object): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
