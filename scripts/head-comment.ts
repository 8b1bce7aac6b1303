import { readFileSync } from "node:fs";

/** For `--help`: what a script says of itself at its head. Ends the process. */
export function tellHelp(script: string): never {
  const lines = readFileSync(script, "utf8").split("\n");
  const end = lines.findIndex((line) => !line.startsWith("//"));
  console.log(
    lines
      .slice(0, end)
      .map((line) => line.replace(/^\/\/ ?/, ""))
      .join("\n"),
  );
  process.exit(0);
}
