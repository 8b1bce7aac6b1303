import type { Output } from "../../src/cli/output.ts";
import { withoutMarks } from "../../src/cli/paint.ts";

/** What a command said, by the way that it said it. */
type Told = { readonly result: unknown; readonly text: string; readonly notes: readonly string[] };

/** An output of a command that keeps what it is given, as a script with `--json` would hear it. */
export function keptOutput(): { readonly out: Output; readonly told: Told } {
  const notes: string[] = [];
  const told: Told = { result: undefined, text: "", notes };
  const out: Output = {
    json: true,
    result: (value, text) => void Object.assign(told, { result: value, text: withoutMarks(text()) }),
    refusal: () => {},
    failure: () => {},
    note: (text) => void notes.push(withoutMarks(text)),
  };
  return { out, told };
}
