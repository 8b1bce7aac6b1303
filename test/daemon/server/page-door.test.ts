import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { findPageFile } from "../../../src/daemon/server/page-built.ts";
import { isPagePath } from "../../../src/daemon/server/page-paths.ts";
import { journalWithAudit } from "../../support/counter.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { ADMINISTRATOR_TOKEN, serveProtocol, type TestServer } from "../../support/protocol-server.ts";

const JSON_TYPE = "application/json";

type Asked = {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
};

async function ask(port: number, { method = "GET", path = "/", headers = {}, body }: Asked) {
  const sent = request({ host: "127.0.0.1", port, path, headers, method });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += String(chunk);
  return { status: response.statusCode, text, headers: response.headers };
}

async function served(t: TestContext) {
  const { journal, entries: audited } = journalWithAudit();
  const opened = await serveProtocol(t, { ports: { journal } });
  const { port } = opened.server;
  const origin = `http://127.0.0.1:${port}`;
  const administrator = await opened.administrator();
  const newCode = async () => {
    const { result } = await administrator.request("page.login", {});
    const { protocol, host, pathname, hash } = new URL(String(result?.["url"]));
    assert.deepEqual([`${protocol}//${host}`, pathname], [origin, "/"]);
    assert.match(hash, /^#login=[A-Za-z0-9_-]{43}$/);
    return hash.slice("#login=".length);
  };
  const post = (body: string, headers: Record<string, string> = {}) =>
    ask(port, {
      method: "POST",
      path: "/login",
      body,
      headers: { origin, "content-type": JSON_TYPE, "content-length": String(Buffer.byteLength(body)), ...headers },
    });
  const logIn = async () => {
    const { status, text } = await post(JSON.stringify({ code: await newCode() }));
    assert.equal(status, 200, text);
    return (JSON.parse(text) as { readonly token: string }).token;
  };
  return { ...opened, audited, port, origin, newCode, post, logIn, signedIn: administrator };
}

function openPage({ connect }: TestServer, token: string, origin: string | undefined) {
  return connect(origin === undefined ? {} : { origin }).then(async (client) => ({
    ...client,
    opened: await client.request("session.open", { protocol: 1, pos: "page", token }),
  }));
}

function refusalsIn({ audited }: { readonly audited: readonly { readonly what: string }[] }) {
  return audited.filter(({ what }) => what === "refused: pageLogin");
}

test("a one-time code is exchanged for a token, with which the page is the administrator", async (t) => {
  const server = await served(t);
  const page = await openPage(server, await server.logIn(), server.origin);

  const { pos, scopes } = page.opened.result ?? {};
  assert.deepEqual([pos, scopes], ["page", ["admin"]]);
  const { result } = await page.request("pos.list", {});
  assert.notEqual(result, undefined);
});

test("a login makes no other login: a token that was stolen does not renew itself", async (t) => {
  const server = await served(t);
  const page = await openPage(server, await server.logIn(), server.origin);

  const { error } = await page.request("page.login", {});

  assert.equal(error?.data["reason"], "forbidden");
  assert.equal((await server.newCode()).length, 43, "the administrator still makes one");
});

test("a code that is used twice ends the login that came of it, and its page with it", async (t) => {
  const server = await served(t);
  const code = await server.newCode();
  const { text } = await server.post(JSON.stringify({ code }));
  const token = (JSON.parse(text) as { readonly token: string }).token;
  const page = await openPage(server, token, server.origin);

  const again = await server.post(JSON.stringify({ code }));

  assert.equal(again.status, 401);
  assert.equal(await page.closed, 4001);
  const { opened } = await openPage(server, token, server.origin);
  const { message = "", data } = opened.error ?? {};
  assert.equal(data?.["reason"], "unauthorized");
  assert.match(message, /`tillbridge open`/);
  assert.equal(refusalsIn(server).length, 1);
});

test("a code is taken from the technician's page alone, of this door and this port", async (t) => {
  const server = await served(t);
  const code = await server.newCode();
  const { port } = server;
  for (const origin of [
    "",
    "null",
    "https://pos.example.com",
    "https://evil.example",
    `http://127.0.0.1:${port + 1}`,
    `https://127.0.0.1:${port}`,
    `http://127.0.0.1:${port}.evil.example`,
    `http://127.0.0.1:${port}/`,
  ]) {
    const { status, headers } = await server.post(JSON.stringify({ code }), { origin });
    assert.equal(status, 403, origin);
    if (origin.includes("evil")) assert.equal(headers["access-control-allow-origin"], undefined);
  }
  const none = await ask(port, {
    method: "POST",
    path: "/login",
    headers: { "content-type": JSON_TYPE },
    body: JSON.stringify({ code }),
  });
  assert.equal(none.status, 403);
  const rebound = await server.post(JSON.stringify({ code }), { host: `till.evil.example:${port}` });
  assert.equal(rebound.status, 403);
  assert.equal((await server.post(JSON.stringify({ code }))).status, 200);
});

test("a form of another site, a preflight and what is no JSON get nothing", async (t) => {
  const server = await served(t);
  const { port, origin } = server;
  const code = await server.newCode();
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"]) {
    assert.equal((await server.post(JSON.stringify({ code }), { "content-type": type })).status, 415, type);
  }
  const preflight = await ask(port, { method: "OPTIONS", path: "/login", headers: { origin } });
  assert.deepEqual([preflight.status, preflight.headers["access-control-allow-methods"]], [405, undefined]);
  for (const method of ["GET", "PUT", "DELETE"])
    assert.equal((await ask(port, { method, path: "/login" })).status, 405);
  assert.equal((await ask(port, { method: "POST", path: "/", headers: { origin } })).status, 404);
  assert.equal((await server.post(JSON.stringify({ code }))).status, 200);
});

for (const [what, body] of [
  ["nothing", ""],
  ["no JSON", "code"],
  ["a list", '["c"]'],
  ["null", "null"],
  ["another field", '{"code":"c","pos":"cli"}'],
  ["the name twice", '{"code":"c","code":"d"}'],
  ["a number", '{"code":1}'],
  ["more than a code", JSON.stringify({ code: "x".repeat(2_000) })],
] as const) {
  test(`a login with ${what} is refused and changes nothing`, async (t) => {
    const server = await served(t);
    assert.equal((await server.post(body)).status, 400);
    assert.equal((await server.post(JSON.stringify({ code: await server.newCode() }))).status, 200);
  });
}

test("wrong codes are taken at a walking pace, told to the audit once, and do not keep out the right one", async (t) => {
  const server = await served(t);
  const { clock } = server;
  const code = await server.newCode();
  const statuses: (number | undefined)[] = [];
  for (let tries = 0; tries < 8; tries += 1) statuses.push((await server.post('{"code":"guess"}')).status);

  assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
  assert.equal(refusalsIn(server).length, 1);
  assert.doesNotMatch(JSON.stringify(server.audited), /guess/);
  await clock.advance(1_000);
  assert.equal((await server.post(JSON.stringify({ code }))).status, 200);
});

test("the page's token is good at the page alone: not without an Origin, and not at a page that may pay", async (t) => {
  const server = await served(t);
  const token = await server.logIn();
  for (const origin of [undefined, "https://pos.example.com"]) {
    const { opened } = await openPage(server, token, origin);
    assert.equal(opened.error?.data["reason"], "unauthorized", origin);
  }
  const asAdministrator = await server.open({ pos: "cli", token });
  assert.equal(asAdministrator.opened.error?.data["reason"], "unauthorized");
  const administratorsToken = await openPage(server, ADMINISTRATOR_TOKEN, server.origin);
  assert.equal(administratorsToken.opened.error?.data["reason"], "unauthorized");
  const { opened } = await openPage(server, token, server.origin);
  assert.equal(opened.error, undefined);
});

test("logging out ends this page's login; the command ends all of them", async (t) => {
  const server = await served(t);
  const [first, second] = [await server.logIn(), await server.logIn()];
  const [one, other] = [await openPage(server, first, server.origin), await openPage(server, second, server.origin)];

  assert.deepEqual((await one.request("page.logout", {})).result, {});
  assert.equal(await one.closed, 4001);
  assert.notEqual((await other.request("ping", {})).result, undefined);
  await server.signedIn.request("page.logout", {});
  assert.equal(await other.closed, 4001);
});

test("a till makes no login, and nobody gets the page's name", async (t) => {
  const { open, signedIn: administrator } = await served(t);
  const till = await open();
  assert.equal((await till.request("page.login", {})).error?.data["reason"], "forbidden");
  const added = await administrator.request("pos.add", { pos: "page" });
  assert.equal(added.error?.data["reason"], "invalidParams");
});

test("the page is a page of its own: nothing runs, frames, sends or shows in it but what is served here", async (t) => {
  const { port } = (await serveProtocol(t)).server;
  const { headers } = await ask(port, {});
  const policy = String(headers["content-security-policy"]);
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ws://127.0.0.1:${port}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ]) {
    assert.ok(policy.split("; ").includes(rule), rule);
  }
  assert.deepEqual(
    ["x-frame-options", "referrer-policy", "cross-origin-opener-policy", "x-content-type-options"].map(
      (name) => headers[name],
    ),
    ["DENY", "no-referrer", "same-origin", "nosniff"],
  );
});

test("another name, or a page of another port, gets nothing of the page", async (t) => {
  const { port } = (await serveProtocol(t)).server;
  for (const headers of [
    { host: `till.evil.example:${port}` },
    { host: `127.0.0.1:${port}`, origin: "https://evil.example" },
    { host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port + 1}` },
  ]) {
    const { status, headers: told } = await ask(port, { headers });
    assert.equal(status, 403);
    assert.equal(told["access-control-allow-origin"], undefined);
  }
});

const LIST = {
  "/": { name: "index.html", type: "text/html", isImmutable: false },
  "/page/main-A.js": { name: "main-A.js", type: "text/javascript", isImmutable: true },
  "/page/gone.js": { name: "gone.js", type: "text/javascript", isImmutable: true },
};

test("files of the page are those of the list that the build wrote, and no others", async (t) => {
  const folder = freshFolder(t);
  const url = pathToFileURL(`${join(folder, "technician")}/`);
  assert.deepEqual(await findPageFile("/", url), { kind: "notBuilt" });

  mkdirSync(join(folder, "technician"));
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(new URL("files.json", url), JSON.stringify(LIST));
  writeFileSync(new URL("index.html", url), "<!doctype html>");
  writeFileSync(new URL("main-A.js", url), "1;");

  const page = await findPageFile("/", url);
  assert.ok(page?.kind === "file");
  assert.deepEqual([page.type, page.body.toString(), page.isImmutable], ["text/html", "<!doctype html>", false]);
  assert.match(page.etag, /^"[\w-]{22}"$/);
  assert.deepEqual(await findPageFile("/page/gone.js", url), { kind: "notBuilt" });
  for (const path of ["/page/", "/page/files.json", "/page/../secret.txt", "/page/%2e%2e/secret.txt", "/__proto__"]) {
    assert.equal(await findPageFile(path, url), undefined, path);
  }
});

test("the page has its own paths, and none of anybody else's", () => {
  for (const path of ["/", "/login", "/page/main-A.js"]) assert.ok(isPagePath(path), path);
  for (const path of ["", "/v1", "/health", "/metrics", "/till-pay.js", "/Login", "/login/", "/page"]) {
    assert.ok(!isPagePath(path), path);
  }
});
