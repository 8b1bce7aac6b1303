import { Command as Parser, CommanderError, Option } from "commander";
import packageDescription from "../../package.json" with { type: "json" };
import { NoAnswer, NotConnected, RequestRefused } from "../client/errors.ts";
import type { Call, Composition } from "./call.ts";
import type { CommandSyntax, OptionSyntax } from "./command-syntax.ts";
import { CommandFailure, EXIT, wrongUsage } from "./exit.ts";
import { createOutput, flushed, type Output } from "./output.ts";
import { COMMANDS, GROUPS } from "./syntax.ts";
import { TOPICS } from "./topics.ts";

/** Runs one command line to its end, and answers the exit code. */
export async function runCommandLine(typed: readonly string[], composition: Composition): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) forgiveClosedPipe(stream);
  const chosen: { run?: () => Promise<number>; out: Output } = { out: createOutput(false) };
  const program = createProgram((parser, syntax) => {
    const call = callOf(parser, composition);
    chosen.out = call.out;
    chosen.run = async () => (await syntax.load())(call);
  });
  try {
    program.parse(typed, { from: "user" });
    return (await chosen.run?.()) ?? EXIT.done;
  } catch (error) {
    return exitCodeOf(error, chosen.out);
  } finally {
    await flushed();
  }
}

/**
 * Whoever reads may have had enough, as `head -1` has: the command goes on to its end, and its exit code stays the truth. What
 * else fails is no success, except to a daemon, which listens itself and outlives it.
 */
function forgiveClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && stream.listenerCount("error") === 1) throw error;
  });
}

/** Tells what went wrong. Our own mistakes are not caught: their stack is for us. */
function exitCodeOf(error: unknown, out: Output): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage; // It has said why.
  if (error instanceof CommandFailure) {
    if (error.refusal !== undefined) out.refusal(error.refusal);
    out.note(`tillbridge: ${error.message}`);
    return error.exitCode;
  }
  if (error instanceof RequestRefused) {
    out.refusal(error);
    out.note(`tillbridge: ${error.message}`);
    return error.reason === "invalidParams" ? EXIT.usage : EXIT.refused;
  }
  if (error instanceof NotConnected || error instanceof NoAnswer) {
    out.note(`tillbridge: ${error.message}`);
    return EXIT.unreachable;
  }
  throw error;
}

function createProgram(choose: (parser: Parser, syntax: CommandSyntax) => void): Parser {
  const program = prepared(new Parser("tillbridge"))
    .description("A bridge between POS programs and card terminals. It moves money at most once per request.")
    .version(packageDescription.version, "--version", "the version of this command")
    .helpCommand(false)
    .addHelpText("after", `\nTopics of \`tillbridge help\`: ${Object.keys(TOPICS).join(", ")}`);
  const groups = new Map<string, Parser>();
  for (const syntax of COMMANDS) {
    const { group, name } = wordsOf(syntax);
    const parent = group === undefined ? program : (groups.get(group) ?? addGroup(program, groups, group));
    const shown = { isDefault: syntax.isDefault === true, hidden: syntax.isHidden === true };
    const parser = prepared(parent.command(name, shown)).description(syntax.what);
    for (const option of syntax.options ?? []) parser.addOption(optionOf(option));
    // Any other word of a group comes to its default, which says so better than commander.
    if (syntax.isDefault === true) parser.allowExcessArguments();
    parser.action(() => {
      if (syntax.isDefault === true && parser.args.length > 0) throw noSuchCommand(parent);
      choose(parser, syntax);
    });
  }
  program
    .command("help [TOPIC...]")
    .description("this, or what a command or topic is about")
    .action((words: readonly string[]) => tellHelp(program, words));
  return program;
}

function noSuchCommand(group: Parser): CommandFailure {
  const typed = ["tillbridge", group.name(), ...group.args].join(" ");
  return wrongUsage(`There is no \`${typed}\`. \`tillbridge help ${group.name()}\` tells what there is.`);
}

function addGroup(program: Parser, groups: Map<string, Parser>, group: string): Parser {
  const parser = prepared(program.command(group))
    .description(GROUPS[group] ?? "")
    .helpCommand(false);
  groups.set(group, parser);
  return parser;
}

/** What every level knows: `--home`, `--json` and `--yes` stand before, between or after the words. */
function prepared(parser: Parser): Parser {
  return parser
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError("`tillbridge help` tells more.")
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "tillbridge: ")) })
    .addOption(optionOf({ flags: "--home <DIR>", what: "the home folder" }))
    .addOption(optionOf({ flags: "--json", what: "the result as one JSON document on standard output" }))
    .addOption(optionOf({ flags: "--yes", what: "ask no question" }));
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
      throw wrongUsage(`--${option.name()} is one of ${oneOf.join(", ")}, not ${value}.`);
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
    out: createOutput(flag("json")),
    composition,
  };
}

function tellHelp(program: Parser, words: readonly string[]): void {
  const topic = words.length === 1 ? TOPICS[words[0] ?? ""] : undefined;
  if (topic !== undefined) {
    process.stdout.write(`${topic}\n`);
    return;
  }
  let about = program;
  for (const word of words) {
    const next = about.commands.find((command) => command.name() === word);
    if (next === undefined) {
      throw wrongUsage(`There is no help about ${words.join(" ")}. \`tillbridge help\` tells what there is.`);
    }
    about = next;
  }
  about.outputHelp();
}
