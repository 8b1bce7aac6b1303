import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { answerPageFile, pageFile } from "../../../src/daemon/server/page-files.ts";
import { freshFolder } from "../../support/home-folder.ts";

const SCRIPT = "customElements.define('x-y', class extends HTMLElement {});\n";

async function serving(t: TestContext, folder: URL) {
  const server = createServer((request, response) => {
    void pageFile(request.url ?? "", folder).then((file) => {
      if (file !== undefined) answerPageFile(request, response, file);
      else response.writeHead(500).end();
    });
  });
  server.listen(0, "127.0.0.1");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function built(t: TestContext): URL {
  const folder = freshFolder(t);
  mkdirSync(join(folder, "page"));
  writeFileSync(join(folder, "page", "till-pay.js"), SCRIPT);
  return pathToFileURL(join(folder, "page/"));
}

test("the pay button's script is served to pages of any origin, and once known not sent again", async (t) => {
  const url = `${await serving(t, built(t))}/till-pay.js`;

  const first = await fetch(url);
  const again = await fetch(url, { headers: { "If-None-Match": first.headers.get("etag") ?? "" } });
  const head = await fetch(url, { method: "HEAD" });

  assert.deepEqual([first.status, await first.text()], [200, SCRIPT]);
  assert.equal(first.headers.get("content-type"), "text/javascript; charset=utf-8");
  assert.equal(first.headers.get("cross-origin-resource-policy"), "cross-origin");
  assert.equal(first.headers.get("x-content-type-options"), "nosniff");
  assert.deepEqual([again.status, await again.text()], [304, ""]);
  assert.deepEqual([head.status, await head.text(), head.headers.get("content-length")], [200, "", `${SCRIPT.length}`]);
});

test("what was not built is not there, and how to build it is said; once built it is served", async (t) => {
  const folder = freshFolder(t);
  const url = `${await serving(t, pathToFileURL(`${folder}/`))}/till-pay.js`;

  const missing = await fetch(url);
  writeFileSync(join(folder, "till-pay.js"), SCRIPT);
  const there = await fetch(url);

  assert.equal(missing.status, 404);
  assert.match(await missing.text(), /not built: run `npm ci` in the clone, or `node scripts\/build-page.mjs`/);
  assert.deepEqual([there.status, await there.text()], [200, SCRIPT]);
});

for (const path of [
  "/",
  "/till-pay.jsx",
  "/../till-pay.js",
  "/__proto__",
  "/constructor",
  "/%2e%2e/package.json",
  "",
]) {
  test(`no file of the page is at ${JSON.stringify(path)}`, async (t) => {
    assert.equal(await pageFile(path, built(t)), undefined);
  });
}
