import assert from "node:assert/strict";
import { test } from "node:test";
import { complete, type LookUp } from "../../../src/cli/completion/candidates.ts";
import { SCRIPTS, SHELLS } from "../../../src/cli/completion/scripts.ts";
import { COMMANDS, GROUPS } from "../../../src/cli/syntax.ts";

const BOOK = { commands: COMMANDS, groups: GROUPS };

const KNOWN = {
  terminals: ["counter-1", "counter-2", "bad\u202eid", "two words"],
  transactions: ["T1"],
  pos: ["till-1"],
  secrets: ["cloud-token"],
  vendors: ["acme"],
};

const lookUp: LookUp = (kind) => Promise.resolve(KNOWN[kind].map((value) => ({ value, meaning: kind })));
const nobody: LookUp = () => Promise.resolve([]);

async function offered(line: string, asked = lookUp): Promise<readonly string[] | "files"> {
  const before = line.split(" ");
  const word = before.pop() ?? "";
  const completion = await complete(BOOK, before, word, asked);
  return completion.kind === "files" ? "files" : completion.candidates.map(({ value }) => value);
}

const OFFERED: readonly (readonly [line: string, values: readonly string[] | "files"])[] = [
  ["termi", ["terminals"]],
  ["terminals sh", ["show"]],
  ["terminals show ", ["counter-1", "counter-2"]],
  ["terminals show counter-1 ", []],
  ["terminals add ", []],
  ["terminals list -", ["--home", "--json", "--yes", "--help"]],
  ["--json terminals show counter-2", ["counter-2"]],
  ["--home x terminals show counter-2", ["counter-2"]],
  ["sale --terminal c", ["counter-1", "counter-2"]],
  ["sale --terminal=counter-2", ["--terminal=counter-2"]],
  ["sale --terminal counter-1 --term", []],
  ["sale --amount ", []],
  ["refund --original ", ["T1"]],
  ["transactions ", ["list", "show", "timeline", "cancel", "resolve"]],
  ["transactions --state ", ["accepted", "dispatched", "settled"]],
  ["transactions list --outcome approved --outc", ["--outcome"]],
  ["transactions resolve T1 --outcome=not", ["--outcome=notPerformed"]],
  ["pos revoke ", ["till-1"]],
  ["pos add ", []],
  ["secret remove ", ["cloud-token"]],
  ["simulate ", ["acme"]],
  ["terminals add c --vendor ", ["acme"]],
  ["completion ", [...SHELLS]],
  ["help mon", ["money"]],
  ["help terminals po", ["poll"]],
  ["update apply ./x", "files"],
  ["simulate acme --scenario ", "files"],
  ["status --home ", "files"],
  ["frobnicate ", []],
  ["update dep", []],
];

for (const [line, values] of OFFERED) {
  test(`given \`tillbridge ${line}\`, Tab offers ${String(values) || "nothing"}`, async () => {
    assert.deepEqual(await offered(line), values);
  });
}

test("given no daemon, then what the syntax knows is offered all the same", async () => {
  assert.deepEqual(await offered("terminals show ", nobody), []);
  assert.deepEqual(await offered("transactions --state s", nobody), ["settled"]);
});

test("given nothing typed, then every command that people are told of is offered once", async () => {
  const words = await offered("");
  const first = COMMANDS.filter(({ isHidden }) => isHidden !== true).map((syntax) => syntax.words.split(" ")[0] ?? "");
  assert.deepEqual(words, [...new Set(first), "help"]);
});

test("every option of every command is offered after its words", async () => {
  for (const { words, options = [] } of COMMANDS) {
    const own = words.split(" ").filter((word) => !/^[<[]/.test(word));
    const list = await offered(`${own.join(" ")} --`);
    for (const { flags } of options) assert.ok(list.includes(flags.split(" ")[0] ?? ""), `${words}: ${flags}`);
  }
});

test("no script evaluates what was typed", () => {
  for (const [shell, script] of Object.entries(SCRIPTS)) {
    const code = script.replaceAll(/^#.*$/gm, "");
    assert.doesNotMatch(code, /\beval\b|Invoke-Expression|\biex\b/, shell);
    assert.match(code, / complete --shell /, shell);
  }
});
