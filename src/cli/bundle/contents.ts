import type { Item } from "./item.ts";
import type { Finds, Swept } from "./sweep.ts";

/** A file as it goes into the archive. */
export type Packed = { readonly path: string; readonly what: string; readonly text: string; readonly finds: Finds };
export type LeftOut = { readonly path: string; readonly what: string; readonly why: string };

const MOST_BYTES = 32 * 1_048_576;

/** Looks through every file, and takes in what is clean and has room. */
export function swept(
  items: readonly Item[],
  sweep: (text: string) => Swept,
): { readonly packed: readonly Packed[]; readonly left: readonly LeftOut[] } {
  const packed: Packed[] = [];
  const left: LeftOut[] = [];
  let bytes = 0;
  for (const item of items) {
    const { what } = item;
    const path = cleanPath(item.path, sweep);
    if (item.kind === "leftOut") {
      const why = sweep(item.why);
      left.push({ path, what, why: why.kind === "clean" ? why.text : "why cannot be told without a secret" });
      continue;
    }
    const clean = sweep(item.text);
    const size = Buffer.byteLength(item.text);
    if (clean.kind === "notClean") {
      left.push({ path, what, why: "something in it that nobody else may have could not be masked" });
    } else if (bytes + size > MOST_BYTES) {
      left.push({ path, what, why: `the bundle would be larger than ${MOST_BYTES / 1_048_576} MB` });
    } else {
      bytes += size;
      packed.push({ path, what, text: clean.text, finds: clean.finds });
    }
  }
  return { packed, left };
}

/** A terminal's name is in the name of its trace. */
function cleanPath(path: string, sweep: (text: string) => Swept): string {
  const clean = sweep(path);
  return clean.kind === "clean" ? clean.text.replace(/[^A-Za-z0-9._/-]/g, "_") : "unnamed";
}

/** The first file that anybody reads: what is in here, what is not, and what was masked. */
export function contentsText(
  packed: readonly Packed[],
  left: readonly LeftOut[],
  { version, madeAt, home }: { readonly version: string; readonly madeAt: string; readonly home: string },
): string {
  const width = Math.max(...packed.map(({ path }) => path.length), 12);
  const lines = packed.map(({ path, what, text, finds }) => {
    const size = String(Buffer.byteLength(text)).padStart(9);
    return `${path.padEnd(width)} ${size}  ${what}${maskedInWords(finds)}`;
  });
  return [
    `Support bundle of Tillbridge ${version}, made ${madeAt} of ${home}.`,
    "",
    "WHAT IS IN IT (name, bytes, what it is)",
    ...lines,
    "",
    "WHAT IS NOT IN IT, AND WHY",
    ...left.map(({ path, what, why }) => `${path.padEnd(width)} ${what}: ${why}`),
    "Never in it: the values of secrets, tokens, private keys, whole numbers and tracks of cards, receipts, the bytes of requests, and the journal itself.",
    "",
    "WHAT WAS MASKED",
    `Every file was looked through for the stored secrets in all spellings, for tokens, keys and numbers of cards: ${totalInWords(packed)}.`,
    "A secret of fewer than four characters cannot be looked for: every date has such digits in it.",
    "",
    "PEOPLE AND PLACES",
    "The names of operators and POS programs, amounts, references, the last four digits of cards and addresses in the shop's network stay, for they are what support needs.",
    "",
  ].join("\n");
}

function maskedInWords({ cards, secrets, keys }: Finds): string {
  const said = [
    ...(secrets > 0 ? [`${secrets} secrets`] : []),
    ...(keys > 0 ? [`${keys} private keys`] : []),
    ...(cards > 0 ? [`numbers of cards in ${cards} lines`] : []),
  ];
  return said.length === 0 ? "" : ` (masked: ${said.join(", ")})`;
}

function totalInWords(packed: readonly Packed[]): string {
  const total = packed.reduce(
    (sum, { finds }) => ({
      cards: sum.cards + finds.cards,
      secrets: sum.secrets + finds.secrets,
      keys: sum.keys + finds.keys,
    }),
    { cards: 0, secrets: 0, keys: 0 },
  );
  return `${total.secrets} secrets, ${total.keys} private keys and numbers of cards in ${total.cards} lines were masked`;
}
