import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { shellWord } from "../../src/core/shell-word.ts";

const NASTY = ["", "a b", "it's", '"', "$(reboot)", "`reboot`", "a;b", "a\nb", "*", "~", "\\", "!!", "#", "=x", "é"];

test("a word that means itself is left as it is", () => {
  for (const word of ["tillbridge", "--tcp", "192.168.1.40:7000", "currency=CLP", "/dev/ttyACM0", "a_b-c.d"]) {
    assert.equal(shellWord(word, "posix"), word);
    assert.equal(shellWord(word, "windows"), word);
  }
});

if (process.platform !== "win32") {
  test("whatever is in it, a shell takes it for one word, and for that word", () => {
    const line = NASTY.map((word) => shellWord(word, "posix")).join(" ");
    const taken = execFileSync("sh", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" });
    assert.deepEqual(taken.split("\0").slice(0, -1), NASTY);
  });
}

test("on Windows it stands in double quotes", () => {
  assert.equal(shellWord("C:\\Program Files\\x", "windows"), '"C:\\Program Files\\x"');
  assert.equal(shellWord('{"type":"tcp"}', "windows"), '"{\\"type\\":\\"tcp\\"}"');
});
