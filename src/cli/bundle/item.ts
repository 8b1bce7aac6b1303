/** A file that may come into the bundle, and what it is in a sentence. */
export type Item = {
  /** In the archive, with forward slashes. */
  readonly path: string;
  readonly what: string;
} & ({ readonly kind: "text"; readonly text: string } | { readonly kind: "leftOut"; readonly why: string });

export function textItem(path: string, what: string, text: string): Item {
  return { kind: "text", path, what, text };
}

export function jsonItem(path: string, what: string, value: unknown): Item {
  return textItem(path, what, `${JSON.stringify(value, undefined, 2)}\n`);
}

export function leftOut(path: string, what: string, why: string): Item {
  return { kind: "leftOut", path, what, why };
}

/** Looks at one thing; where that fails the bundle says so and goes on. */
export async function itemsOf(
  path: string,
  what: string,
  look: () => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  try {
    return await look();
  } catch (error) {
    return [leftOut(path, what, error instanceof Error ? error.message : "it could not be read")];
  }
}
