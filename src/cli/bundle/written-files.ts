import { join } from "node:path";
import { itemsOf, leftOut, textItem, type Item } from "./item.ts";
import { namesIn, tailOf } from "./own-files.ts";

type Kind = {
  readonly folder: string;
  readonly as: string;
  readonly names: RegExp;
  readonly what: string;
  readonly mostFiles: number;
  readonly mostBytes: number;
};

/** Logs, reports of crashes and traces: each one's tail, the newest of them. */
export async function writtenItems(logsDirectory: string): Promise<readonly Item[]> {
  const kinds: readonly Kind[] = [
    {
      folder: logsDirectory,
      as: "logs",
      names: /^[A-Za-z0-9._-]{1,100}\.log$/,
      what: "the service's log",
      mostFiles: 10,
      mostBytes: 2 * 1_048_576,
    },
    {
      folder: logsDirectory,
      as: "crashes",
      names: /^crash-[A-Za-z0-9._-]{1,100}\.json$/,
      what: "report of a crash",
      mostFiles: 10,
      mostBytes: 262_144,
    },
    {
      folder: join(logsDirectory, "traces"),
      as: "traces",
      names: /^[A-Za-z0-9._-]{1,200}\.jsonl$/,
      what: "what a terminal and the service said to each other, as it was recorded",
      mostFiles: 20,
      mostBytes: 1_048_576,
    },
  ];
  return (await Promise.all(kinds.map(itemsOfKind))).flat();
}

function itemsOfKind({ folder, as, names, what, mostFiles, mostBytes }: Kind): Promise<readonly Item[]> {
  return itemsOf(`${as}/`, what, async () => {
    const found = newestFirst(await namesIn(folder, names), as);
    const items = found.slice(0, mostFiles).map((name) =>
      itemsOf(`${as}/${name}`, what, async () => {
        const { text, cut } = await tailOf(join(folder, name), mostBytes);
        const about = cut === 0 ? what : `${what}; its first ${cut} bytes are left out`;
        return [textItem(`${as}/${name}`, about, text)];
      }),
    );
    const older = found.length - mostFiles;
    const rest = older > 0 ? [leftOut(`${as}/`, what, `${older} older files: the newest ${mostFiles} are here`)] : [];
    return [...(await Promise.all(items)).flat(), ...rest];
  });
}

/** Crashes and traces have their time in front; of a log, `tillbridge.log` is the newest and then 1, 2... */
function newestFirst(names: readonly string[], as: string): readonly string[] {
  if (as !== "logs") return names;
  const age = (name: string) => Number(/\.(\d+)\.log$/.exec(name)?.[1] ?? 0);
  return names.toSorted((one, other) => age(one) - age(other));
}
