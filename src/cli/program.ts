import { Command as Parser, CommanderError, Option } from "commander";
import packageDescription from "../../package.json" with { type: "json" };
import type { Call, Composition } from "./call.ts";
import type { CommandSyntax, OptionSyntax } from "./command-syntax.ts";
import { examplesOf } from "./examples.ts";
import { EXIT, reasonOf, wrongUsage, type CommandFailure } from "./exit.ts";
import { tellFailure } from "./failures.ts";
import { headingOf, inOrderOfHelp } from "./headings.ts";
import { createOutput, flushed } from "./output.ts";
import { readable } from "./readable.ts";
import { COMMANDS, GROUPS } from "./syntax.ts";
import { TOPICS, VENDORS } from "./topics.ts";
import { waysToAdd } from "./vendor-words.ts";

/** Runs one command line to its end, and answers the exit code. */
export async function runCommandLine(typed: readonly string[], composition: Composition): Promise<number> {
  const outlets = [process.stdout, process.stderr].map(watchOutlet);
  const exitCode = await run(typed, composition);
  // What was done is not told: by 0 nobody would look, and 1 says that no money moved.
  return exitCode === EXIT.done && outlets.some(({ isBroken }) => isBroken()) ? EXIT.unknown : exitCode;
}

async function run(typed: readonly string[], composition: Composition): Promise<number> {
  // What is not understood at all is told in the way that was asked for too.
  const chosen: Chosen = { out: createOutput(typed.includes("--json")) };
  const program = createProgram((parser, command) => {
    const call = callOf(parser, composition);
    chosen.call = call;
    chosen.out = call.out;
    chosen.run = async () => (await command())(call);
  });
  try {
    program.parse(typed, { from: "user" });
    const exitCode = (await chosen.run?.()) ?? EXIT.done;
    // Where the person said no, there is no result, and no failure that was thrown.
    if (exitCode !== EXIT.done) chosen.out.failure(reasonOf(exitCode), "Nothing was done.");
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOf(error, chosen);
    return await tellFailure(error, chosen.out, chosen.call);
  } finally {
    await flushed();
  }
}

type Chosen = { run?: () => Promise<number>; call?: Call; out: Call["out"] };

/**
 * Whoever reads may have had enough, as `head -1` has: the command goes on to its end, and its exit code stays the truth. So it goes on where
 * a disk is full, and tells by its exit code that something is missing. A daemon listens itself.
 */
function watchOutlet(stream: NodeJS.WriteStream): { isBroken(): boolean } {
  let isBroken = false;
  stream.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code !== "EPIPE" && stream.listenerCount("error") === 1) isBroken = true;
  });
  return { isBroken: () => isBroken };
}

/** The parser has said it in words. */
function exitCodeOf({ exitCode, message }: CommanderError, { out }: Chosen): number {
  if (exitCode === 0) return EXIT.done;
  const isHelp = message.startsWith("(");
  out.failure(reasonOf(EXIT.usage), isHelp ? "Say a command. `tillbridge help` tells them." : withoutKind(message));
  return EXIT.usage;
}

function withoutKind(message: string): string {
  return message.replace(/^error: /, "");
}

type Choose = (parser: Parser, command: CommandSyntax["load"]) => void;

function createProgram(choose: Choose): Parser {
  const program = prepared(new Parser("tillbridge"))
    .description("A bridge between POS programs and card terminals. It moves money at most once per request.")
    .version(packageDescription.version, "--version", "the version of this command")
    .helpCommand(false)
    .addHelpText("after", () => `\nTopics of \`tillbridge help\`: ${Object.keys(TOPICS).join(", ")}`);
  const groups = new Map<string, Parser>();
  for (const syntax of inOrderOfHelp(COMMANDS)) {
    const { group, name } = wordsOf(syntax);
    const parent = group === undefined ? program : (groups.get(group) ?? addGroup(program, groups, group));
    addCommand(parent, name, syntax, choose);
  }
  const help = prepared(program.command("help [TOPIC...]"))
    .description("this, or what a command or topic is about")
    .helpGroup(headingOf("help"));
  help.action((words: readonly string[]) => choose(help, async () => async (call) => tellHelp(program, words, call)));
  return program;
}

function addCommand(parent: Parser, name: string, syntax: CommandSyntax, choose: Choose): void {
  const shown = { isDefault: syntax.isDefault === true, hidden: syntax.isHidden === true };
  const parser = prepared(parent.command(name, shown)).description(syntax.what);
  if (parent.parent === null) parser.helpGroup(headingOf(parser.name()));
  parser.addHelpText("after", () => examplesOf(syntax));
  if (syntax.isDefault === true) parent.addHelpText("after", () => defaultOf(syntax));
  for (const option of syntax.options ?? []) parser.addOption(optionOf(option));
  // Any other word of a group comes to its default, which says so better than commander.
  if (syntax.isDefault === true) parser.allowExcessArguments();
  parser.action(() => {
    if (syntax.isDefault === true && parser.args.length > 0) throw noSuchCommand(parent);
    choose(parser, syntax.load);
  });
}

function noSuchCommand(group: Parser): CommandFailure {
  const words = group.args.filter((word) => !word.startsWith("-"));
  const typed = ["tillbridge", group.name(), ...words].join(" ");
  const known = group.commands.map((command) => command.name());
  return wrongUsage(`There is no \`${typed}\`. \`tillbridge help ${group.name()}\` tells what there is.`, {
    typed: words[0] ?? "",
    known,
  });
}

/** A group without a word is one of its commands, and takes its options. */
function defaultOf({ words, options = [] }: CommandSyntax): string {
  const width = Math.max(0, ...options.map(({ flags }) => flags.length));
  const lines = options.map(({ flags, what }) => `  ${flags.padEnd(width)}  ${what}`);
  return [`\nWithout one of them it is \`tillbridge ${words}\`${lines.length === 0 ? "." : ":"}`, ...lines].join("\n");
}

function addGroup(program: Parser, groups: Map<string, Parser>, group: string): Parser {
  const parser = prepared(program.command(group))
    .description(GROUPS[group] ?? "")
    .helpGroup(headingOf(group))
    .helpCommand(false);
  groups.set(group, parser);
  return parser;
}

/** What every level knows: `--home`, `--json` and `--yes` stand before, between or after the words. */
function prepared(parser: Parser): Parser {
  return parser
    .exitOverride()
    .configureHelp({ subcommandTerm })
    .enablePositionalOptions()
    .showHelpAfterError("`tillbridge help` tells more.")
    .configureOutput({ outputError: (text, write) => write(readable(text.replace(/^error: /, "tillbridge: "))) })
    .addOption(optionOf({ flags: "--home <DIR>", what: "the home folder" }))
    .addOption(optionOf({ flags: "--json", what: "the result as one JSON document on standard output" }))
    .addOption(optionOf({ flags: "--yes", what: "ask no question" }));
}

/** Every command has options: that is no news in a list of them. */
function subcommandTerm(command: Parser): string {
  const words = command.registeredArguments.map((argument) => {
    const name = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...words].join(" ");
}

/** `terminals show <ID>`: the group, and the rest as commander wants it. */
function wordsOf({ words }: CommandSyntax): { readonly group?: string; readonly name: string } {
  const [first = "", second, ...rest] = words.split(" ");
  if (second === undefined || !(first in GROUPS)) return { name: words };
  return { group: first, name: [second, ...rest].join(" ") };
}

function optionOf({ flags, what, oneOf, repeatable }: OptionSyntax): Option {
  const option = new Option(flags, oneOf === undefined ? what : `${what}: ${oneOf.join(", ")}`);
  if (!flags.includes(" ")) return option;
  return option.argParser((value: string, before: unknown) => {
    if (oneOf !== undefined && !oneOf.includes(value)) {
      const said = `--${option.name()} is one of ${oneOf.join(", ")}, not ${value}.`;
      throw wrongUsage(said, { typed: value, known: oneOf });
    }
    if (repeatable === true) return [...(Array.isArray(before) ? (before as string[]) : []), value];
    // An amount that stands there twice is no amount.
    if (before !== undefined) throw wrongUsage(`--${option.name()} is given twice.`);
    return value;
  });
}

function callOf(parser: Parser, composition: Composition): Call {
  const levels: Parser[] = [];
  for (let level: Parser | null = parser; level !== null; level = level.parent) levels.push(level);
  const given = (name: string): readonly unknown[] =>
    levels.flatMap((level) => {
      const option = level.options.find((known) => known.name() === name);
      const value: unknown = option === undefined ? undefined : level.getOptionValue(option.attributeName());
      return value === undefined ? [] : [value];
    });
  const text = (name: string) => {
    const values = given(name).filter((value) => typeof value === "string");
    if (values.length > 1) throw wrongUsage(`--${name} is given twice.`);
    return values[0];
  };
  const flag = (name: string) => given(name).includes(true);
  const homeOption = text("home");
  return {
    arguments: parser.args,
    text,
    flag,
    texts: (name) => given(name).flatMap((value) => (Array.isArray(value) ? (value as string[]) : [])),
    home: composition.homeOf(homeOption),
    homeOption,
    yes: flag("yes"),
    out: createOutput(flag("json"), homeOption),
    composition,
  };
}

async function tellHelp(program: Parser, words: readonly string[], { out, composition }: Call): Promise<number> {
  const topic = words.length === 1 ? await topicOf(words[0] ?? "", composition) : undefined;
  const isCommand = topic === undefined || program.commands.some((command) => command.name() === words[0]);
  const text = [topic, isCommand ? helpOf(program, words).trimEnd() : undefined].filter(Boolean).join("\n\n");
  out.result({ about: words, text }, () => text);
  return EXIT.done;
}

async function topicOf(name: string, { loadVendors }: Composition): Promise<string | undefined> {
  const text = Object.hasOwn(TOPICS, name) ? TOPICS[name] : undefined;
  return text?.includes(VENDORS) === true ? text.replace(VENDORS, waysToAdd(await loadVendors())) : text;
}

function helpOf(program: Parser, words: readonly string[]): string {
  let about = program;
  for (const word of words) {
    const next = about.commands.find((command) => command.name() === word);
    if (next === undefined) {
      const known = [...about.commands.map((command) => command.name()), ...Object.keys(TOPICS)];
      throw wrongUsage(`There is no help about ${words.join(" ")}. \`tillbridge help\` tells what there is.`, {
        typed: word,
        known,
      });
    }
    about = next;
  }
  let text = "";
  about.configureOutput({ ...about.configureOutput(), writeOut: (part) => (text += part) });
  about.outputHelp();
  return text;
}
