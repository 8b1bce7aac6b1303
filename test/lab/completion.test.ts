// needs: zsh, fish
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SCRIPTS } from "../../src/cli/completion/scripts.ts";
import { homeWithDaemon } from "../cli/command.ts";
import { until } from "../support/until.ts";
import { atTerminal, commandInFolder } from "./shell-at-terminal.ts";

/** What is typed is shown as it is typed: only the prompt itself has its word in one piece. */
const SHELLS = {
  bash: {
    start: ["bash", "--norc", "--noprofile", "-i"],
    load: (script: string) => `PS1='rea''dy> '; source ${script}\r`,
  },
  zsh: {
    start: ["zsh", "-f", "-i"],
    load: (script: string) => `PS1='rea''dy> '; autoload -U compinit; compinit -D -u; source ${script}\r`,
  },
  fish: {
    start: ["fish", "--no-config", "-i"],
    load: (script: string) => `function fish_prompt; echo -n 'rea''dy> '; end; source ${script}\r`,
  },
} as const;

/** What is typed, and how the command is then called. */
const TYPED: readonly (readonly [typed: string, called: string])[] = [
  ["tillbridge termi\tsh\tcoun\t\r", "terminals|show|counter-1|"],
  ["tillbridge sale --termi\tcoun\t--amo\t1\r", "sale|--terminal|counter-1|--amount|1|"],
  ["tillbridge transactions resolve T1 --outcome notP\t\r", "transactions|resolve|T1|--outcome|notPerformed|"],
  ["tillbridge transactions --state sett\t--terminal=coun\t\r", "transactions|--state|settled|--terminal=counter-1|"],
  ["tillbridge journal export --out a-fi\t\r", "journal|export|--out|a-file.txt|"],
];

for (const [name, { start, load }] of Object.entries(SHELLS)) {
  test(`in a real ${name}, Tab completes commands, options, their values, terminals of the daemon and files`, async (t) => {
    const { home, daemon } = await homeWithDaemon(t);
    daemon.answers.set("terminals.list", () => ({
      terminals: [{ id: "counter-1", vendor: "acme", state: "ready" }],
    }));
    const { folder, called } = commandInFolder(t);
    writeFileSync(join(folder, "a-file.txt"), "");
    const script = join(folder, "completion");
    writeFileSync(script, SCRIPTS[name as keyof typeof SCRIPTS]);
    const environment = { TILLBRIDGE_HOME: home, HOME: folder, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
    const shell = atTerminal(t, ["env", "-C", folder, ...start], environment);
    shell.press(load(script));
    await shell.shows("ready> ");

    let expected = "";
    for (const [typed, call] of TYPED) {
      shell.press(typed);
      expected += call;
      await until(() => called().length >= expected.length);
      assert.equal(called(), expected, shell.screen());
    }
  });

  test(`in a real ${name}, Tab without a daemon and with words that are commands says nothing and runs nothing`, async (t) => {
    const { folder, called } = commandInFolder(t);
    const script = join(folder, "completion");
    writeFileSync(script, SCRIPTS[name as keyof typeof SCRIPTS]);
    const environment = { TILLBRIDGE_HOME: folder, HOME: folder, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
    const shell = atTerminal(t, ["env", "-C", folder, ...start], environment);
    shell.press(load(script));
    await shell.shows("ready> ");

    shell.press(`tillbridge terminals show '$(touch run-by-tab)' coun\tter\r`);

    await until(() => called() !== "");
    assert.equal(called(), "terminals|show|$(touch run-by-tab)|counter|", shell.screen());
    assert.equal(existsSync(join(folder, "run-by-tab")), false);
    assert.doesNotMatch(shell.screen(), /rror|at .*\.ts/);
  });
}
