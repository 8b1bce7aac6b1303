import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withHome } from "../../src/cli/home-option.ts";
import { homeWithDaemon, run } from "./command.ts";

describe("commands that a person is told", () => {
  it("are about the home that was named, in each place of a text", () => {
    assert.equal(
      withHome("Say `tillbridge pos add NAME`, then `sudo tillbridge doctor`; `docker ps` too.", "./try"),
      "Say `tillbridge pos add NAME --home ./try`, then `sudo tillbridge doctor --home ./try`; `docker ps` too.",
    );
  });

  it("hold a home with blanks as one word", () => {
    const quoted = process.platform === "win32" ? '"my shop"' : "'my shop'";
    assert.equal(withHome("`tillbridge status`", "my shop"), `\`tillbridge status --home ${quoted}\``);
  });

  it("stay as they are where none was named, where one stands there, and where they are of no home", () => {
    const text = "`tillbridge status`";
    assert.equal(withHome(text, undefined), text);
    for (const kept of [
      "`tillbridge daemon --home ./try`",
      "`tillbridge help pos`",
      "`tillbridge service start`",
      "`tillbridge`",
      "tillbridge status",
      "an open ` and tillbridge status",
    ])
      assert.equal(withHome(kept, "./other"), kept);
  });

  it("are so wherever the command says something: in its result, in a note, and in a failure", async (t) => {
    const { home, daemon } = await homeWithDaemon(t);
    daemon.answers.set("pos.list", () => ({ pos: [] }));
    const nobody = await run(t, ["pos", "--home", home]);
    assert.ok(nobody.stdout.includes(`\`tillbridge pos add NAME --home ${home}\``), nobody.stdout);
    const elsewhere = await run(t, ["doctor", "--home", home, "--terminal", "nobody", "--json"]);
    assert.equal(elsewhere.code, 1);
    assert.ok(elsewhere.stdout.includes(`\`tillbridge terminals --home ${home}\``), elsewhere.stdout);
    assert.ok(elsewhere.stderr.includes(`\`tillbridge terminals --home ${home}\``), elsewhere.stderr);
  });
});
