import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { freshFolder } from "../support/home-folder.ts";
import { run } from "./command.ts";

const POS = "https://pos.example.com";
const ON_LINUX = { skip: process.platform === "linux" ? false : "policies are files on Linux alone" };

test("a dry run shows each file that would be written, and writes none", ON_LINUX, async (t) => {
  const home = freshFolder(t);
  writeFileSync(join(home, "config.json"), JSON.stringify({ server: { allowedOrigins: [POS] } }));

  const shown = await run(t, ["browser", "allow", "--dry-run", "--json", "--home", home]);

  assert.equal(shown.code, 0, shown.stderr);
  const { done, changes } = JSON.parse(shown.stdout) as {
    readonly done: boolean;
    readonly changes: readonly { readonly browser: string; readonly where: string; readonly text: string }[];
  };
  assert.equal(done, false);
  const chromium = changes.find(({ browser }) => browser === "Chromium");
  assert.equal(chromium?.where, "/etc/chromium/policies/managed/tillbridge.json");
  assert.deepEqual(JSON.parse(chromium.text), {
    LoopbackNetworkAllowedForUrls: [POS],
    LocalNetworkAccessAllowedForUrls: [POS],
  });
  assert.equal(shown.stderr, "", "it is on the daemon's list as well");
});

test(
  "an origin that the daemon does not let in is allowed, and the command that lets it in is said",
  ON_LINUX,
  async (t) => {
    const home = freshFolder(t);
    writeFileSync(join(home, "config.json"), JSON.stringify({ server: { allowedOrigins: [POS] } }));
    const shown = await run(t, ["browser", "allow", "https://new.example.com", "--dry-run", "--home", home]);
    assert.equal(shown.code, 0, shown.stderr);
    assert.ok(
      shown.stderr.includes(
        `\`tillbridge config set server.allowedOrigins '["${POS}","https://new.example.com"]' --home ${home}\`, then start it again.`,
      ),
      shown.stderr,
    );
  },
);

test("pages of this machine need no permission, and get into no policy", ON_LINUX, async (t) => {
  const home = freshFolder(t);
  const local = ["http://localhost:9100", "http://127.0.0.1:9100", "http://till.localhost", "http://[::1]:9100"];
  const plain = "http://192.168.1.20";
  writeFileSync(join(home, "config.json"), JSON.stringify({ server: { allowedOrigins: [...local, POS, plain] } }));

  const shown = await run(t, ["browser", "allow", "--dry-run", "--json", "--home", home]);

  assert.equal(shown.code, 0, shown.stderr);
  assert.ok(shown.stdout.includes(POS));
  assert.doesNotMatch(shown.stdout, /localhost|127\.0\.0\.1|::1/);
  assert.deepEqual(shown.stderr.trim().split("\n"), [
    ...local.map((origin) => `${origin} needs no permission: it is a page of this machine.`),
    `Browsers never let ${plain} in: it is not encrypted. Use https.`,
  ]);
});

test("what is no origin, and nothing at all, are wrong usage", async (t) => {
  const home = freshFolder(t);
  const wrong = [
    "pos.example.com",
    "https://pos.example.com/till",
    "https://*.example.com",
    "*",
    "ftp://x.example.com",
  ];
  const ended = await Promise.all(
    [[], ...wrong.map((origin) => [origin])].map((words) => run(t, ["browser", "allow", ...words, "--home", home])),
  );
  assert.deepEqual(
    ended.map(({ code }) => code),
    ended.map(() => 2),
  );
  for (const { stderr } of ended) assert.match(stderr, /https:\/\/pos\.example\.com/);
});
