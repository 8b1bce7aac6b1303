import { chmodSync, readFileSync, writeFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { spawn } from "@lydell/node-pty";
import { freshFolder } from "../support/home-folder.ts";
import { until } from "../support/until.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

export type AtTerminal = {
  /** As if a person pressed the keys. */
  press(keys: string): void;
  /** All that was shown, with ESC for the character of that name. */
  screen(): string;
  /** Resolves once this was shown. */
  shows(text: string): Promise<void>;
  readonly ended: Promise<number>;
};

/** A program at a terminal of its own, ended with the test. */
export function atTerminal(
  t: TestContext,
  [program, ...args]: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>> = {},
  columns = 100,
): AtTerminal {
  let screen = "";
  const terminal = spawn(program, args, {
    name: "xterm-256color",
    cols: columns,
    rows: 40,
    env: { ...inherited(), ...environment },
  });
  terminal.onData((text) => (screen += text));
  let isOver = false;
  const ended = new Promise<number>((resolve) => {
    terminal.onExit(({ exitCode }) => {
      isOver = true;
      resolve(exitCode);
    });
  });
  t.after(async () => {
    if (!isOver) terminal.kill("SIGKILL");
    await ended;
  });
  return {
    press: (keys) => terminal.write(keys),
    screen: () => screen.replaceAll("\u001b", "ESC"),
    shows: (text) => until(() => screen.includes(text)),
    ended,
  };
}

/** But for what says how a terminal is to be used. */
function inherited(): NodeJS.ProcessEnv {
  const { NO_COLOR: _noColor, FORCE_COLOR: _forceColor, CI: _ci, TERM: _term, ...rest } = process.env;
  return rest;
}

/** A folder with the command `tillbridge` in it, which writes down how it was called when it is not asked for words. */
export function commandInFolder(t: TestContext): { readonly folder: string; called(): string } {
  const folder = freshFolder(t);
  const log = join(folder, "called.txt");
  const path = join(folder, "tillbridge");
  writeFileSync(
    path,
    `#!/bin/sh
if [ "$1" = complete ]; then exec ${process.execPath} ${MAIN} "$@"; fi
printf '%s|' "$@" >> ${log}
`,
  );
  chmodSync(path, 0o755);
  return { folder, called: () => (existsSync(log) ? readFileSync(log, "utf8") : "") };
}
