import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import type { Ending } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { openShop, type Shop, type ShopOptions } from "../../support/shop.ts";
import { openChromium, type ChromiumOptions } from "./chromium.ts";

/** The technician's page in a real browser, over a real daemon with simulated terminals. */
export type Technician = {
  readonly shop: Shop;
  readonly browser: BrowserContext;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** One that goes with the test, and that the browser can read. */
  readonly folder: string;
  /** What `tillbridge open --print` would print. */
  loginUrl(): Promise<string>;
  /** A tab that has logged in and shows the start. */
  open(place?: string): Promise<Page>;
  /** Such a tab, whose line to the daemon can be held up, and that can be refused things. */
  openHeldUp(): Promise<HeldUpPage>;
  /** Everything that any tab asked for, by its address. */
  readonly requests: readonly string[];
  /** What the browser complained about: of the policy, of scripts. */
  readonly complaints: string[];
};

type HeldUpPage = {
  readonly page: Page;
  /** From now on nothing that the daemon says arrives. */
  hold(): void;
  /** What was held up arrives, and what follows too. */
  release(): void;
  /** From now on this is refused, with this message, and the daemon does not hear of it. */
  refuse(method: string, message: string): void;
  /** Nothing is refused any more. */
  allow(): void;
};

const root = fileURLToPath(new URL("../../..", import.meta.url));

export async function openTechnician(
  t: Ending,
  options: ShopOptions & Partial<ChromiumOptions> = {},
): Promise<Technician> {
  execFileSync(process.execPath, [`${root}/scripts/build-page.mjs`, "--quiet"], { stdio: "inherit" });
  const shop = await openShop(t, options);
  const { viewport, rebound, sites = [] } = options;
  const browser = await openChromium(t, {
    sites,
    ...(rebound === undefined ? {} : { rebound }),
    ...(viewport === undefined ? {} : { viewport }),
  });
  const requests: string[] = [];
  const complaints: string[] = [];
  browser.on("request", (request) => requests.push(request.url()));
  browser.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  browser.on("weberror", (error) => complaints.push(error.error().message));
  const origin = shop.url.replace("ws:", "http:").replace("/v1", "");
  const loginUrl = async () => {
    const administrator = await shop.openSocket("cli");
    const { result } = await administrator.request("page.login", {});
    administrator.socket.close();
    return String(result?.["url"]);
  };
  const logIn = async (page: Page) => {
    await page.goto(await loginUrl());
    await page.getByRole("navigation").waitFor();
  };
  return {
    shop,
    browser,
    origin,
    folder: freshFolder(t),
    loginUrl,
    requests,
    complaints,
    open: async (place = "#/") => {
      const page = await browser.newPage();
      await logIn(page);
      if (place !== "#/") await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      return page;
    },
    openHeldUp: async () => {
      const page = await browser.newPage();
      const gate = await heldUp(page);
      await logIn(page);
      return { page, ...gate };
    },
  };
}

const REFUSED = { reason: "internal", retry: "never" };

async function heldUp(page: Page): Promise<Omit<HeldUpPage, "page">> {
  let waiting: (() => void)[] | undefined;
  const refused = new Map<string, string>();
  await page.routeWebSocket(/\/v1$/, (toPage) => {
    const daemon = toPage.connectToServer();
    toPage.onMessage((asked) => {
      const { id, method } = JSON.parse(String(asked)) as { readonly id: number; readonly method: string };
      const message = refused.get(method);
      if (message === undefined) daemon.send(asked);
      else toPage.send(JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32000, message, data: REFUSED } }));
    });
    daemon.onMessage((message) => {
      if (waiting === undefined) toPage.send(message);
      else waiting.push(() => toPage.send(message));
    });
  });
  return {
    hold: () => {
      waiting ??= [];
    },
    release: () => {
      const late = waiting ?? [];
      waiting = undefined;
      for (const arrive of late) arrive();
    },
    refuse: (method, message) => void refused.set(method, message),
    allow: () => refused.clear(),
  };
}
