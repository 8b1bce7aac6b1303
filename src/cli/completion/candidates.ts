import { option, type CommandBook, type CommandSyntax, type OptionSyntax } from "../command-syntax.ts";
import { TOPICS } from "../topics.ts";
import { valueKindOf, type LiveKind } from "./value-kinds.ts";
import { SHELLS } from "./scripts.ts";

export type Candidate = { readonly value: string; readonly meaning: string };

/** What may stand where the cursor is. */
export type Completion =
  { readonly kind: "files" } | { readonly kind: "words"; readonly candidates: readonly Candidate[] };

/** What only the machine knows. It answers nothing where it cannot tell. */
export type LookUp = (kind: LiveKind) => Promise<readonly Candidate[]>;

const NOTHING: Completion = { kind: "words", candidates: [] };

const EVERYWHERE: readonly OptionSyntax[] = [
  option("--home <DIR>", "the home folder"),
  option("--json", "the result as one JSON document"),
  option("--yes", "ask no question"),
  option("--help", "what it is about"),
];

/** The help is no command of the table. */
const HELP: CommandSyntax = {
  words: "help [TOPIC...]",
  what: "what a command or topic is about",
  load: () => Promise.reject(new Error("The parser has its own.")),
};

/**
 * @param before the words before the cursor, without the command's own
 * @param word what of the last word stands before the cursor
 */
export async function complete(
  book: CommandBook,
  before: readonly string[],
  word: string,
  lookUp: LookUp,
): Promise<Completion> {
  const typed = read(book, before);
  if (typed.open !== undefined) return startingWith(word, "", await valuesOf(typed.command, typed.open, lookUp));
  const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  const named = name === undefined ? undefined : optionNamed(typed.command, name);
  if (named !== undefined)
    return startingWith(value ?? "", `${name ?? ""}=`, await valuesOf(typed.command, named, lookUp));
  if (word.startsWith("-")) return startingWith(word, "", optionsOf(typed));
  return startingWith(word, "", await wordsAfter(book, typed, lookUp));
}

type Typed = {
  /** The words that are no options. */
  readonly words: readonly string[];
  readonly command: CommandSyntax | undefined;
  readonly options: readonly string[];
  /** The option whose value comes next. */
  readonly open: OptionSyntax | undefined;
};

function read(book: CommandBook, before: readonly string[]): Typed {
  const words: string[] = [];
  const options: string[] = [];
  let open: OptionSyntax | undefined;
  for (const part of before) {
    if (open !== undefined) {
      open = undefined;
    } else if (part.startsWith("-")) {
      const name = part.replace(/=.*/s, "");
      options.push(name);
      const known = part.includes("=") ? undefined : optionNamed(commandOf(book, words), part);
      open = known !== undefined && /<.+>/.test(known.flags) ? known : undefined;
    } else {
      words.push(part);
    }
  }
  return { words, command: commandOf(book, words), options, open };
}

/** The one that the words name, or begin: a group alone is its default. */
function commandOf({ commands }: CommandBook, words: readonly string[]): CommandSyntax | undefined {
  const known = [...commands, HELP];
  const named = (count: number) =>
    known.find((syntax) => ownWords(syntax).join(" ") === words.slice(0, count).join(" "));
  const [first = ""] = words;
  return named(2) ?? named(1) ?? known.find((syntax) => syntax.isDefault === true && ownWords(syntax)[0] === first);
}

/** `terminals`, `show` of `terminals show <ID>` */
function ownWords({ words }: CommandSyntax): readonly string[] {
  return words.split(" ").filter((word) => !/^[<[]/.test(word));
}

function optionNamed(command: CommandSyntax | undefined, name: string): OptionSyntax | undefined {
  return [...(command?.options ?? []), ...EVERYWHERE].find(({ flags }) => nameOf(flags) === name);
}

function nameOf(flags: string): string {
  return flags.split(" ")[0] ?? flags;
}

function optionsOf({ command, options }: Typed): Completion {
  const left = [...(command?.options ?? []), ...EVERYWHERE].filter(
    ({ flags, repeatable }) => repeatable === true || !options.includes(nameOf(flags)),
  );
  return { kind: "words", candidates: left.map(({ flags, what }) => ({ value: nameOf(flags), meaning: what })) };
}

async function wordsAfter(book: CommandBook, { words, command }: Typed, lookUp: LookUp): Promise<Completion> {
  const next = nextWords(book, words);
  const argument = command === undefined ? undefined : argumentAfter(words, command);
  if (command === undefined || argument === undefined) return { kind: "words", candidates: next };
  if (command === HELP)
    return { kind: "words", candidates: words.length === 1 ? topics(book) : nextWords(book, words.slice(1)) };
  const values = await valuesAt(command, argument, lookUp);
  if (values.kind === "files") return values;
  return { kind: "words", candidates: [...next, ...values.candidates] };
}

/** The next words of the commands that begin with these. */
function nextWords({ commands, groups }: CommandBook, words: readonly string[]): readonly Candidate[] {
  const next = new Map<string, string>();
  for (const syntax of [...commands, HELP]) {
    if (syntax.isHidden === true) continue;
    const own = ownWords(syntax);
    const word = own[words.length];
    if (word === undefined || !words.every((typed, at) => own[at] === typed)) continue;
    const isGroup = words.length === 0 && own.length > 1;
    if (!next.has(word)) next.set(word, isGroup ? (groups[word] ?? "") : syntax.what);
  }
  return [...next].map(([value, meaning]) => ({ value, meaning }));
}

function topics(book: CommandBook): readonly Candidate[] {
  return [...nextWords(book, []), ...Object.keys(TOPICS).map((value) => ({ value, meaning: "a topic" }))];
}

/** `<ID>`, where that is what comes next. */
function argumentAfter(words: readonly string[], command: CommandSyntax): string | undefined {
  const own = ownWords(command).length;
  const all = command.words.split(" ").slice(own);
  return all[words.length - own] ?? all.find((argument) => argument.includes("..."));
}

function valuesOf(
  command: CommandSyntax | undefined,
  { flags, oneOf }: OptionSyntax,
  lookUp: LookUp,
): Promise<Completion> {
  if (oneOf !== undefined) {
    return Promise.resolve({ kind: "words", candidates: oneOf.map((value) => ({ value, meaning: "" })) });
  }
  return valuesAt(command, flags, lookUp);
}

/** @param place `--terminal <ID>` of an option, `<ID>` of an argument */
async function valuesAt(command: CommandSyntax | undefined, place: string, lookUp: LookUp): Promise<Completion> {
  const kind = valueKindOf(command?.words ?? "", place);
  if (kind === undefined) return NOTHING;
  if (kind === "files") return { kind };
  if (kind === "shells") return { kind: "words", candidates: SHELLS.map((value) => ({ value, meaning: "" })) };
  return { kind: "words", candidates: await lookUp(kind) };
}

/** One that a shell or a screen could misread is not offered. */
const PLAIN_WORD = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u;

function startingWith(word: string, prefix: string, completion: Completion): Completion {
  if (completion.kind === "files") return completion;
  const fitting = new Map(
    completion.candidates
      .filter(({ value }) => value.startsWith(word) && PLAIN_WORD.test(value))
      .map(({ value, meaning }) => [prefix + value, meaning]),
  );
  return { kind: "words", candidates: [...fitting].map(([value, meaning]) => ({ value, meaning })) };
}
