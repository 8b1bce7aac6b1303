import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Locator, Page } from "playwright-core";
import type { Ending } from "../../support/ending.ts";
import { openShop, TERMINAL, type Shop, type ShopOptions } from "../../support/shop.ts";
import { openChromium, type ChromiumOptions } from "./chromium.ts";
import { openSite, type Site } from "./page-server.ts";

/** A web shop with a pay button on its page, in a real browser, with a real daemon and a simulated terminal. */
export type PayShop = {
  readonly shop: Shop;
  readonly site: Site;
  readonly browser: BrowserContext;
  /** What `tillbridge pos add` would print. */
  code(): Promise<string>;
  /** Opens a page with this in its body, in a tab of its own. */
  open(body: string, path?: string): Promise<PayPage>;
};

export type PayPage = {
  readonly page: Page;
  readonly button: Locator;
  readonly status: Locator;
  /** Presses the button, and pairs where that is asked for. */
  pay(): Promise<void>;
  /** The button's state is one of these. */
  is(...states: readonly string[]): Promise<void>;
  /** The events that the page was told of, oldest first, since it was loaded. */
  told(): Promise<readonly Told[]>;
};

type Told = {
  readonly type: string;
  readonly detail: {
    readonly earlier?: boolean;
    readonly requestId?: string;
    readonly reason?: string;
    readonly outcome?: { readonly kind: string };
    readonly transaction?: { readonly id: string; readonly requestId: string };
  };
};

export const POS = "pos.example.com";
const ORIGIN = `https://${POS}`;
export const [DECLINED, SLOW, FOREVER, FORGOTTEN] = [6_001, 2_500, 6_003, 6_004];

const scenario = {
  rules: [
    { when: { command: "sale", amount: DECLINED }, then: [{ kind: "declines", text: "Fondos insuficientes" }] },
    { when: { command: "sale", amount: SLOW }, then: [{ kind: "slow", ms: 2_500 }] },
    { when: { command: "sale", amount: FOREVER }, then: [{ kind: "slow", ms: 60_000 }] },
    {
      when: { command: "sale", amount: FORGOTTEN },
      then: [{ kind: "restart", at: "afterMoney", memory: "forgets" }],
    },
  ],
};
/** A doubt is given up soon, so that a test sees it. */
const COUNTER = { scenario, settings: { quietMs: 300, askEveryMs: 100 } };

const root = fileURLToPath(new URL("../../..", import.meta.url));

export async function openPayShop(
  t: Ending,
  options: ShopOptions & Partial<ChromiumOptions> & { readonly origin?: string } = {},
): Promise<PayShop> {
  const { terminals = { [TERMINAL]: COUNTER }, origin = ORIGIN, viewport } = options;
  execFileSync(process.execPath, [`${root}/scripts/build-page.mjs`, "--quiet"], { stdio: "inherit" });
  const site = await openSite(t, origin);
  const shop = await openShop(t, { terminals, config: { server: { allowedOrigins: [origin] } } });
  const browser = await openChromium(t, { sites: [site], ...(viewport === undefined ? {} : { viewport }) });
  const code = async () => {
    const administrator = await shop.openSocket("cli");
    const { result } = await administrator.request("pos.add", { pos: POS });
    administrator.socket.close();
    return String(result?.["code"]);
  };
  return {
    shop,
    site,
    browser,
    code,
    open: async (body, path = "/") => {
      site.put(path, pageWith(shop, body));
      const page = await browser.newPage();
      await page.goto(`${origin}${path}`);
      return payPage(page, code);
    },
  };
}

function pageWith({ url }: Shop, body: string): string {
  const script = `${url.replace("ws:", "http:").replace("/v1", "")}/till-pay.js`;
  return `<!doctype html><html lang="en"><title>Till</title>
<style>body { font-family: sans-serif; margin: 2rem; background: #f6f7f9; }</style>
<script>
  window.told = [];
  for (const type of ["till-begin", "till-progress", "till-complete", "till-timeout", "till-error"])
    document.addEventListener(type, ({ detail }) => window.told.push({ type, detail }));
  window.addEventListener("message", ({ data, origin }) => window.told.push({ type: data.eventName, detail: data.payload, origin }));
</script>
${body.includes("data-purchase-amount") ? "" : `<script src="${script}"></script>`}
<body>${body.replaceAll("SCRIPT", script)}</body></html>`;
}

function payPage(page: Page, code: () => Promise<string>): PayPage {
  const button = page.locator("till-pay").getByRole("button").first();
  const told = () => page.evaluate<readonly Told[]>("window.told");
  const is = (...states: readonly string[]) =>
    page
      .locator(states.map((state) => `till-pay[data-state=${state}]`).join(", "))
      .first()
      .waitFor({ timeout: 20_000 });
  return {
    page,
    button,
    status: page.getByRole("status").first(),
    told,
    is,
    pay: async () => {
      await button.click();
      const dialog = page.getByRole("dialog");
      await Promise.race([dialog.waitFor(), is("running", "ended", "refused", "unclear", "unreachable")]);
      if (!(await dialog.isVisible())) return;
      await dialog.getByLabel("Code").fill(await code());
      await dialog.getByLabel("Code").press("Enter");
    },
  };
}
