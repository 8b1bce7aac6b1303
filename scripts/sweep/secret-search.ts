import type { Find, Known } from "./find.ts";

/** A part of a secret that is shorter proves nothing. */
const SHORTEST = 6;
const SHORTEST_LINE = 24;

type Form = { readonly name: string; readonly form: string; readonly bytes: Buffer };

/** Looks for the values that a run has used, in every form in which something could have written them. */
export function secretsIn(bytes: Buffer, { secrets }: Known): readonly Find[] {
  return secrets.flatMap(({ name, value }) =>
    partsOf(value)
      .flatMap((part) => formsOf(name, part))
      .flatMap(({ form, bytes: needle }): readonly Find[] => {
        const at = bytes.indexOf(needle);
        return at === -1 ? [] : [{ place: `at ${at}`, kind: "secret", shown: `${name}, ${form}` }];
      })
      .slice(0, 1),
  );
}

/** A key in PEM may have been taken apart into its lines. */
function partsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= SHORTEST_LINE && !line.startsWith("-----"));
  return [value.trim(), ...(value.trim().includes("\n") ? lines : [])].filter((part) => part.length >= SHORTEST);
}

function formsOf(name: string, value: string): readonly Form[] {
  const plain = Buffer.from(value);
  const hex = plain.toString("hex");
  const texts: Readonly<Record<string, string>> = {
    "as it is": value,
    "in JSON": JSON.stringify(value).slice(1, -1),
    "in a URL": encodeURIComponent(value),
    "in hexadecimal": hex,
    "in HEXADECIMAL": hex.toUpperCase(),
  };
  const forms = Object.entries(texts).flatMap(([form, text]) => [
    { name, form, bytes: Buffer.from(text) },
    { name, form: `${form}, UTF-16`, bytes: Buffer.from(text, "utf16le") },
  ]);
  return [...forms, ...inBase64(plain).map((text) => ({ name, form: "in base64", bytes: Buffer.from(text) }))];
}

/** Wherever in a longer value it begins: without the characters at its edges, which its neighbours share. */
function inBase64(plain: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), plain])
      .toString("base64")
      .replaceAll("=", "");
    const first = Math.ceil((before * 8) / 6);
    const inner = text.slice(first, Math.floor(((before + plain.length) * 8) / 6));
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
