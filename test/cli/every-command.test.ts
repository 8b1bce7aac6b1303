import assert from "node:assert/strict";
import { test } from "node:test";
import { EXAMPLES, wordsAlone } from "../../src/cli/examples.ts";
import { COMMANDS } from "../../src/cli/syntax.ts";
import { TOPICS } from "../../src/cli/topics.ts";
import { freshFolder } from "../support/home-folder.ts";
import { run } from "./command.ts";

/** What is needed to come as far as the daemon, or the file, that is not there. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  "terminals add": ["--vendor", "acme", "--tcp", "127.0.0.1:9"],
  "terminals update": ["--name", "x"],
  "terminals lift-fence": ["--reason", "x"],
  "transactions show": ["T1"],
  "transactions timeline": ["T1"],
  "transactions cancel": ["T1"],
  "transactions resolve": ["T1", "--outcome", "approved", "--reason", "x"],
  "pos set": ["--shared"],
  "journal start-new": ["--reason", "x"],
  "journal adopt": ["--reason", "x"],
  "browser allow": ["--dry-run"],
  "browser remove": ["--dry-run"],
  "certificate install": ["--name", "not a name"],
  simulate: ["--tcp", "0"],
};
const ON = ["--terminal", "c1", "--amount", "5.00", "--currency", "EUR", "--original", "T1"];

/** These go on until they are ended, or change the machine that the tests run on: an option that does not exist is all they get. */
const NOT_RUN = /^(daemon$|service |update |certificate remove$|doctor$|bundle$|open$)/;

test("given --json, every command says exactly one JSON document, whether it is done or refused, and no stack", async (t) => {
  const home = freshFolder(t);
  const waiting = [...COMMANDS];
  const check = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const words = wordsAlone(next.words);
      const values = [...next.words.matchAll(/<\w+>/g)].map(() => "x");
      const pays = next.options?.some(({ flags }) => flags.startsWith("--despite")) === true;
      const options = NOT_RUN.test(words) ? ["--frobnicate"] : (NEEDED[words] ?? (pays ? ON : []));
      const args = [...words.split(" "), ...values, ...(words === "reconcile" ? ON.slice(0, 2) : options)];
      const { code, stdout, stderr } = await run(t, [...args, "--json", "--yes", "--home", home], { stdin: "" });
      if (words === "journal export" && code === 0) continue; // Its lines are its own.
      const what = `${args.join(" ")}: ${stdout}${stderr}`;
      assert.equal(stdout.trimEnd().split("\n").length, 1, what);
      const document = JSON.parse(stdout) as { readonly error?: { message: string; data: { reason: string } } };
      assert.equal(stderr.includes("    at "), false, what);
      if (document.error === undefined) continue;
      assert.notEqual(code, 0, what);
      assert.ok(document.error.message !== "" && document.error.data.reason !== "", what);
    }
  };
  await Promise.all([check(), check()]);
});

test("given --json and words that nobody understands, then they are one JSON document as well", async (t) => {
  for (const args of [["sail"], ["status", "--frobnicate"], ["terminals", "shw"], ["help", "cooking"], []]) {
    const { code, stdout } = await run(t, [...args, "--json"]);
    assert.equal(code, 2);
    assert.equal((JSON.parse(stdout) as { error: { data: { reason: string } } }).error.data.reason, "wrongUsage");
  }
});

test("every command that people are told of has an example, which its options allow", () => {
  for (const { words, options = [], isHidden } of COMMANDS) {
    if (isHidden === true) continue;
    const examples = EXAMPLES[wordsAlone(words)] ?? [];
    assert.notEqual(examples.length, 0, words);
    for (const [name] of examples.join(" ").matchAll(/--[a-z-]+/g)) {
      const known = [...options.map(({ flags }) => flags.split(" ")[0]), "--json", "--home"];
      assert.ok(known.includes(name), `${words}: ${name}`);
    }
  }
});

const MEANT: readonly (readonly [args: readonly string[], meant: RegExp])[] = [
  [["terminalz"], /Did you mean terminals\?/],
  [["terminals", "shw"], /Did you mean show\?/],
  [["status", "--jsn"], /Did you mean --json\?/],
  [["transactions", "--state", "setled"], /Did you mean settled\?/],
  [["doctor", "--language", "dee"], /Did you mean de\?/],
  [["help", "monney"], /Did you mean money\?/],
  [["completion", "bsh"], /Did you mean bash or zsh\?/],
  [["config", "set", "server.prot", "1"], /Did you mean port\?/],
];

test("a mistyped word is answered with the one that was meant", async (t) => {
  const home = freshFolder(t);
  for (const [args, meant] of MEANT) {
    const { stderr } = await run(t, [...args, "--home", home]);
    assert.match(stderr, meant, args.join(" "));
  }
});

test("every topic is shown, and named by the help", async (t) => {
  const { stdout } = await run(t, ["help"]);
  for (const topic of Object.keys(TOPICS)) assert.ok(stdout.includes(topic), topic);
  const { stdout: terminals } = await run(t, ["help", "terminals"]);
  assert.match(terminals, /tillbridge terminals add ID --vendor \S+ --tcp HOST:PORT/);
  assert.match(terminals, /Usage: tillbridge terminals/);
});
