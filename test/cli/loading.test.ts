import assert from "node:assert/strict";
import { test } from "node:test";
import { homeWithDaemon, run } from "./command.ts";

const TELL_MODULES = `data:text/javascript,
import { registerHooks } from "node:module";
registerHooks({ load: (url, context, next) => { console.error("loads " + url); return next(url, context); } });`;

/** A start costs what it loads: `status` is to answer in well under a quarter of a second. */
test("a client command loads no schemas, no daemon, no journal and no driver", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.answers.set("diagnostics.health", () => ({ status: "ok", journal: {}, uptimeSeconds: 1, sessions: 1 }));
  daemon.answers.set("terminals.list", () => ({ terminals: [] }));
  const environment = { NODE_OPTIONS: `--import="${TELL_MODULES.replaceAll("\n", "").replaceAll('"', "'")}"` };

  const { code, stderr } = await run(t, ["status", "--home", home], { environment });

  const loaded = [...stderr.matchAll(/^loads (file:.*)$/gm)].map(([, url = ""]) => url);
  assert.equal(code, 0, stderr);
  assert.ok(
    loaded.some((url) => url.endsWith("/src/cli/commands/status.ts")),
    "the list is one",
  );
  const packages = new Set(loaded.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []));
  assert.deepEqual([...packages], ["commander", "get-east-asian-width", "ws"]);
  const elsewhere = loaded.filter((url) => /\/src\/(daemon|drivers|journal|transports|home)\//.test(url));
  assert.deepEqual(
    elsewhere.map((url) => url.slice(url.indexOf("/src/"))),
    ["/src/home/paths.ts"],
  );
});
