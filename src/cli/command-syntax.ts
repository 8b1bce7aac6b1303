import type { Command } from "./call.ts";

export type OptionSyntax = {
  /** `--name VALUE`, `--name` for a switch, `--name [VALUE]` for both. */
  readonly flags: string;
  readonly what: string;
  readonly oneOf?: readonly string[];
  readonly repeatable?: true;
};

export type CommandSyntax = {
  /** The words, and the arguments after them: `terminals show <ID>`. */
  readonly words: string;
  readonly what: string;
  readonly options?: readonly OptionSyntax[];
  /** What a group does when no further word is given. */
  readonly isDefault?: true;
  /** Other programs call it; people are not told of it. */
  readonly isHidden?: true;
  /** Loaded when it is run: a start costs what it uses. */
  readonly load: () => Promise<Command>;
};

export const option = (flags: string, what: string): OptionSyntax => ({ flags, what });

/** All that may be typed. */
export type CommandBook = {
  readonly commands: readonly CommandSyntax[];
  /** What each word is about that others follow. */
  readonly groups: Readonly<Record<string, string>>;
};
