// needs: chromium, fonts-dejavu-core, root
// The technician's later views in a real Chromium, over a real daemon with simulated terminals.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Download, Page } from "playwright-core";
import { pairPos as pairAt } from "../../../src/client/pairing.ts";
import type { Ending } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { startTerminal } from "../../support/simulated-terminal.ts";
import { accessibilityTree, violationsOf } from "./accessibility.ts";
import { openTechnician, type Technician } from "./technician-page.ts";

const LIMIT = { timeout: 420_000 };
const HOSTILE = "<img src=x onerror=alert(1)>";

test("what a technician does on the later views", LIMIT, async (t) => {
  const technician = await openTechnician(t, {
    home: homeWithDamagedPos(t),
    viewport: { width: 1_100, height: 800 },
    terminals: { "counter-1": {} },
    config: {
      terminals: [
        {
          id: "kiosk",
          name: HOSTILE,
          vendor: "getnet",
          link: { type: "tcp", host: "127.0.0.1", port: 9 },
          settings: { currency: "CLP" },
        },
      ],
    },
  });
  const spare = await startTerminal(t);
  const stories: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    "a practice payment is approved at a simulator, is told as practice, and no terminal is left of it": (page) =>
      practise(technician, page),
    "a real test payment is charged only after it was confirmed, and can be given back": (page) =>
      payForReal(technician, page),
    "a terminal is added by hand, with what the vendor's schema needs": (page) =>
      addTerminal(page, (spare.link as { readonly port: number }).port),
    "a POS program is paired with a code that the page sees used, and revoked": (page) => pairPos(technician, page),
    "damaged records of POS programs are shown, with why and what to do, until they are revoked": seeDamagedPos,
    "the doctor names the terminal that nobody reaches, with what to do": examine,
    "the trace shows a payment as it goes, stands still when it is told to, and is downloaded": (page) =>
      trace(technician, page),
    "the day counts payments in a chart and a table, without practice": lookAtDay,
    "earlier payments are searched, and one of them tells its story and gives its evidence": search,
    "every view is reached and read in every language": readEverything,
    "axe-core finds nothing in any view, in light and in dark": examineViews,
    "to a screen reader the browser itself names what one can do": hearNames,
  };
  for (const [what, story] of Object.entries(stories)) {
    await t.test(what, async () => {
      const page = await technician.open();
      await story(page);
      await page.close();
    });
  }
  await t.test("while the daemon's answers are late, what is pressed is done once they are there", () =>
    hurry(technician),
  );
  await t.test("where the vendors cannot be had it is told why, and they are asked for again by whoever adds one", () =>
    missVendors(technician),
  );
  assert.deepEqual(technician.complaints, []);
});

async function go(page: Page, place: string, title: string): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name: place, exact: true }).click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

async function practise({ shop }: Technician, page: Page): Promise<void> {
  await go(page, "Test payment", "Test payment");
  await page.getByRole("button", { name: "Practise" }).click();
  await page.locator("[data-outcome], .fault").first().waitFor({ timeout: 90_000 });
  assert.deepEqual(await page.locator(".fault").allInnerTexts(), []);
  await page.locator("[data-outcome=approved]").waitFor();
  await page.getByRole("link", { name: "What happened, step by step" }).click();
  await page.getByText("Practice: no money moved").waitFor();
  assert.equal(await page.getByRole("button", { name: /Give it back/ }).count(), 0);
  const administrator = await shop.openSocket("cli");
  const { result } = await administrator.request("terminals.list", {});
  administrator.socket.close();
  const terminals = result?.["terminals"] as readonly { readonly id: string }[];
  assert.equal(
    terminals.some(({ id }) => id === "practice"),
    false,
  );
  assert.deepEqual(shop.terminal().ledger(), []);
}

async function payForReal({ shop }: Technician, page: Page): Promise<void> {
  await go(page, "Test payment", "Test payment");
  const real = page.getByRole("region", { name: "At a real terminal" });
  await real.getByLabel("Amount").fill("1.200");
  await page.keyboard.press("Enter");
  await real.getByText("This is no amount: CLP has no decimals").waitFor();
  await real.getByLabel("Amount").fill("1200");
  await page.keyboard.press("Enter");
  const question = page.getByRole("dialog", { name: "Charge CLP 1,200 at counter-1?" });
  await question.getByRole("button", { name: "Charge CLP 1,200" }).click();
  await question.getByText("Tick this first.").waitFor();
  assert.deepEqual(shop.terminal().ledger(), []);
  await question.getByLabel("I know that real money moves").press("Space");
  await question.getByRole("button", { name: "Charge CLP 1,200" }).click();
  await page.getByRole("button", { name: "Give it back (Void)" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Give it back" }).click();
  await page.getByText("How giving back ended").waitFor();
  await page.locator("[data-outcome=approved]").nth(1).waitFor();
  assert.deepEqual(
    shop
      .terminal()
      .ledger()
      .map(({ kind, amount }) => [kind, amount]),
    [
      ["sale", 1200],
      ["void", -1200],
    ],
  );
}

async function addTerminal(page: Page, port: number): Promise<void> {
  await go(page, "Discovery", "Terminals nearby");
  await page.getByRole("button", { name: "Add a terminal by hand" }).click();
  const form = page.getByRole("dialog", { name: "Add a terminal" });
  await form.getByLabel("How it is connected").selectOption("tcp");
  await form.getByRole("button", { name: "Add the terminal" }).click();
  assert.equal(await form.getByText("This is needed.").count(), 3);
  await form.getByLabel("Address or host name").fill("127.0.0.1");
  await form.getByLabel("Port", { exact: true }).fill(String(port));
  await form.getByLabel("currency").fill("CLP");
  await form.getByLabel("Id", { exact: true }).fill("practice");
  await form.getByRole("button", { name: "Add the terminal" }).click();
  await form.getByRole("alert").filter({ hasText: "no money moves" }).waitFor();
  await form.getByLabel("Id", { exact: true }).fill("counter-9");
  await form.getByRole("button", { name: "Add the terminal" }).click();
  await page.getByRole("heading", { level: 1, name: "counter-9" }).waitFor();
  await page.getByText("Ready", { exact: true }).waitFor();
}

async function hurry(technician: Technician): Promise<void> {
  const { page, hold, release } = await technician.openHeldUp();
  hold();
  await go(page, "Discovery", "Terminals nearby");
  await page.getByRole("button", { name: "Add a terminal by hand" }).click();
  assert.equal(await page.getByRole("dialog").count(), 0);
  release();
  await page.getByRole("dialog", { name: "Add a terminal" }).getByLabel("How it is connected").waitFor();
  await page.keyboard.press("Escape");
  hold();
  await go(page, "Trace", "Trace");
  await page.locator("main").getByText("Loading …").waitFor();
  assert.equal(await page.getByText("Nothing has been said yet").count(), 0);
  release();
  await page.getByText("Nothing has been said yet").waitFor();
  await page.close();
}

async function pairPos({ shop }: Technician, page: Page): Promise<void> {
  await go(page, "POS programs", "POS programs");
  await page.getByRole("button", { name: "Add a POS program" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("till-7");
  await page.keyboard.press("Enter");
  const shown = page.getByRole("dialog", { name: "Code for till-7" });
  const code = (await shown.locator(".pairing-code").innerText()).replaceAll(" ", "");
  assert.match(code, /^[A-Z0-9]{8}$/);
  await shown.getByText(/Good for \d+ s more/).waitFor();
  await pairAt({ url: shop.url, pos: "till-7", code });
  await shown.getByText("till-7 is paired.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Revoke: till-7" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("button", { name: "Revoke: till-7" }).waitFor({ state: "detached" });
}

async function missVendors(technician: Technician): Promise<void> {
  const { page, refuse, allow } = await technician.openHeldUp();
  refuse("vendors.list", "the vendors are away");
  await go(page, "Discovery", "Terminals nearby");
  const told = page.getByRole("alert").filter({ hasText: "the vendors are away" });
  await told.waitFor();
  refuse("vendors.list", "the vendors are still away");
  const add = page.getByRole("button", { name: "Add a terminal by hand" });
  await add.click();
  await page.getByRole("alert").filter({ hasText: "the vendors are still away" }).waitFor();
  assert.equal(await add.getAttribute("aria-busy"), "false");
  assert.equal(await page.getByRole("dialog").count(), 0);
  allow();
  await add.click();
  await page.getByRole("dialog", { name: "Add a terminal" }).getByLabel("How it is connected").waitFor();
  assert.equal(await page.getByText("still away").count(), 0);
  await page.keyboard.press("Escape");
  refuse("vendors.list", "the vendors are away");
  await go(page, "Test payment", "Test payment");
  await page.getByRole("button", { name: "Practise" }).click();
  // Whose terminal it is, is then for the daemon to choose.
  await page.locator("[data-outcome=approved]").waitFor({ timeout: 90_000 });
  assert.equal(await page.getByText("the vendors are away").count(), 0);
  await page.close();
}

/** One that is still known by its name, and one of which not even that is left. */
function homeWithDamagedPos(t: Ending): string {
  const home = freshFolder(t);
  mkdirSync(join(home, "data"), { mode: 0o700 });
  const till = { pos: "till-8", scopes: ["status", "pay"], shared: false, createdAt: "2026-01-02T03:04:05.000Z" };
  const pos = [{ ...till, limits: "none" }, HOSTILE];
  writeFileSync(join(home, "data", "pos.json"), JSON.stringify({ pos }), { mode: 0o600 });
  return home;
}

async function seeDamagedPos(page: Page): Promise<void> {
  await go(page, "POS programs", "POS programs");
  const named = page.getByRole("listitem").filter({ hasText: "till-8" });
  await named.getByText("limits must be array").waitFor();
  await named.getByText(/tillbridge service stop.*or revoke it here/).waitFor();
  const nameless = page.getByRole("listitem").filter({ hasText: "Record 2 in data/pos.json" });
  await nameless.getByText("Damaged: it is not let in").waitFor();
  await nameless.getByText(/mend the record in data\/pos\.json or take it out/).waitFor();
  assert.equal(await nameless.getByRole("button").count(), 0);
  await named.getByRole("button", { name: "Revoke: till-8" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await named.waitFor({ state: "detached" });
  await page.getByRole("listitem").filter({ hasText: "Record 1 in data/pos.json" }).waitFor();
}

async function examine(page: Page): Promise<void> {
  await go(page, "Doctor", "Doctor");
  const fault = page.getByRole("listitem").filter({ hasText: "terminal.kiosk.link" });
  await fault.getByText("What to do:").waitFor({ timeout: 30_000 });
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save as a file" }).click(),
  ]);
  assert.match(await textOf(file), /\[Fault\] terminal\.kiosk\.link/);
  await page.locator("select").first().selectOption("de");
  await fault.getByText("Ein Gerät ist da, und an diesem Port wartet kein Programm").waitFor({ timeout: 30_000 });
  await fault.getByText("Was zu tun ist:").waitFor();
  await page.locator("select").first().selectOption("en");
  await page.getByRole("heading", { level: 1, name: "Doctor" }).waitFor();
}

async function trace({ shop }: Technician, page: Page): Promise<void> {
  await go(page, "Trace", "Trace");
  const till = await shop.openSocket("till-1");
  const sale = (requestId: string, value: number) =>
    till.request("transactions.start", {
      terminal: "counter-1",
      requestId,
      until: "settled",
      operation: { type: "sale", amount: { value, currency: "CLP" }, reference: `ticket-${requestId}` },
    });
  await page.getByText("Nothing has been said yet").waitFor();
  await sale("t1", 700);
  await page.getByText("payment conversation ends").first().waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  const before = await page.locator(".trace li").count();
  await sale("t2", 800);
  await page.getByText(/Paused, \d+ more came meanwhile/).waitFor();
  assert.equal(await page.locator(".trace li").count(), before);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.locator(`.trace li:nth-child(${before + 1})`).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download what was recorded" }).click(),
  ]);
  assert.match(await textOf(file), /^\{"format":"tillbridge-recording"/);
  till.socket.close();
}

async function lookAtDay(page: Page): Promise<void> {
  await go(page, "The day", "The day");
  await page.locator(".chart canvas").first().waitFor();
  await page.getByText("The same as a table").first().click();
  const total = page.getByRole("table", { name: "Payments by how they ended" }).locator("tfoot td").first();
  // The real test, its void, and two sales of the trace: the practice is not counted.
  assert.equal(await total.innerText(), "4");
}

async function search(page: Page): Promise<void> {
  await go(page, "Earlier payments", "Earlier payments");
  await page.getByLabel("Reference").fill("ticket-t1");
  await page.keyboard.press("Enter");
  await page.getByText("1 shown, the newest first").first().waitFor();
  await page.getByRole("link", { name: "Sale CLP 700" }).click();
  await page.getByText("till-1 asked for a payment").waitFor();
  assert.equal(await page.getByText(/accepted ·/).count(), 0);
  await page.getByRole("button", { name: "Show the technical lines" }).click();
  await page
    .getByText(/accepted ·/)
    .first()
    .waitFor();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download as a page" }).click(),
  ]);
  assert.match(await textOf(file), /ticket-t1/);
}

async function readEverything(page: Page): Promise<void> {
  let dialogs = 0;
  page.on("dialog", (dialog) => void ((dialogs += 1), dialog.dismiss()));
  for (const language of ["es", "pt", "de", "en"]) {
    await page.locator("select").first().selectOption(language);
    for (const place of ["discovery", "pos", "practice", "doctor", "trace", "day", "history"]) {
      await page.evaluate(`location.hash = ${JSON.stringify(`#/${place}`)}`);
      await page.locator("main h1").waitFor();
      assert.doesNotMatch(await page.locator("main").innerText(), /undefined|\[object/, `${place} in ${language}`);
    }
  }
  assert.equal(dialogs, 0);
}

/** By their titles: what is examined has been drawn. */
const VIEWS = [
  ["", "Overview", "main .row"],
  ["terminals", "Terminals", "main .row"],
  ["payments", "Payments", "main"],
  ["doubts", "In doubt", "main"],
  ["alarms", "Alarms", "main"],
  ["discovery", "Terminals nearby", "main button"],
  ["pos", "POS programs", "main button"],
  ["practice", "Test payment", "main form"],
  ["doctor", "Doctor", "main li"],
  ["trace", "Trace", "main button"],
  ["day", "The day", "main canvas"],
  ["terminal/counter-1", "counter-1", "main button"],
  ["history", "Earlier payments", "main table"],
] as const;

async function examineViews(page: Page): Promise<void> {
  const both = async (place: string) => {
    for (const [colorScheme, rules] of [
      ["light", "all"],
      ["dark", "colours"],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violationsOf(page, rules), [], `${place}, ${colorScheme}`);
    }
  };
  for (const [place, title, drawn] of VIEWS) {
    await page.evaluate(`location.hash = '#/${place}'`);
    await page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
    await page.locator(drawn).first().waitFor({ timeout: 60_000 });
    await both(place);
  }
  await page.getByRole("link", { name: "Sale CLP 700" }).click();
  await page.getByText("till-1 asked for a payment").waitFor();
  await both("a payment");
  await go(page, "Discovery", "Terminals nearby");
  await page.getByRole("button", { name: "Add a terminal by hand" }).click();
  await page.getByRole("dialog", { name: "Add a terminal" }).waitFor();
  await both("a dialog");
  // An examination that finds nothing anywhere would not be seen to be broken.
  await page.evaluate(
    "(() => { const low = document.createElement('p'); low.textContent = 'low'; low.style.color = '#777'; low.style.background = '#888'; document.querySelector('dialog').append(low, document.createElement('input')); })()",
  );
  const planted = (await violationsOf(page, "all")).join();
  assert.match(planted, /color-contrast/);
  assert.match(planted, /label \(critical\)/);
}

async function hearNames(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Ask it now: counter-1" }).waitFor();
  const tree = await accessibilityTree(page);
  for (const named of [
    "RootWebArea: Overview – Tillbridge",
    "navigation: Places",
    "link: To the content",
    "link: In doubt",
    "heading: Overview",
    "region: Terminals",
    "combobox: Language",
    "combobox: Appearance",
    "button: Sign out",
    "link: counter-1",
    "button: Ask it now: counter-1",
  ]) {
    assert.ok(tree.includes(named), `${named} is not in ${tree.join("\n")}`);
  }
  const nameless = tree.filter((line) =>
    /^(?:link|button|combobox|textbox|checkbox|heading|dialog|region): $/.test(line),
  );
  assert.deepEqual(nameless, []);
}

async function textOf(file: Download): Promise<string> {
  return readFileSync(await file.path(), "utf8");
}
