import type { BrowserAccess, Change, Place } from "./access.ts";
import { CHROMIUM_BROWSERS, CHROMIUM_POLICIES, FIREFOX, hostsOf } from "./policies.ts";
import { createRegistry, runReg, type Registry, type RunReg } from "./registry.ts";

const POLICIES = "HKLM\\SOFTWARE\\Policies";
/** What we have put into the lists, `LIST\NUMBER` with its text, so that no more than that is taken out again. */
const OURS = "HKLM\\SOFTWARE\\Tillbridge";
const RECORD = `${OURS}\\BrowserAccess`;

/** A policy that is a list: a key with a numbered value for each entry, whoever has written it. */
type List = { readonly browser: string; readonly key: string; readonly entries: "origins" | "hosts" };

const LISTS: readonly List[] = [
  ...CHROMIUM_BROWSERS.flatMap(({ name, key }) =>
    key === undefined
      ? []
      : CHROMIUM_POLICIES.map((policy) => ({
          browser: name,
          key: `${POLICIES}\\${key}\\${policy}`,
          entries: "origins" as const,
        })),
  ),
  {
    browser: FIREFOX.name,
    key: `${POLICIES}\\${FIREFOX.key}\\${FIREFOX.policy}\\${FIREFOX.list}`,
    entries: "hosts",
  },
];

/** Browsers on Windows read the registry. */
export function windowsBrowsers(run: RunReg = runReg): BrowserAccess {
  const registry = createRegistry(run);
  const places = () =>
    Promise.all(
      LISTS.map(async ({ browser, key }): Promise<Place> => {
        const { ours } = await standOf(key, registry);
        return { browser, where: key, allowed: [...ours.values()] };
      }),
    );
  return {
    places,
    origins: async () => [...new Set((await places()).flatMap(({ allowed }) => allowed).filter(isOrigin))],
    changesTo: async (origins) => {
      const changes = await Promise.all(
        LISTS.map((list) => listChange(list, list.entries === "hosts" ? hostsOf(origins) : origins, registry)),
      );
      return changes.flat();
    },
  };
}

function isOrigin(text: string): boolean {
  return text.includes("://");
}

/** The values of one list that are ours, as far as nobody has changed them since, and everybody's. */
async function standOf(key: string, registry: Registry) {
  const [all, record] = [await registry.values(key), await registry.values(RECORD)];
  const numbers = [...record.keys()].filter((name) => name.startsWith(`${key}\\`));
  const recorded = new Map(numbers.map((name) => [name.slice(key.length + 1), record.get(name) ?? ""]));
  const ours = new Map([...recorded].filter(([number, text]) => all.get(number) === text));
  return { all, recorded, ours };
}

async function listChange({ browser, key }: List, wanted: readonly string[], registry: Registry) {
  const { all, recorded, ours } = await standOf(key, registry);
  const theirs = new Map([...all].filter(([number]) => !ours.has(number)));
  const needed = wanted.filter((text) => ![...theirs.values()].includes(text));
  if ([...ours.values()].join() === needed.join() && recorded.size === ours.size) return [];
  const numbers = freeNumbers(needed.length, theirs);
  const change: Change = {
    browser,
    where: key,
    text: needed.length === 0 ? undefined : needed.map((text, index) => `${numbers[index]} = ${text}`).join("\n"),
    apply: async () => {
      // Firefox takes only what begins with 1 for a list: ours are numbered anew.
      for (const number of ours.keys()) await registry.unset(key, number);
      for (const number of recorded.keys()) await registry.unset(RECORD, `${key}\\${number}`);
      for (const [index, text] of needed.entries()) {
        const number = numbers[index] ?? "";
        // Written down first: after a crash between the two there is nothing that nobody knows of.
        await registry.set(RECORD, `${key}\\${number}`, text);
        await registry.set(key, number, text);
      }
      const parent = key.slice(0, key.lastIndexOf("\\"));
      for (const empty of [key, parent, RECORD, OURS]) await registry.removeEmpty(empty);
    },
  };
  return [change];
}

/** The first numbers that others do not use. */
function freeNumbers(count: number, taken: ReadonlyMap<string, string>): readonly string[] {
  const free: string[] = [];
  for (let number = 1; free.length < count; number += 1) if (!taken.has(String(number))) free.push(String(number));
  return free;
}
