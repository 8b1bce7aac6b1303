import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnoseConnection, type DiagnosisOptions } from "../../src/client/diagnosis/diagnosis.ts";
import { remedyFor } from "../../src/client/diagnosis/diagnosis-words.ts";
import type { Fetched, Page, PermissionState } from "../../src/client/diagnosis/page.ts";
import { systemClock } from "../../src/client/clock.ts";
import { createFakeDaemon, FAKE_POS, FAKE_TOKEN, socketsTo } from "../support/fake-daemon.ts";

const ORIGIN = "https://pos.example.com";
const SHOP = "https://shop.example.com";
const WSS = "wss://localhost:8456/v1";
const HEALTH = '{"status":"ok","version":"1.0.0","uptimeSeconds":3,"ready":true}';

type Browser = {
  readonly permissions?: Readonly<Record<string, PermissionState>>;
  readonly features?: Readonly<Record<string, boolean>>;
  /** By mode and URL; what is not here fails. */
  readonly answers?: Readonly<Record<string, Fetched>>;
  readonly page?: Partial<Page>;
};

const PLAIN = { url: "http://127.0.0.1:8455/health", answer: { kind: "answered", text: HEALTH } } as const;
const HEALTHY: Browser["answers"] = { [`cors ${PLAIN.url}`]: PLAIN.answer };
const DEAF: Browser["answers"] = { [`no-cors ${PLAIN.url}`]: { kind: "unreadable" } };

function fakePage({ permissions = {}, features = {}, answers = {}, page = {} }: Browser) {
  const fetched: string[] = [];
  const fake: Page = {
    origin: ORIGIN,
    outerOrigin: undefined,
    secure: true,
    language: "en-US",
    permission: (name) => Promise.resolve(permissions[name]),
    mayUse: (feature) => features[feature],
    fetch: (url, mode) => {
      fetched.push(`${mode} ${url}`);
      return Promise.resolve(answers[`${mode} ${url}`] ?? { kind: "failed" });
    },
    connect: socketsTo(createFakeDaemon()),
    clock: systemClock,
    ...page,
  };
  return { page: fake, fetched };
}

const unopened: Page["connect"] = (_url, listener) => {
  queueMicrotask(() => listener.closed(1006, ""));
  return { send: () => {}, close: () => {} };
};

const GRANTED = { "loopback-network": "granted" } as const;
const DENIED = { "loopback-network": "denied", "local-network": "prompt" } as const;

type Expected = Readonly<Record<string, string>>;
const CASES: readonly (readonly [what: string, Browser, DiagnosisOptions, Expected])[] = [
  ["all is well", { permissions: GRANTED, answers: HEALTHY }, {}, { kind: "reachable" }],
  ["all is well, with a token", { answers: HEALTHY }, { pos: FAKE_POS, token: FAKE_TOKEN }, { kind: "reachable" }],
  ["nobody is there", { permissions: GRANTED }, {}, { kind: "daemonNotRunning" }],
  [
    "nobody was asked",
    { permissions: { "loopback-network": "prompt" } },
    {},
    { kind: "permissionNotAsked", origin: ORIGIN },
  ],
  [
    "nobody was asked, in a browser that knows the older name",
    { permissions: { "local-network-access": "prompt" } },
    {},
    { kind: "permissionNotAsked", origin: ORIGIN },
  ],
  [
    "nobody was asked, and a frame has the permission of the page around it",
    { permissions: { "loopback-network": "prompt" }, page: { outerOrigin: SHOP } },
    {},
    { kind: "permissionNotAsked", origin: SHOP },
  ],
  [
    "other machines are another permission",
    { permissions: { "loopback-network": "granted", "local-network": "prompt" } },
    { url: "wss://till-pc.local:8458/v1" },
    { kind: "permissionNotAsked", origin: ORIGIN },
  ],
  ["it was denied", { permissions: DENIED }, {}, { kind: "permissionDenied", origin: ORIGIN }],
  ["it is denied, and was not needed", { permissions: DENIED, answers: HEALTHY }, {}, { kind: "reachable" }],
  [
    "the page came over http",
    { permissions: DENIED, page: { secure: false, origin: "http://pos.example.com" } },
    {},
    { kind: "pageNotSecure", origin: "http://pos.example.com" },
  ],
  [
    "a page from this machine needs no permission",
    { permissions: { "loopback-network": "prompt" }, answers: HEALTHY, page: { origin: "http://localhost:3000" } },
    {},
    { kind: "reachable" },
  ],
  [
    "a frame without the permission",
    { permissions: DENIED, features: { "loopback-network": false }, page: { outerOrigin: SHOP } },
    {},
    { kind: "frameNotAllowed", origin: SHOP, allow: "loopback-network; local-network-access" },
  ],
  [
    "a header of the page's own server",
    { permissions: DENIED, features: { "local-network-access": false } },
    {},
    { kind: "somethingElse", what: "pageForbids" },
  ],
  [
    "its Content-Security-Policy",
    { answers: { [`cors ${PLAIN.url}`]: { kind: "forbiddenByPage" } } },
    {},
    { kind: "somethingElse", what: "pageForbids" },
  ],
  ["the page is not on the list", { answers: DEAF }, {}, { kind: "originNotAllowed", origin: ORIGIN }],
  [
    "another program that lets no page read is told no differently",
    { answers: { "no-cors http://127.0.0.1:9100/health": { kind: "unreadable" } } },
    { url: "ws://127.0.0.1:9100/v1" },
    { kind: "originNotAllowed", origin: ORIGIN },
  ],
  ["the certificate is not trusted", { answers: DEAF }, { url: WSS }, { kind: "certificateNotTrusted" }],
  ["nobody is there, with or without TLS", {}, { url: WSS }, { kind: "daemonNotRunning" }],
  [
    "the page is not on the list, over TLS",
    { answers: { "no-cors https://localhost:8456/health": { kind: "unreadable" } } },
    { url: WSS },
    { kind: "originNotAllowed", origin: ORIGIN },
  ],
  [
    "the token is another one",
    { answers: HEALTHY },
    { pos: FAKE_POS, token: "stale" },
    { kind: "tokenWrong", pos: FAKE_POS },
  ],
  [
    "another program has the port",
    { answers: { [`cors ${PLAIN.url}`]: { kind: "answered", text: "<h1>Printer</h1>" } } },
    {},
    { kind: "somethingElse", what: "anotherProgram" },
  ],
  [
    "sockets are stopped on the way",
    { answers: HEALTHY, page: { connect: unopened } },
    {},
    { kind: "somethingElse", what: "noSocket" },
  ],
  [
    "another machine does not answer",
    {},
    { url: "wss://till-pc.local:8458/v1" },
    { kind: "somethingElse", what: "otherMachine" },
  ],
];

for (const [what, browser, options, expected] of CASES) {
  test(`diagnosis: ${what}`, async () => {
    const { page } = fakePage(browser);

    const { remedy, ...found } = await diagnoseConnection({ ...options, page });

    const wanted = Object.keys(expected);
    assert.deepEqual(Object.fromEntries(Object.entries(found).filter(([key]) => wanted.includes(key))), expected);
    assert.doesNotMatch(remedy, /[{}]|undefined/);
    assert.ok(remedy.includes(expected["origin"] ?? ""), remedy);
  });
}

test("before the user was asked no request is sent, and with his hand on a button one may ask", async () => {
  const browser = { permissions: { "loopback-network": "prompt" }, answers: HEALTHY } as const;
  const careful = fakePage(browser);
  await diagnoseConnection({ page: careful.page });
  assert.deepEqual(careful.fetched, []);

  const asking = fakePage(browser);
  const found = await diagnoseConnection({ page: asking.page, ask: "now" });
  assert.equal(found.kind, "reachable");
});

test("each remedy comes in four languages, names the command and leaves no gap", () => {
  const facts = {
    origin: ORIGIN,
    url: WSS,
    pos: "till-1",
    allow: "loopback-network",
    detail: "1006",
    list: "server.allowedOrigins",
    ports: "tillbridge status",
  };
  const commands = {
    permissionNotAsked: `tillbridge browser allow ${ORIGIN}`,
    permissionDenied: `tillbridge browser allow ${ORIGIN}`,
    frameNotAllowed: '<iframe allow="loopback-network">',
    certificateNotTrusted: "tillbridge certificate install",
    originNotAllowed: `tillbridge config set server.allowedOrigins '["${ORIGIN}"]'`,
    tokenWrong: "tillbridge pos add till-1",
    daemonNotRunning: "tillbridge status",
  } as const;
  for (const [topic, command] of Object.entries(commands) as [keyof typeof commands, string][]) {
    const texts = ["en", "es-CL", "pt-BR", "de-AT"].map((tag) => remedyFor(topic, tag, facts));
    assert.equal(new Set(texts).size, 4, `${topic} is told in four languages`);
    for (const text of texts) assert.ok(text.includes(command), text);
    assert.equal(remedyFor(topic, "fr", facts), texts[0]);
  }
});

test("where the page cannot tell Tillbridge from another program on the port, both are said in four languages", async () => {
  const url = "ws://127.0.0.1:9100/v1";
  const { page } = fakePage({ answers: { "no-cors http://127.0.0.1:9100/health": { kind: "unreadable" } } });
  const both = {
    en: /^Something answers at .*If it is Tillbridge .*another program has the port\.$/,
    es: /^Algo responde en .*Si es Tillbridge .*otro programa ocupa el puerto\.$/,
    pt: /^Algo responde em .*Se for o Tillbridge .*outro programa ocupa a porta\.$/,
    de: /antwortet etwas .*Ist es Tillbridge .*hat ein anderes Programm den Port\.$/,
  };
  for (const [language, words] of Object.entries(both)) {
    const { kind, remedy } = await diagnoseConnection({ page, url, language });
    assert.equal(kind, "originNotAllowed");
    assert.match(remedy, words);
    assert.ok(remedy.includes(url) && remedy.includes(ORIGIN) && remedy.includes("`tillbridge status`"), remedy);
  }
});

test("a page that another machine does not let in is sent to the list of that door", async () => {
  const { page } = fakePage({ answers: { "no-cors https://till-pc.local:8458/health": { kind: "unreadable" } } });
  const { kind, remedy } = await diagnoseConnection({ page, url: "wss://till-pc.local:8458/v1" });
  assert.equal(kind, "originNotAllowed");
  assert.ok(remedy.includes(`tillbridge config set server.lan.allowedOrigins '["${ORIGIN}"]'`), remedy);
  assert.ok(remedy.includes("(`tillbridge config show` names this port)"), remedy);
});
