// needs: chromium, fonts-dejavu-core, root
// The technician's page in a real Chromium, over a real daemon with simulated terminals.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { writeLoginFile } from "../../../src/cli/login-file.ts";
import type { Ending } from "../../support/ending.ts";
import { openTechnician, type Technician } from "./technician-page.ts";

const LIMIT = { timeout: 240_000 };
const HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\u001b[31m\u202e";
const [SLOW, FORGOTTEN] = [2_500, 6_004];

const scenario = {
  rules: [
    { when: { command: "sale", amount: SLOW }, then: [{ kind: "slow", ms: 120_000 }] },
    {
      when: { command: "sale", amount: FORGOTTEN },
      then: [{ kind: "restart", at: "afterMoney", memory: "forgets" }],
    },
  ],
};
const DOUBTFUL = { scenario, settings: { quietMs: 300, askEveryMs: 100 } };

function openShopWithPage(t: Ending): Promise<Technician> {
  const unreachable = { vendor: "getnet", link: { type: "tcp", host: "127.0.0.1", port: 9 } };
  return openTechnician(t, {
    viewport: { width: 1_100, height: 800 },
    terminals: { "counter-1": {}, "counter-2": DOUBTFUL, "counter-3": DOUBTFUL },
    config: { terminals: [{ id: "kiosk", name: HOSTILE, ...unreachable, settings: { currency: "CLP" } }] },
  });
}

/** Asks for a sale as the POS `till-1` does. Answers its id. */
async function sale({ shop }: Technician, terminal: string, value: number, requestId: string): Promise<string> {
  const socket = await shop.openSocket("till-1");
  const operation = { type: "sale", amount: { value, currency: "CLP" }, reference: `ticket-${requestId}` };
  const { result } = await socket.request("transactions.start", { terminal, requestId, operation });
  socket.socket.close();
  return (result?.["transaction"] as { readonly id: string }).id;
}

async function outcomeOf({ shop }: Technician, transaction: string) {
  const socket = await shop.openSocket("cli");
  const { result } = await socket.request("transactions.get", { transaction });
  socket.socket.close();
  return (result?.["transaction"] as { readonly outcome?: Record<string, unknown> }).outcome;
}

const focused = (page: Page) => page.evaluate<string>("document.activeElement?.textContent ?? ''");

async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let steps = 0; steps < 60; steps += 1) {
    await page.keyboard.press("Tab");
    const label = await page.evaluate<string>(
      "document.activeElement.getAttribute('aria-label') ?? document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent",
    );
    if (name.test(label)) return;
  }
  throw new Error(`the keyboard does not get to ${String(name)}`);
}

test("what a technician does on the page", LIMIT, async (t) => {
  const technician = await openShopWithPage(t);
  for (const [what, story] of Object.entries(STORIES)) await t.test(what, () => story(technician));

  assert.deepEqual(
    technician.requests.filter((url) => !url.startsWith(technician.origin) && !/^(?:data|file):/.test(url)),
    [],
  );
  assert.deepEqual(technician.complaints, []);
});

const STORIES: Readonly<Record<string, (technician: Technician) => Promise<void>>> = {
  "without a login the page says how to get one, and nothing else": async ({ browser, origin, requests }) => {
    const page = await browser.newPage();
    await page.goto(`${origin}/#/terminals`);
    await page.getByRole("heading", { name: "Open this page from the command line" }).waitFor();
    assert.match(await page.locator("main").innerText(), /tillbridge open/);
    assert.doesNotMatch(await page.locator("body").innerText(), /counter-1|onerror/);
    assert.equal(await page.getByRole("navigation").count(), 0);
    assert.deepEqual(
      requests.filter((url) => url.includes("/v1")),
      [],
    );
    await page.close();
  },

  "the code leaves the address, works once, and the login outlives a reload but not the tab": async (technician) => {
    const { browser, loginUrl } = technician;
    const page = await browser.newPage();
    const url = await loginUrl();
    const file = writeLoginFile(url, technician.folder);
    await page.goto(pathToFileURL(file.path).href);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    file.remove();
    assert.equal(new URL(page.url()).hash, "#/");
    await page.reload();
    await page.getByRole("link", { name: "counter-1" }).first().waitFor();
    assert.deepEqual(await browser.cookies(), []);
    assert.equal(await page.evaluate("JSON.stringify(localStorage).includes('token')"), false);
    const other = await browser.newPage();
    await other.goto(technician.origin);
    await other.getByRole("heading", { name: "Open this page from the command line" }).waitFor();
    await other.close();
    await page.close();

    const late = await browser.newPage();
    await late.goto(url);
    await late.getByRole("alert").filter({ hasText: "This link is no longer good" }).waitFor();
    assert.equal(new URL(late.url()).hash, "#/");
    await late.close();
    // The browser says so itself, of the login that was refused.
    assert.equal(technician.complaints.splice(0).length, 1);
  },

  "a terminal's name and what it says are shown as they are, and run nothing": async (technician) => {
    const page = await technician.open("#/terminals");
    let dialogs = 0;
    page.on("dialog", (dialog) => void ((dialogs += 1), dialog.dismiss()));
    const row = page.getByRole("listitem").filter({ hasText: "onerror=alert(1)" });
    assert.ok((await row.getByRole("link").first().textContent())?.includes(HOSTILE));
    assert.equal(await page.locator("main img, main script").count(), 0);
    await row.getByRole("link").first().click();
    await page.getByRole("heading", { level: 1 }).filter({ hasText: "<img src=x" }).waitFor();
    await page.evaluate("location.hash = '#/terminal/%3Cimg src=x onerror=alert(3)%3E'");
    await page.getByRole("heading", { name: "<img src=x onerror=alert(3)>" }).waitFor();
    assert.equal(dialogs, 0);
    await page.close();
  },

  "payments go by live: stage, queue, and a cancel after a question": async (technician) => {
    const page = await technician.open("#/payments");
    const running = await sale(technician, "counter-3", SLOW, "live-1");
    await page.getByRole("listitem").filter({ hasText: "CLP 2,500" }).getByText("Present card").waitFor();
    await sale(technician, "counter-3", 3_990, "live-2");
    const queued = page.getByRole("listitem").filter({ hasText: "CLP 3,990" });
    await queued.getByText("Waits in the queue, place 1").waitFor();
    await queued.getByRole("button", { name: /^Cancel/ }).click();
    const dialog = page.getByRole("dialog", { name: "Cancel Sale CLP 3,990 at counter-3?" });
    await dialog.getByRole("button", { name: "Let it run" }).click();
    await dialog.waitFor({ state: "detached" });
    await queued.getByRole("button", { name: /^Cancel/ }).click();
    await dialog.getByRole("button", { name: "Cancel the payment" }).click();
    await queued.getByText("Canceled").waitFor();
    assert.equal(await outcomeOf(technician, running), undefined);
    await page.close();
  },

  "by keyboard alone: to the doubts, what happened in words, a confirmation, and only then it is decided": async (
    technician,
  ) => {
    const id = await sale(technician, "counter-2", FORGOTTEN, "doubt-1");
    const page = await technician.open();
    await page.getByText("1 payment is in doubt").waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "To the content");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate("document.activeElement.id"), "content");
    await tabTo(page, /^Look: 1 payment is in doubt/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "In doubt", level: 1 }).waitFor();
    assert.equal(await focused(page), "In doubt");
    await page.getByText("A person has to find out").waitFor();
    await tabTo(page, /^Say what happened/);
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "What happened with Sale CLP 6,004?" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await focused(page), "Say what happened");

    await page.keyboard.press("Enter");
    await dialog.waitFor();
    await tabTo(page, /The customer was charged/);
    await page.keyboard.press("Space");
    assert.ok(await dialog.getByLabel("The customer was charged").isChecked(), await focused(page));
    await tabTo(page, /^Next$/);
    await page.keyboard.press("Enter");
    await dialog.getByText("This is needed.").first().waitFor();
    await dialog
      .locator("input[name=operator]:focus")
      .waitFor({ timeout: 5_000 })
      .catch(async () => {
        assert.fail(`the focus is at ${await page.evaluate<string>("document.activeElement.outerHTML.slice(0, 300)")}`);
      });
    await page.keyboard.type("Ana");
    await tabTo(page, /How you know/);
    await page.keyboard.type("receipt 0042");
    await page.keyboard.press("Enter");
    await dialog.getByText("CLP 6,004 moved. The POS program is told: approved.").waitFor();
    assert.equal((await outcomeOf(technician, id))?.["kind"], "unknown");
    await tabTo(page, /^Yes, so it was/);
    await page.keyboard.press("Enter");

    await page.getByText("No payment is in doubt").waitFor();
    const outcome = await outcomeOf(technician, id);
    assert.equal(outcome?.["kind"], "approved");
    const { kind, name, reason } = outcome["decidedBy"] as Record<string, unknown>;
    assert.deepEqual([kind, name, reason], ["person", "Ana", "receipt 0042"]);
    await page.getByRole("status").filter({ hasText: "counter-2: Ready." }).waitFor({ state: "attached" });
    await page.close();
  },

  "a terminal takes payments again although one is in doubt, once somebody says why": async (technician) => {
    const id = await sale(technician, "counter-2", FORGOTTEN, "doubt-2");
    const page = await technician.open("#/doubts");
    await page.getByText("A person has to find out").waitFor();
    await page.getByRole("button", { name: "Take payments again" }).click();
    const dialog = page.getByRole("dialog", { name: "Take payments at counter-2 again?" });
    await dialog.getByRole("button", { name: "Yes, take payments again" }).click();
    assert.equal(await dialog.getByText("This is needed.").count(), 2);
    await dialog.getByLabel("Your name").fill("Ana");
    await dialog.getByLabel("How you know").fill("the acquirer answers tomorrow");
    await dialog.getByRole("button", { name: "Yes, take payments again" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Take payments again" }).waitFor({ state: "detached" });
    assert.equal((await outcomeOf(technician, id))?.["kind"], "unknown");
    await page.getByRole("button", { name: "Say what happened" }).click();
    await page.getByLabel("It was declined: not charged").check();
    await page.getByLabel("Your name").fill("Ana");
    await page.getByLabel("How you know").fill("the acquirer's list");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("button", { name: "Yes, so it was" }).click();
    await page.getByText("No payment is in doubt").waitFor();
    assert.equal((await outcomeOf(technician, id))?.["kind"], "declined");
    await page.close();
  },

  "a terminal is asked whether it is there": async (technician) => {
    const page = await technician.open("#/terminal/counter-1");
    await page.getByRole("button", { name: "Ask it now" }).click();
    await page
      .getByText(/It answered in \d+ ms|It answers/)
      .first()
      .waitFor();
    await page.close();
  },

  "a lost connection is said and comes back by itself": async (technician) => {
    const page = await technician.browser.newPage();
    const cuts: (() => Promise<void>)[] = [];
    await page.routeWebSocket(/\/v1$/, (socket) => {
      const server = socket.connectToServer();
      cuts.push(async () => {
        await server.close();
        await socket.close();
      });
    });
    await page.goto(await technician.loginUrl());
    await page.getByRole("banner").getByText("Connected").waitFor();
    await cuts[0]?.();
    await page.getByRole("status").filter({ hasText: "Tillbridge does not answer" }).waitFor({ state: "attached" });
    await page.getByRole("status").filter({ hasText: "Connected" }).waitFor({ state: "attached" });
    assert.equal(cuts.length, 2);
    await page.close();
    // What the page said before the cut goes through Playwright, which can come to the real socket while that closes.
    const others = technician.complaints.splice(0).filter((text) => !text.includes("already in CLOSING or CLOSED"));
    assert.deepEqual(others, []);
  },

  "languages and light or dark are kept; no view is wider than a phone in any of them": async (technician) => {
    const page = await technician.open();
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByLabel("Appearance").selectOption("dark");
    for (const [language, title] of [
      ["es", "Resumen"],
      ["pt", "Visão geral"],
      ["de", "Überblick"],
      ["en", "Overview"],
    ] as const) {
      await page.getByRole("combobox").first().selectOption(language);
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
      assert.equal(await page.evaluate("document.documentElement.lang"), language);
      for (const place of ["", "terminals", "payments", "doubts", "alarms", "terminal/counter-1", "terminal/kiosk"]) {
        await page.evaluate(`location.hash = '#/${place}'`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        const width = await page.evaluate<number>("document.documentElement.scrollWidth");
        assert.ok(width <= 360, `${place} in ${language} is ${width} wide`);
      }
      await page.evaluate("location.hash = '#/'");
    }
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    assert.equal(await page.evaluate("getComputedStyle(document.documentElement).colorScheme"), "dark");
    await page.getByLabel("Appearance").selectOption("system");
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("link", { name: "Terminals" }).click();
    await page.getByRole("heading", { level: 1, name: "Terminals" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Menu" }).getAttribute("aria-expanded"), "false");
    await page.close();
  },

  "what moves stands still for whoever wants that, and landmarks and headings tell where one is": async (
    technician,
  ) => {
    const page = await technician.open();
    await page.getByText("Present card").first().waitFor();
    const moving = "getComputedStyle(document.querySelector('.badge-active .badge-mark')).animationName";
    assert.equal(await page.evaluate(moving), "beat");
    await page.emulateMedia({ reducedMotion: "reduce" });
    assert.equal(await page.evaluate(moving), "none");
    for (const landmark of ["banner", "navigation", "main", "status"] as const) {
      assert.equal(await page.getByRole(landmark).count(), 1, landmark);
    }
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
    assert.equal(await page.locator('nav [aria-current="page"]').textContent(), "Overview");
    assert.equal(await page.title(), "Overview – Tillbridge");
    await page.close();
  },

  "signing out ends the login, and the way back leads nowhere": async (technician) => {
    const page = await technician.open("#/terminals");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("alert").filter({ hasText: "You have signed out." }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Open this page from the command line" }).waitFor();
    assert.equal(await page.evaluate("sessionStorage.getItem('tillbridge.page.token')"), null);
    await page.close();
  },

  "the daemon starts anew: the page says so while it is gone, and then how to log in again": async (technician) => {
    const page = await technician.open("#/terminals");
    await page.getByRole("link", { name: "counter-1" }).waitFor();
    await technician.shop.killDaemon();
    await page.getByText("Tillbridge does not answer. This page tries again by itself.").first().waitFor();
    assert.ok(await page.getByRole("link", { name: "counter-1" }).isVisible());
    await technician.shop.startDaemon();
    await page.getByRole("alert").filter({ hasText: "Your login has ended" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "counter-1" }).count(), 0);
    await page.close();
    // The browser says so itself, of each socket that nobody took.
    const others = technician.complaints.splice(0).filter((text) => !text.includes("ERR_CONNECTION_REFUSED"));
    assert.deepEqual(others, []);
  },
};

/** Whatever it tries: what it got. */
const ATTACK = (page: string) => `<!doctype html><title>Evil</title>
<iframe id="frame" src="${page}/"></iframe>
<script>
  const tries = {
    read: () => fetch("${page}/").then((answer) => answer.text()),
    blind: () => fetch("${page}/login", { method: "POST", mode: "no-cors", body: '{"code":"x"}' }).then(({ type }) => type),
    login: () => fetch("${page}/login", { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"code":"x"}' }).then(({ status }) => status),
    script: () => import("${page}/page/main.js").then(() => "ran"),
    socket: () => new Promise((resolve, reject) => {
      const socket = new WebSocket("${page.replace("http", "ws")}/v1");
      socket.onmessage = () => resolve("open");
      socket.onerror = () => reject(new Error("refused"));
    }),
  };
  window.got = Promise.all(Object.entries(tries).map(([name, attempt]) =>
    attempt().then((value) => [name, value], () => [name, "nothing"]))).then(Object.fromEntries);
</script>`;

test("pages of another port, of another name for this machine, and of other sites get nothing", LIMIT, async (t) => {
  const technician = await openTechnician(t, { rebound: ["till.evil.example", "evil.example"] });
  const { origin, browser } = technician;
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end(ATTACK(origin));
  });
  server.listen(0, "127.0.0.1");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  for (const host of ["127.0.0.1", "localhost", "evil.example"]) {
    const page = await browser.newPage();
    await page.goto(`http://${host}:${port}/`);
    const got = await page.evaluate<Record<string, unknown>>("window.got");
    assert.deepEqual(
      { ...got, blind: got["blind"] === "opaque" || got["blind"] === "nothing" },
      { read: "nothing", blind: true, login: "nothing", script: "nothing", socket: "nothing" },
      host,
    );
    const frame = await page.locator("#frame").elementHandle();
    const content = await (await frame.contentFrame())?.locator("body").innerText();
    assert.doesNotMatch(content ?? "", /tillbridge open|Overview/, host);
    await page.close();
  }
  const rebound = await browser.newPage();
  const answer = await rebound.goto(`${origin.replace("127.0.0.1", "till.evil.example")}/`);
  assert.equal(answer?.status(), 403);
});
