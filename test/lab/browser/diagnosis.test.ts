// needs: chromium, openssl, libnss3-tools, fonts-dejavu-core, root
// Every reason why a page does not reach the daemon, brought about in a real browser and told apart by the client's own code.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Frame, Page } from "playwright-core";
import type { Diagnosis, DiagnosisOptions } from "../../../src/client/diagnosis/diagnosis.ts";
import { run } from "../../cli/command.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { openShop, type Shop } from "../../support/shop.ts";
import { openChromium } from "./chromium.ts";
import { openSite, type Site } from "./page-server.ts";

const LIMIT = { timeout: 180_000 };
const POS = "https://pos.example.com";
const SHOP = "https://shop.example.com";
const STRANGER = "https://stranger.test";
const PLAIN = "http://plain.example.com";
const ENTRY = fileURLToPath(new URL("../../../src/client/diagnosis/diagnosis.ts", import.meta.url));
const MANAGED = "/etc/chromium/policies/managed";

/** Runs in a page that has loaded the client. */
async function diagnose(where: Page | Frame, options: DiagnosisOptions): Promise<Diagnosis> {
  return where.evaluate<Diagnosis>(`client.diagnoseConnection(${JSON.stringify(options)})`);
}

async function kindOf(where: Page | Frame, options: DiagnosisOptions): Promise<string> {
  const found = await diagnose(where, options);
  return found.kind === "somethingElse" ? found.what : found.kind;
}

/** A shop, and pages out in the internet with the client in them. */
async function openStreet(t: TestContext, config: object = {}) {
  const shop = await openShop(t, { config: { server: { allowedOrigins: [POS, PLAIN], ...config } } });
  const sites = await Promise.all([POS, SHOP, STRANGER, PLAIN].map((origin) => openSite(t, origin)));
  const bundle = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "client",
    platform: "browser",
  });
  const page = `<!doctype html><title>Till</title><script>${bundle.outputFiles[0]?.text ?? ""}</script>`;
  for (const site of sites) {
    site.put("/", page);
    site.put("/strict", { body: page, headers: { "Content-Security-Policy": "connect-src 'self'" } });
    site.put("/closed", { body: page, headers: { "Permissions-Policy": "loopback-network=()" } });
    site.put(
      "/around",
      `<!doctype html><iframe src="${POS}/"></iframe><iframe src="${POS}/" allow="loopback-network"></iframe>`,
    );
  }
  return { shop, sites };
}

async function visit(t: TestContext, sites: readonly Site[], home?: string) {
  const context = await openChromium(t, { sites, public: sites, ...(home === undefined ? {} : { home }) });
  return async (url: string) => {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
}

async function allowed(t: TestContext, ...origins: readonly string[]): Promise<void> {
  t.after(() => command(t, ["browser", "remove"]));
  await command(t, ["browser", "allow", ...origins]);
}

async function command(t: TestContext, words: readonly string[], options: Parameters<typeof run>[2] = {}) {
  const { code, stderr } = await run(t, words, options);
  assert.equal(code, 0, stderr);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("before the user was asked, and after he has said no", LIMIT, async (t) => {
  const { shop, sites } = await openStreet(t);
  const goTo = await visit(t, sites);
  const { url } = shop;
  const state = `navigator.permissions.query({ name: "loopback-network" }).then(({ state }) => state)`;

  const page = await goTo(POS);
  const found = await diagnose(page, { url, language: "de" });
  assert.equal(found.kind, "permissionNotAsked");
  assert.match(found.remedy, /^Bei der ersten Verbindung .*`tillbridge browser allow https:\/\/pos\.example\.com`/);
  assert.equal(await page.evaluate(state), "prompt", "nobody was asked by the diagnosis");
  // Nobody answers this browser's question, which it takes for a no.
  assert.equal(await kindOf(page, { url, ask: "now" }), "permissionDenied");
  assert.equal(await page.evaluate(state), "denied");
  assert.equal(await kindOf(page, { url }), "permissionDenied");

  assert.equal(await kindOf(await goTo(PLAIN), { url }), "pageNotSecure");
  assert.equal(await kindOf(await goTo(`${SHOP}/closed`), { url }), "pageForbids");
});

test("a policy that forbids", LIMIT, async (t) => {
  const { shop, sites } = await openStreet(t);
  const file = join(MANAGED, "tillbridge-test.json");
  await mkdir(MANAGED, { recursive: true });
  writeFileSync(file, JSON.stringify({ LoopbackNetworkBlockedForUrls: [POS] }));
  t.after(() => rmSync(file));
  const goTo = await visit(t, sites);
  assert.equal(await kindOf(await goTo(POS), { url: shop.url }), "permissionDenied");
});

test("with the permission: what is there, who is let in, and with which token", LIMIT, async (t) => {
  const { shop, sites } = await openStreet(t);
  await allowed(t, POS, SHOP, STRANGER);
  const goTo = await visit(t, sites);
  const { url } = shop;

  const page = await goTo(POS);
  assert.equal(await kindOf(page, { url }), "reachable");
  assert.equal(await kindOf(page, { url: `ws://127.0.0.1:${await freePort()}/v1` }), "daemonNotRunning");
  const token = await newToken(shop, "till-2");
  assert.equal(await kindOf(page, { url, pos: "till-2", token }), "reachable");
  assert.equal(await kindOf(page, { url, pos: "till-2", token: `${token}x` }), "tokenWrong");

  const refused = await diagnose(await goTo(STRANGER), { url });
  assert.equal(refused.kind, "originNotAllowed");
  assert.ok(refused.remedy.includes(`tillbridge config set server.allowedOrigins '["${STRANGER}"]'`));
  assert.equal(await kindOf(await goTo(`${POS}/strict`), { url }), "pageForbids");

  const around = await goTo(`${SHOP}/around`);
  const [without, within] = around.frames().slice(1);
  assert.ok(without !== undefined && within !== undefined);
  const { kind, remedy } = await diagnose(without, { url });
  assert.equal(kind, "frameNotAllowed");
  assert.ok(remedy.includes('allow="loopback-network; local-network-access"') && remedy.includes(SHOP), remedy);
  assert.equal(await kindOf(within, { url }), "reachable");
  await within.parentFrame()?.page().close();

  await shop.killDaemon();
  assert.equal(await kindOf(page, { url }), "daemonNotRunning");
});

test(
  "a certificate is trusted between `certificate install` and `certificate remove`, by this user's browser",
  LIMIT,
  async (t) => {
    const port = await freePort();
    const { shop, sites } = await openStreet(t, { tls: { port } });
    await allowed(t, POS);
    const home = freshFolder(t);
    // A Firefox that is installed and was never started would end the command with another code.
    const firefox = join(home, ".mozilla", "firefox", "abc.default");
    mkdirSync(firefox, { recursive: true });
    execFileSync("certutil", ["-N", "-d", `sql:${firefox}`, "--empty-password"]);
    const certificate = (word: string) =>
      command(t, ["certificate", word, "--yes", "--home", shop.home], { environment: { HOME: home } });
    const options = { url: `wss://localhost:${port}/v1`, plainUrl: shop.url };
    const seenWith = async (user?: string) => kindOf(await (await visit(t, sites, user))(POS), options);

    assert.equal(await seenWith(home), "certificateNotTrusted");
    t.after(() => certificate("remove"));
    await certificate("install");
    assert.equal(await seenWith(home), "reachable");
    assert.equal(await seenWith(), "certificateNotTrusted", "another user's browser trusts nobody for it");
    await certificate("remove");
    assert.equal(await seenWith(home), "certificateNotTrusted");
  },
);

async function newToken(shop: Shop, pos: string): Promise<string> {
  const administrator = await shop.openSocket("cli");
  const { result } = await administrator.request("pos.add", { pos, token: true });
  administrator.socket.close();
  return String(result?.["token"]);
}
