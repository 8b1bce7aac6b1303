// needs: chromium, openssl, fonts-dejavu-core, root
// The pay button in a real Chromium, on a page of another origin, paying at a simulated terminal through a real daemon.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DECLINED, FOREVER, FORGOTTEN, openPayShop, POS, SLOW, type PayPage, type PayShop } from "./pay-page.ts";

const LIMIT = { timeout: 240_000 };

const clp = (amount: number | string, more = "") => `<till-pay currency="CLP" amount="${amount}" ${more}></till-pay>`;
const kinds = async ({ told }: PayPage) =>
  (await told()).map(({ type }) => type).filter((type) => type !== "till-progress");
const moved = ({ shop }: PayShop, amount: number) =>
  shop
    .terminal()
    .ledger()
    .filter((movement) => movement.amount === amount).length;

test("what a cashier does with the pay button", LIMIT, async (t) => {
  const shop = await openPayShop(t);
  for (const [what, story] of Object.entries(STORIES)) await t.test(what, () => story(shop));
});

const STORIES: Readonly<Record<string, (shop: PayShop) => Promise<void>>> = {
  "pairing by keyboard alone: Escape, a wrong code, the right one, and the sale": async (shop) => {
    const { page, button, is } = await shop.open(clp(1_001, 'order="A-1"'));
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement.tagName"), "TILL-PAY");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Connect this page to the till" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await is("ready");
    assert.equal(await page.evaluate("document.activeElement.tagName"), "TILL-PAY");

    await page.keyboard.press("Enter");
    await dialog.waitFor();
    assert.equal(await dialog.getByLabel("Name of this till").inputValue(), POS);
    const code = await shop.code();
    await page.keyboard.type("WRONG222");
    await page.keyboard.press("Enter");
    await dialog.getByRole("alert").filter({ hasText: "The code is not right" }).waitFor();
    assert.equal(await dialog.getByLabel("Code").getAttribute("aria-invalid"), "true");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type(code.toLowerCase());
    await page.keyboard.press("Enter");

    await button.filter({ hasText: "Paid CLP 1,001" }).waitFor();
    assert.equal(moved(shop, 1_001), 1);
    assert.match(await page.locator("body").ariaSnapshot(), /^- button "Paid CLP 1,001" \[disabled\]\n- status:\n/);
  },

  "a reload in mid-payment: the page shows it again, tells its end, and a paid order is not charged again": async (
    shop,
  ) => {
    const opened = await shop.open(clp(SLOW, 'order="A-2"'));
    await opened.pay();
    await opened.page.getByText("Present card").waitFor();

    await opened.page.reload();
    await opened.is("running");
    await opened.button.click({ force: true });
    await opened.is("ended");

    assert.deepEqual(await kinds(opened), ["till-complete"]);
    const [end] = (await opened.told()).slice(-1);
    assert.deepEqual([end?.detail.earlier, end?.detail.outcome?.kind], [true, "approved"]);
    await opened.page.reload();
    await opened.button.filter({ hasText: "Paid CLP 2,500" }).waitFor();
    await opened.button.click({ force: true });
    await opened.page.evaluate("document.querySelector('till-pay').start()");
    assert.deepEqual(await kinds(opened), ["till-complete"]);
    assert.equal(moved(shop, SLOW), 1);
  },

  "without an order's number the place remembers it: running after a reload, told once, free after the next": async (
    shop,
  ) => {
    const opened = await shop.open(clp(SLOW), "/counter");
    const before = moved(shop, SLOW);
    await opened.pay();
    await opened.page.getByText("Present card").waitFor();

    await opened.page.reload();
    await opened.is("running");
    await opened.is("ended");

    assert.deepEqual(await kinds(opened), ["till-complete"]);
    await opened.page.reload();
    await opened.is("ready");
    assert.deepEqual(await kinds(opened), []);
    assert.equal(moved(shop, SLOW), before + 1);
  },

  "a tab that is closed in mid-payment: the next one tells how it ended": async (shop) => {
    const first = await shop.open(clp(1_003), "/closed");
    await first.page.evaluate("document.querySelector('till-pay').setAttribute('amount', '2500')");
    await first.pay();
    await first.page.getByText("Present card").waitFor();
    await first.page.close();

    const next = await shop.open(clp(SLOW), "/closed");
    await next.is("ended");

    assert.deepEqual(await kinds(next), ["till-complete"]);
  },

  "two tabs pay the same order at the same time: one charge, and both show it": async (shop) => {
    const tabs = [await shop.open(clp(1_004, 'order="A-4"')), await shop.open(clp(1_004, 'order="A-4"'))];

    await Promise.all(tabs.map(({ page }) => page.evaluate("document.querySelector('till-pay').start()")));
    for (const { button } of tabs) await button.filter({ hasText: "Paid CLP 1,004" }).waitFor();

    assert.equal(moved(shop, 1_004), 1);
    for (const tab of tabs) assert.ok((await kinds(tab)).includes("till-complete"));
  },

  "a double click and a key that is held down are one press, also where the first one has ended": async (shop) => {
    const { page, button, is } = await shop.open(clp(DECLINED, 'order="A-5"'));
    await button.dblclick();
    await is("ended");
    await button.focus();
    const declined = async () => {
      const { transactions } = await shop.shop.till.client.call("transactions.list", { reference: "A-5" });
      return transactions.length;
    };
    await page.keyboard.down("Enter");
    for (let repeat = 0; repeat < 20; repeat += 1) await page.keyboard.down("Enter");
    await page.keyboard.up("Enter");
    await is("ended");

    await button.filter({ hasText: "Try again: pay CLP 6,001" }).waitFor();
    assert.equal(await declined(), 0, "a POS sees its own alone");
    const socket = await shop.shop.openSocket("cli");
    const { result } = await socket.request("transactions.list", { reference: "A-5" });
    socket.socket.close();
    assert.equal((result?.["transactions"] as unknown[]).length, 2);
  },

  "declined, then another card: the same order, a new request id": async (shop) => {
    const opened = await shop.open(clp(DECLINED, 'order="A-6"'));
    await opened.pay();
    await opened.status.filter({ hasText: "Declined" }).waitFor();
    await opened.status.filter({ hasText: "Fondos insuficientes" }).waitFor();
    await opened.page.evaluate("document.querySelector('till-pay').setAttribute('amount', '1006')");
    await opened.button.filter({ hasText: "Try again: pay CLP 1,006" }).waitFor();

    await opened.pay();
    await opened.button.filter({ hasText: "Paid CLP 1,006" }).waitFor();

    const ids = (await opened.told()).flatMap(({ type, detail }) => (type === "till-begin" ? [detail.requestId] : []));
    assert.equal(new Set(ids).size, 2);
  },

  "canceled while the customer looks for a card; attributes that change meanwhile do not touch it": async (shop) => {
    const opened = await shop.open(clp(FOREVER, 'order="A-7"'));
    await opened.pay();
    await opened.page.getByText("Present card").waitFor();
    await opened.page.evaluate("document.querySelector('till-pay').setAttribute('amount', '1007')");
    await opened.status.filter({ hasText: "CLP 6,003" }).waitFor();

    await opened.page.getByRole("button", { name: "Cancel" }).click();
    await opened.status.filter({ hasText: "Canceled here" }).waitFor();

    await opened.button.filter({ hasText: "Try again: pay CLP 1,007" }).waitFor();
    assert.deepEqual([moved(shop, FOREVER), moved(shop, 1_007)], [0, 0]);
  },

  "an element that leaves the page while it pays: the payment goes on, and the next load tells": async (shop) => {
    const opened = await shop.open(clp(SLOW, 'order="A-8"'));
    await opened.pay();
    await opened.page.getByText("Present card").waitFor();
    await opened.page.evaluate("document.querySelector('till-pay').remove()");

    await opened.page.reload();
    await opened.is("ended");

    await opened.button.filter({ hasText: "Paid CLP 2,500" }).waitFor();
  },

  "in Spanish, from the page's language; markup in an order stays text": async (shop) => {
    const order = "&lt;img src=x onerror=window.hacked=1&gt;";
    const opened = await shop.open(`<div lang="es-CL">${clp(1_009, `order="${order}"`)}</div>`);
    await opened.button.filter({ hasText: "Cobrar" }).waitFor();
    await opened.pay();

    await opened.button.filter({ hasText: "Pagado" }).waitFor();

    assert.equal(await opened.page.evaluate("window.hacked"), undefined);
    assert.equal(await opened.button.getAttribute("lang"), "es");
  },

  "an amount that is none is no payment, and the button says why": async (shop) => {
    for (const amount of ["1e9", "-5", "12,50", "0", "9".repeat(1_000_000), "&lt;b&gt;5&lt;/b&gt;"]) {
      const opened = await shop.open(clp(amount));
      await opened.is("invalid");
      assert.equal(await opened.button.getAttribute("aria-disabled"), "true");
      await opened.page.evaluate("document.querySelector('till-pay').start()");
      assert.deepEqual(await kinds(opened), []);
      assert.match((await opened.status.textContent()) ?? "", /Payment not possible.*(cannot be read|zero)/);
      assert.ok(((await opened.status.textContent()) ?? "").length < 300);
      await opened.page.close();
    }
  },

  "the script form with a page that was written for the plug-and-play button": async (shop) => {
    const opened = await shop.open(
      `<script id="tillbridge-pay" src="SCRIPT" data-purchase-amount="1010" data-currency="CLP" data-order-id="A-10"></script>`,
    );
    await opened.pay();
    await opened.button.filter({ hasText: "Paid CLP 1,010" }).waitFor();

    const told = await opened.told();
    const messages = told.filter(({ type }) => type.startsWith("CHARGE_"));
    assert.deepEqual(
      messages.map(({ type }) => type),
      ["CHARGE_BEGIN", "CHARGE_COMPLETE"],
    );
    assert.partialDeepStrictEqual(messages[1]?.detail, {
      referenceId: "A-10",
      status: "PROCESSED",
      transactions: [{ action: "SALE", status: "CAPTURED", amounts: { transactionAmount: 1_010, currency: "CLP" } }],
    });
  },

  "the widget can be replaced, or hidden": async (shop) => {
    const replaced = await shop.open(clp(1_011, 'order="A-11"').replace("></", '><p slot="status">Mine</p></'));
    await replaced.pay();
    await replaced.button.filter({ hasText: "Paid" }).waitFor();
    assert.equal(await replaced.page.getByRole("status").count(), 0);
    assert.equal(await replaced.page.getByText("Mine").isVisible(), true);

    const hidden = await shop.open(clp(1_012, 'order="A-12" custom-handler'));
    await hidden.pay();
    await hidden.button.filter({ hasText: "Paid" }).waitFor();
    assert.equal(await hidden.page.getByRole("status").count(), 0);
  },

  "a token that was revoked asks for a new pairing, and then pays": async (shop) => {
    const opened = await shop.open(clp(1_013, 'order="A-13"'));
    await opened.is("ready");
    const administrator = await shop.shop.openSocket("cli");
    await administrator.request("pos.revoke", { pos: POS });
    administrator.socket.close();

    await opened.pay();
    await opened.button.filter({ hasText: "Paid CLP 1,013" }).waitFor();

    assert.equal(moved(shop, 1_013), 1);
  },

  "no daemon: said with what to do, nothing is begun, and it is ready again as soon as it runs": async (shop) => {
    const opened = await shop.open(clp(1_015, 'order="A-15"'));
    await opened.is("ready");
    await shop.shop.killDaemon();
    await opened.button.click();
    await opened.is("unreachable");
    assert.match((await opened.status.textContent()) ?? "", /No connection to Tillbridge.+Start its service/);
    assert.deepEqual(
      (await opened.told()).map(({ type, detail }) => [type, detail.reason]),
      [["till-error", "daemonNotRunning"]],
    );

    await shop.shop.startDaemon();
    await opened.is("ready");
    await opened.pay();

    await opened.button.filter({ hasText: "Paid CLP 1,015" }).waitFor();
  },

  "the daemon is killed in mid-payment: the page waits, and tells the end": async (shop) => {
    const opened = await shop.open(clp(SLOW, 'order="A-16"'));
    await opened.pay();
    await opened.page.getByText("Present card").waitFor();
    await shop.shop.killDaemon();
    await shop.shop.startDaemon();

    await opened.is("ended");

    assert.deepEqual(await kinds(opened), ["till-begin", "till-complete"]);
  },

  "an address that is none, or that the browser forbids, begins nothing": async (shop) => {
    for (const url of ["http://127.0.0.1:8455", "nonsense", "javascript:alert(1)"]) {
      const opened = await shop.open(clp(1_017, `url="${url}"`));
      await opened.is("invalid");
      await opened.page.close();
    }
    const opened = await shop.open(clp(1_017, 'url="ws://other.example:8455/v1"'));
    await opened.button.click();
    const dialog = opened.page.getByRole("dialog");
    await dialog.getByLabel("Code").fill("ABCD2345");
    await dialog.getByLabel("Code").press("Enter");
    await dialog.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
  },

  "unknown: said as that, with what to do, and the order stays blocked over a reload": async (shop) => {
    const opened = await shop.open(clp(FORGOTTEN, 'order="A-14"'));
    await opened.pay();
    await opened.status.filter({ hasText: "Not yet known whether it was paid" }).waitFor({ timeout: 60_000 });

    await opened.page.reload();
    await opened.status.filter({ hasText: "do not charge" }).waitFor();
    await opened.page.evaluate("document.querySelector('till-pay').start()");

    assert.deepEqual(await kinds(opened), ["till-timeout"]);
    assert.equal(moved(shop, FORGOTTEN), 1);
  },
};

test("a browser that keeps nothing for the page begins no payment", LIMIT, async (t) => {
  const { site, browser, open, shop } = await openPayShop(t);
  await browser.addInitScript(
    "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError'); }",
  );
  const opened = await open(clp(1_000, 'order="A-1"'));

  await opened.is("noStorage");
  await opened.button.click({ force: true });
  await opened.page.evaluate("document.querySelector('till-pay').start()");

  assert.match((await opened.status.textContent()) ?? "", /keeps nothing for this page/);
  assert.deepEqual([await kinds(opened), shop.terminal().ledger()], [[], []]);
  assert.ok(site.asked.includes("/"));
});
