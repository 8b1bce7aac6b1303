/** The headings of the help, in order, and the first words of the commands below each. */
const BY_HEADING: Readonly<Record<string, readonly string[]>> = {
  "Every day:": ["status", "terminals", "transactions", "open"],
  "Payments:": ["sale", "refund", "void", "preauthorize", "capture", "adjust", "reconcile"],
  "Setting up:": ["discover", "pos", "config", "secret", "certificate", "browser", "callbacks"],
  "When something is wrong:": ["doctor", "trace", "bundle", "journal"],
  "The service:": ["service", "update", "daemon"],
  "Trying things out, and help:": ["simulate", "completion", "help"],
};

const HEADINGS = Object.keys(BY_HEADING);
const LAST = HEADINGS.at(-1) ?? "";

/** What nobody put anywhere is among the last. */
export function headingOf(word: string): string {
  return HEADINGS.find((heading) => BY_HEADING[heading]?.includes(word)) ?? LAST;
}

/** The commands as the help lists them: heading by heading. */
export function inOrderOfHelp<Syntax extends { readonly words: string }>(
  commands: readonly Syntax[],
): readonly Syntax[] {
  const order = Object.values(BY_HEADING).flat();
  const placeOf = ({ words }: Syntax) => {
    const place = order.indexOf(words.split(" ")[0] ?? "");
    return place < 0 ? order.length : place;
  };
  return [...commands].sort((one, other) => placeOf(one) - placeOf(other));
}
