import { shellWord } from "../core/shell-word.ts";

/** What ends a command that is to be about the same home: nothing where none was named. */
export function homeWords(homeOption: string | undefined): string {
  if (homeOption === undefined) return "";
  return ` --home ${shellWord(homeOption, process.platform === "win32" ? "windows" : "posix")}`;
}

/** Of no home, or of the system's own alone. */
const HOMELESS = new Set(["help", "service", "update", "completion", "simulate"]);

/**
 * A text whose commands are about the home that the person named: as they stand there they would be about the service of this machine, and most
 * would do the same to another shop's terminals.
 */
export function withHome(text: string, homeOption: string | undefined): string {
  if (homeOption === undefined) return text;
  return text.replace(/`((?:sudo )?tillbridge ([a-z-]+)[^`\n]*)`/g, (whole, command: string, name: string) =>
    HOMELESS.has(name) || command.includes("--home") ? whole : `\`${command}${homeWords(homeOption)}\``,
  );
}
