import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test, type TestContext } from "node:test";
import { homeWithDaemon } from "../cli/command.ts";
import { atTerminal } from "./shell-at-terminal.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const SALE = ["sale", "--terminal", "counter-1", "--amount", "12.50", "--currency", "EUR", "--yes"];
const CTRL_C = "\u0003";

function tillbridge(t: TestContext, args: readonly string[], environment: Record<string, string> = {}, columns = 100) {
  return atTerminal(t, [process.execPath, MAIN, ...args], { LANG: "en_US.UTF-8", ...environment }, columns);
}

test("on a real terminal, the stage moves in one line, and only the result is left of it", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.onAccepted = ({ requestId }) => daemon.progress(requestId, "presentCard");
  const sale = tillbridge(t, [...SALE, "--home", home, "--request-id", "R1"]);

  await sale.shows(" present card");
  daemon.settle("R1", { kind: "approved" });

  assert.equal(await sale.ended, 0);
  assert.match(sale.screen(), /\rESC\[J(?:ESC\[2m)?transaction/);
  assert.equal(sale.screen().includes("ESC[?25"), false, "the cursor is left alone");
});

test("on a real terminal, the first Ctrl-C cancels and waits, and the second leaves with 4", async (t) => {
  const { home } = await homeWithDaemon(t);
  const sale = tillbridge(t, [...SALE, "--home", home]);
  await sale.shows("accepted");

  sale.press(CTRL_C);
  await sale.shows("canceling; the result decides");
  sale.press(CTRL_C);

  assert.equal(await sale.ended, 4);
  assert.match(sale.screen(), /\rESC\[Jtillbridge: .*may have been paid/s);
});

test("on a narrow terminal, terminals are shown as lists, in colours unless NO_COLOR is set", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  const terminal = {
    id: "counter-1",
    vendor: "acme",
    link: { type: "tcp", host: "192.168.1.41", port: 7000 },
    state: "fenced",
    queue: 0,
    detail: "\u001b[32mready\u202e",
  };
  daemon.answers.set("terminals.list", () => ({ terminals: [terminal] }));

  const coloured = tillbridge(t, ["terminals", "--home", home], {}, 40);
  const plain = tillbridge(t, ["terminals", "--home", home], { NO_COLOR: "1" }, 40);
  await Promise.all([coloured.ended, plain.ended]);

  assert.match(coloured.screen(), /^ESC\[1mcounter-1ESC\[22m\r\n {2}ESC\[2mvendor {3}ESC\[22m {2}acme\r\n/);
  assert.ok(coloured.screen().includes("ESC[31mfencedESC[39m"));
  assert.equal(plain.screen().includes("ESC"), false);
  assert.ok(plain.screen().includes("\\u{1b}[32mready\\u{202e}"));
});
