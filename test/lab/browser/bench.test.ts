// needs: chromium, openssl, fonts-dejavu-core, root
// The bench itself: what the other tests in this folder take for granted about Chromium.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openChromium } from "./chromium.ts";
import { openSite } from "./page-server.ts";

const LIMIT = { timeout: 60_000 };

test("a page under a made-up name is a secure one, and nothing outside can be reached", LIMIT, async (t) => {
  const [pos, other] = await Promise.all([openSite(t, "https://pos.example.com"), openSite(t, "http://other.test")]);
  pos.put("/", "<!doctype html><title>Till</title>");
  other.put("/", "<!doctype html><title>Other</title>");
  const browser = await openChromium(t, { sites: [pos, other] });

  const page = await browser.newPage();
  await page.goto("https://pos.example.com/");
  assert.deepEqual(await page.evaluate("[location.origin, isSecureContext, document.title]"), [
    pos.origin,
    true,
    "Till",
  ]);
  await page.goto("http://other.test/");
  assert.deepEqual(await page.evaluate("[location.origin, isSecureContext]"), [other.origin, false]);
  await assert.rejects(page.goto("https://example.org/"), /ERR_NAME_NOT_RESOLVED/);
  await assert.rejects(page.goto("http://192.0.2.1/"), /ERR_NAME_NOT_RESOLVED/);
  assert.deepEqual(other.asked.slice(0, 1), ["/"]);
});

test("a site is on this machine or out in the internet, as it is said", LIMIT, async (t) => {
  const [near, far] = await Promise.all([openSite(t, "https://near.test"), openSite(t, "https://far.test")]);
  for (const site of [near, far]) site.put("/", "<!doctype html><title>Till</title>");
  near.put("/open", { body: "read", type: "text/plain", headers: { "Access-Control-Allow-Origin": "*" } });
  const browser = await openChromium(t, { sites: [near, far], public: [far] });

  const page = await browser.newPage();
  await page.goto("https://far.test/");
  const query = `navigator.permissions.query({ name: "loopback-network" }).then(({ state }) => state)`;
  assert.equal(await page.evaluate(query), "prompt");
  const read = `fetch("https://near.test/open", { signal: AbortSignal.timeout(1500) }).then((answer) => answer.text(), ({ name }) => name)`;
  assert.notEqual(await page.evaluate(read), "read");
  assert.ok(!near.asked.includes("/open"));
  await page.goto("https://near.test/");
  assert.equal(await page.evaluate(read), "read");
});
