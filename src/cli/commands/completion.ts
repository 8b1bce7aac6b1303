import { complete, type Completion } from "../completion/candidates.ts";
import { liveValues } from "../completion/live.ts";
import { SCRIPTS, SHELLS, type Shell } from "../completion/scripts.ts";
import { inOneLine, readable } from "../readable.ts";
import type { Call, Command } from "../call.ts";
import type { CommandBook } from "../command-syntax.ts";
import { EXIT, wrongUsage } from "../exit.ts";

/** Prints what makes a shell complete this command. */
export const completion: Command = async (call) => {
  const [name = ""] = call.arguments;
  const shell = SHELLS.find((known) => known === name);
  if (shell === undefined) {
    throw wrongUsage(`There is no completion for ${name}. There is one for ${SHELLS.join(", ")}.`, {
      typed: name,
      known: SHELLS,
    });
  }
  const script = SCRIPTS[shell];
  call.out.result({ shell, script }, () => script.trimEnd());
  return Promise.resolve(EXIT.done);
};

/** Asked by a shell in which somebody has pressed the key: `complete --shell bash --word=cou -- terminals show`. */
export const candidatesOf =
  (book: CommandBook): Command =>
  async (call) => {
    const shell = call.text("shell") as Shell | undefined;
    const { before, word } = shell === "bash" ? withoutEqualsSigns(call) : typedIn(call);
    const home = homeIn(before);
    const asking: Call = home === undefined ? call : { ...call, home: call.composition.homeOf(home), homeOption: home };
    const found = await complete(book, before, word, liveValues(asking));
    if (call.out.json) call.out.result(found, () => "");
    else process.stdout.write(`${linesOf(found).join("\n")}\n`);
    return EXIT.done;
  };

/** Not by way of the result for people: there a tab is shown, and here it parts the value from its meaning. */
function linesOf(found: Completion): readonly string[] {
  if (found.kind === "files") return [found.kind];
  return [found.kind, ...found.candidates.map(({ value, meaning }) => `${value}\t${readable(inOneLine(meaning))}`)];
}

type Typed = { readonly before: readonly string[]; readonly word: string };

function typedIn(call: Call): Typed {
  return { before: call.arguments, word: call.text("word") ?? "" };
}

/** Bash makes three words of `--terminal=counter-1`. */
function withoutEqualsSigns(call: Call): Typed {
  const { before, word } = typedIn(call);
  return { before: before.filter((part) => part !== "="), word: word === "=" ? "" : word };
}

function homeIn(before: readonly string[]): string | undefined {
  const at = before.findLastIndex((part) => part === "--home" || part.startsWith("--home="));
  const part = before[at];
  if (part === undefined) return undefined;
  return part === "--home" ? before[at + 1] : part.slice("--home=".length);
}
