// needs: chromium, openssl, fonts-dejavu-core, root
// What web pages that a cashier opens can do to the daemon on the same machine: nothing. The browser is a real one and believes
// that all of them are on this machine, so that what stops them is the daemon and not the browser's own guard.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test, type TestContext } from "node:test";
import type { BrowserContext, Page } from "playwright-core";
import { freshFolder } from "../../support/home-folder.ts";
import { openShop, TERMINAL, type Shop } from "../../support/shop.ts";
import { until } from "../../support/until.ts";
import { elements, formTo, frameOf, hijack, requests, withFrame } from "./attack-pages.ts";
import { openChromium } from "./chromium.ts";
import { openSite, type Site } from "./page-server.ts";

const POS = "https://pos.example.com";
const EVIL = "https://evil.test";
const REBOUND = "rebound.test";
const PAGE = "<!doctype html><title>Win a prize</title><body>";

/** What a socket of a stranger comes to: it never opens. */
const SHUT_OUT = { opened: false, code: 1006, heard: [] };

type Scene = {
  readonly shop: Shop;
  readonly port: number;
  readonly evil: Site;
  readonly browser: BrowserContext;
  readonly stolen: { readonly pos: string; readonly token: string };
  /** A page of the attacker. */
  readonly page: Page;
};

const ATTACKS: Readonly<Record<string, (scene: Scene, t: TestContext) => Promise<void>>> = {
  "a page of another site gets no socket, with a stolen token as little as without": async (scene) => {
    const seen = await scene.page.evaluate(hijack(socketsOf(scene), scene.stolen));

    assert.deepEqual(seen, [SHUT_OUT, SHUT_OUT, SHUT_OUT]);
    await refusedIn(scene, EVIL);
  },

  "neither does a worker of it": async (scene) => {
    const work = `(${hijack(socketsOf(scene).slice(0, 1), scene.stolen)}).then((seen) => postMessage(seen))`;
    const inWorker = `new Promise((seen) => {
      const worker = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(work)}])));
      worker.onmessage = ({ data }) => seen(data);
    })`;
    assert.deepEqual(await scene.page.evaluate(inWorker), [SHUT_OUT]);
  },

  "an address that is rebound to this machine reads nothing, and gets no socket": async (scene) => {
    const { port, browser, stolen } = scene;
    const site = `${REBOUND}:${port}`;
    const page = await browser.newPage();
    const shown = await page.goto(`http://${site}/health`);

    assert.equal(shown?.status(), 403);
    assert.match(await shown.text(), /The Host header must name this machine's loopback/);
    // From here the page is of the same origin as the daemon, as far as the browser knows.
    assert.equal(await page.evaluate("location.origin"), `http://${site}`);
    assert.deepEqual(await page.evaluate(hijack([`ws://${site}/v1`, `ws://127.0.0.1:${port}/v1`], stolen)), [
      SHUT_OUT,
      SHUT_OUT,
    ]);
    const read = await page.evaluate<string[]>(requests([["/health"], ["/metrics"], ["/v1", { method: "POST" }]]));
    for (const answer of read) assert.match(answer, /^basic 403 The Host header/);
    await refusedIn(scene, site);
  },

  "a frame in a sandbox, a page out of its address and a file have no origin that counts": async (scene, t) => {
    const { browser, page, stolen } = scene;
    const script = hijack(socketsOf(scene).slice(0, 1), stolen);
    const before = await refusals(scene);
    const framed = { "allow-scripts": "<p>framed</p>", "": `data:text/html,${encodeURIComponent(PAGE)}` };
    for (const [sandbox, content] of Object.entries(framed)) {
      await page.evaluate(withFrame(sandbox, content));
      const frame = page.frames().at(-1);
      assert.equal(await frame?.evaluate("origin"), "null");
      assert.deepEqual(await frame?.evaluate(script), [SHUT_OUT]);
    }

    const file = join(freshFolder(t), "prize.html");
    writeFileSync(file, PAGE);
    const filePage = await browser.newPage();
    await filePage.goto(pathToFileURL(file).href);
    assert.deepEqual(await filePage.evaluate(script), [SHUT_OUT]);
    await refusedIn(scene, "null");
    assert.equal((await refusals(scene)) - before, 3, "all three have reached the daemon");
  },

  "requests of a page read nothing": async ({ port, page }) => {
    const at = (path: string) => `http://127.0.0.1:${port}${path}`;
    const start = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "transactions.start",
      params: {
        terminal: TERMINAL,
        requestId: "stolen-1",
        operation: { type: "sale", amount: { value: 1, currency: "CLP" } },
      },
    });
    const seen = await page.evaluate(
      requests([
        [at("/health")],
        [at("/metrics")],
        [at("/v1")],
        [at("/v1"), { method: "POST", body: start }],
        [at("/v1"), { method: "POST", body: start, headers: { "Content-Type": "application/json" } }],
        [at("/v1"), { method: "PUT", body: start }],
        [at("/health"), { headers: { Authorization: "Bearer x" } }],
      ]),
    );
    assert.deepEqual(
      seen,
      Array.from({ length: 7 }, () => "TypeError"),
    );
    const blind = await page.evaluate(
      requests([
        [at("/health"), { mode: "no-cors" }],
        [at("/v1"), { mode: "no-cors", method: "POST", body: start }],
      ]),
    );
    assert.deepEqual(blind, ["opaque 0", "opaque 0"]);
  },

  "pictures, scripts, style sheets, films and frames show nothing of the daemon": async ({ port, page }) => {
    const before = await page.evaluate("Object.keys(window).length");
    assert.deepEqual(await page.evaluate(elements(port)), [
      "img failed",
      "script failed",
      "script failed",
      "link failed",
      "video failed",
    ]);
    assert.equal(await page.evaluate("Object.keys(window).length"), before, "no script ran");
    assert.equal(await page.evaluate(frameOf(`http://127.0.0.1:${port}/health`)), "SecurityError");
  },

  "a form that is sent to the port does nothing": async (scene) => {
    const { evil, browser, port } = scene;
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      evil.put("/form", formTo(`http://127.0.0.1:${port}/v1`, type));
      const page = await browser.newPage();
      const answered = page.waitForResponse((response) => response.request().method() === "POST");
      await page.goto(`${EVIL}/form`);
      const answer = await answered;
      assert.equal(answer.status(), 403, type);
      assert.match(await answer.text(), /This Origin is not allowed/);
      await page.close();
    }
  },

  "a detour by way of another site changes nothing": async (scene) => {
    const { evil, page, port, stolen } = scene;
    for (const [path, status] of [
      ["/after", 302],
      ["/again", 307],
    ] as const) {
      for (const target of ["/health", "/v1"]) {
        const headers = { Location: `http://127.0.0.1:${port}${target}`, "Access-Control-Allow-Origin": EVIL };
        evil.put(path + target, { status, headers });
      }
    }
    const seen = await page.evaluate(
      requests([
        ["/after/health"],
        ["/again/health"],
        ["/after/v1", { method: "POST", body: "{}" }],
        ["/again/v1", { method: "POST", body: "{}" }],
      ]),
    );
    assert.deepEqual(
      seen,
      Array.from({ length: 4 }, () => "TypeError"),
    );
    assert.deepEqual(await page.evaluate(hijack([`wss://evil.test/after/v1`], stolen)), [SHUT_OUT]);
    assert.equal(await page.evaluate(frameOf("/after/health")), "SecurityError");
  },

  "a page of the shop's own site gets its session, and reads whether the daemon is well": async (scene) => {
    const { browser, port, stolen } = scene;
    const page = await browser.newPage();
    await page.goto(POS);

    const [seen] = await page.evaluate<[typeof SHUT_OUT]>(hijack(socketsOf(scene).slice(0, 1), stolen));
    assert.deepEqual([seen.opened, seen.heard], [true, ["hello", stolen.pos]]);
    const [health] = await page.evaluate<[string]>(requests([[`http://127.0.0.1:${port}/health`]]));
    assert.match(health, /^cors 200 \{"status":"ok"/);
  },
};

test("pages of strangers", { timeout: 120_000 }, async (t) => {
  const shop = await openShop(t, { config: { server: { allowedOrigins: [POS] } } });
  const port = Number(new URL(shop.url).port);
  const [pos, evil] = await Promise.all([openSite(t, POS), openSite(t, EVIL)]);
  for (const site of [pos, evil]) site.put("/", PAGE);
  const stolen = { pos: "till-2", token: await newToken(shop, "till-2") };
  const browser = await openChromium(t, { sites: [pos, evil], rebound: [REBOUND] });

  for (const [what, attack] of Object.entries(ATTACKS)) {
    await t.test(what, async (context) => {
      const page = await browser.newPage();
      await page.goto(EVIL);
      await attack({ shop, port, evil, browser, stolen, page }, context);
      for (const each of browser.pages()) await each.close();
      await untouched(shop);
    });
  }
});

function socketsOf({ port }: Scene): readonly string[] {
  return ["127.0.0.1", "localhost", "[::1]"].map((host) => `ws://${host}:${port}/v1`);
}

async function newToken(shop: Shop, pos: string): Promise<string> {
  const administrator = await shop.openSocket("cli");
  const { result } = await administrator.request("pos.add", { pos, token: true });
  administrator.socket.close();
  return String(result?.["token"]);
}

/** The daemon has only the sessions of the till and of who asks, and nothing was paid. */
async function untouched(shop: Shop): Promise<void> {
  const administrator = await shop.openSocket("cli");
  const ask = async (method: string) => (await administrator.request(method, {})).result ?? {};
  await until(async () => (await ask("diagnostics.health"))["sessions"] === 2);
  assert.deepEqual((await ask("transactions.list"))["transactions"], []);
  administrator.socket.close();
  assert.deepEqual(shop.terminal().ledger(), []);
}

/** The log of the daemon names the site that it did not let in; of several refusals the first. */
async function refusedIn({ shop }: Scene, site: string): Promise<void> {
  const folder = join(shop.home, "logs");
  const lines = () => readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
  await until(() => lines().some((line) => line.includes("was refused") && line.includes(`"${site}"`)));
}

/** How often the daemon has refused a page for its Origin. */
async function refusals({ shop, port }: Scene): Promise<number> {
  const token = readFileSync(join(shop.home, "data", "admin.token"), "utf8").trim();
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { Authorization: `Bearer ${token}` } });
  const [, count] = /^tillbridge_refusals_total\{kind="wrongOrigin"\} (\d+)$/m.exec(await answer.text()) ?? [];
  return Number(count);
}
