// needs: chromium, openssl, fonts-dejavu-core, root
// What `tillbridge browser` writes is what a real browser reads: a page of the internet reaches the daemon with it, and not without.
import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { run } from "../../cli/command.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { openShop } from "../../support/shop.ts";
import { openChromium } from "./chromium.ts";
import { openSite, type Site } from "./page-server.ts";

const POS = "https://pos.example.com";
const OTHER = "https://other.example.com";
const MANAGED = "/etc/chromium/policies/managed";

test(
  "a page of the internet opens a socket after `browser allow`, and no more after `browser remove`",
  { timeout: 120_000 },
  async (t) => {
    const others = policyFiles();
    const shop = await openShop(t, { config: { server: { allowedOrigins: [POS, OTHER] } } });
    const [pos, other] = await Promise.all([openSite(t, POS), openSite(t, OTHER)]);
    for (const site of [pos, other]) site.put("/", "<!doctype html><title>Till</title>");
    const sees = (site: Site) => visit(t, [pos, other], site, shop.url);
    t.after(() => browser(t, "remove"));

    assert.deepEqual(await sees(pos), { permission: "prompt", socket: "closed 1006" });

    await browser(t, "allow", POS);
    assert.deepEqual(await sees(pos), { permission: "granted", socket: "hello" });
    assert.deepEqual(await sees(other), { permission: "prompt", socket: "closed 1006" });

    await browser(t, "allow", OTHER);
    assert.deepEqual(await sees(other), { permission: "granted", socket: "hello" });
    await browser(t, "remove", POS);
    assert.deepEqual(await sees(pos), { permission: "prompt", socket: "closed 1006" });

    await browser(t, "remove");
    assert.deepEqual(await sees(other), { permission: "prompt", socket: "closed 1006" });
    assert.deepEqual(policyFiles(), others, "nothing is left behind");
  },
);

async function browser(t: TestContext, ...words: readonly string[]): Promise<void> {
  const home = freshFolder(t);
  writeFileSync(join(home, "config.json"), "{}");
  const { code, stderr } = await run(t, ["browser", ...words, "--home", home]);
  assert.equal(code, 0, stderr);
}

/** In a browser that is started afresh: what it may, and whether the daemon's first word arrives. */
async function visit(t: TestContext, sites: readonly Site[], site: Site, url: string): Promise<unknown> {
  const context = await openChromium(t, { sites, public: sites });
  const page = await context.newPage();
  await page.goto(site.origin);
  const seen = await page.evaluate(`(async () => {
    const permission = (await navigator.permissions.query({ name: "loopback-network" })).state;
    const socket = await new Promise((seen) => {
      const socket = new WebSocket(${JSON.stringify(url)});
      socket.onmessage = ({ data }) => seen(JSON.parse(data).method);
      socket.onclose = ({ code }) => seen("closed " + code);
    });
    return { permission, socket };
  })()`);
  await context.close();
  return seen;
}

function policyFiles(): readonly string[] {
  const roots = [MANAGED, "/etc/opt/chrome", "/etc/opt/edge", "/etc/brave", "/etc/chromium-browser", "/etc/firefox"];
  return roots.flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [],
  );
}
