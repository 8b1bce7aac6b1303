// needs: firefox-esr, libnss3-tools, ca-certificates, openssl, fonts-dejavu-core, root
// A real Firefox: the certificate, the policies, the pay button and the technician's page.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { lastFirst, type Ending } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { openShop, TERMINAL, type Shop } from "../../support/shop.ts";
import { ENTER, openFirefox, type FirefoxOptions, type FirefoxPage } from "./firefox.ts";
import { openSite } from "./page-server.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const [POS, OTHER] = ["pos.example.com", "other.example.com"];

const LIMIT = { timeout: 280_000 };
const PAY = "document.querySelector('till-pay').shadowRoot";
const named = (tag: string, text: string) =>
  `[...document.querySelectorAll(${JSON.stringify(tag)})].find((one) => one.textContent.trim() === ${JSON.stringify(text)})`;

test("Firefox before and after `certificate install` and `browser allow`", LIMIT, async (t) => {
  execFileSync(process.execPath, [`${root}/scripts/build-page.mjs`, "--quiet"], { stdio: "inherit" });
  const ending = lastFirst(t);
  const [site, here, tlsPort] = [
    await openSite(ending, `https://${POS}`),
    await openSite(ending, "http://localhost"),
    await freePort(),
  ];
  const [allowed, other, near] = [
    `https://${POS}:${site.port}`,
    `https://${OTHER}:${site.port}`,
    `http://localhost:${here.port}`,
  ];
  for (const one of [site, here]) one.put("/", "<!doctype html><title>Till</title>");
  const server = { allowedOrigins: [allowed, other, near], tls: { port: tlsPort } };
  const shop = await openShop(ending, { terminals: { [TERMINAL]: {} }, config: { server } });
  const machine = machineOfItsOwn(ending);
  const options = { ...machine, preferences: asOutInTheInternet(site.port) };
  const health = `https://localhost:${tlsPort}/health`;

  const install = ["certificate", "install", "--yes", "--home", shop.home] as const;
  await assert.rejects(machine.tillbridge(machine.otherHome, ...install), { stdout: /Start Firefox once, close it/ });
  const before = await openFirefox(ending, options);
  await assert.rejects((await before.newPage("checked")).goto(health), /SEC_ERROR_UNKNOWN_ISSUER/);
  await before.close();
  await machine.tillbridge(machine.home, ...install);
  await machine.tillbridge(machine.home, "browser", "allow", allowed, "--home", shop.home);
  const firefox = await openFirefox(ending, options);

  await t.test("it trusts the certificate: https, and a socket over wss", async () => {
    const page = await firefox.newPage("checked");
    await page.goto(health);
    await page.goto(`${near}/`);
    assert.equal(await page.evaluate(firstWord(`wss://localhost:${tlsPort}/v1`)), "hello");
  });
  await t.test(
    "it reads the policy: the page that was allowed opens a socket without a question, another one does not",
    async () => {
      const page = await firefox.newPage("unchecked");
      await page.goto(`${allowed}/`);
      assert.equal(await page.evaluate(firstWord(shop.url)), "hello");
      await page.goto(`${other}/`);
      assert.equal(await page.evaluate(firstWord(shop.url)), "closed 1006");
    },
  );
  await t.test("the pay button pairs and pays, and is paid after a reload", async () => {
    site.put("/pay", payPage(shop));
    const page = await firefox.newPage("unchecked");
    await page.goto(`${allowed}/pay`);
    await page.click(`${PAY}?.querySelector("button")`);
    await page.until(`${PAY}.activeElement?.name === "code"`);
    await page.type(`${await codeFor(shop, `${POS}-${site.port}`)}${ENTER}`);
    await page.until(`${PAY}.textContent.includes("Paid CLP")`);
    await page.goto(`${allowed}/pay`);
    await page.until(`${PAY}?.textContent.includes("Paid CLP")`);
    await keepPicture(page, "pay");
    assert.deepEqual(
      shop
        .terminal()
        .ledger()
        .map(({ kind, amount }) => [kind, amount]),
      [["sale", 1_001]],
    );
  });
  await t.test("the technician's page shows the terminal and takes a test payment", async () => {
    const page = await firefox.newPage("checked");
    await page.goto(await loginUrl(shop));
    await page.until(`document.querySelector("main")?.innerText.includes("${TERMINAL}")`);
    await page.click(named("nav a", "Test payment"));
    await page.click(named("button", "Practise"));
    await page.until(`document.querySelector("[data-outcome=approved]")`);
    await keepPicture(page, "technician");
    assert.equal(shop.terminal().ledger().length, 1, "a practice moves no money at the shop's terminal");
  });
  await firefox.close();
});

/** The site at this port is believed to be out there; Firefox asks also before a socket is let through, and nobody answers for long. */
function asOutInTheInternet(port: number) {
  return {
    "network.dns.localDomains": `${POS},${OTHER}`,
    "network.lna.address_space.public.override": `127.0.0.1:${port}`,
    "network.lna.enabled": true,
    "network.lna.blocking": true,
    "network.lna.websocket.enabled": true,
    "network.lna.prompt.timeout": 1_000,
  };
}

function payPage({ url }: Shop): string {
  const script = `${url.replace("ws:", "http:").replace("/v1", "")}/till-pay.js`;
  return `<!doctype html><html lang="en"><title>Till</title><script src="${script}"></script>
<body><till-pay currency="CLP" amount="1001" order="F-1"></till-pay></body></html>`;
}

async function asAdministrator(shop: Shop, method: string, params: object): Promise<Record<string, unknown>> {
  const administrator = await shop.openSocket("cli");
  const { result } = await administrator.request(method, params);
  administrator.socket.close();
  return result ?? {};
}

const codeFor = async (shop: Shop, pos: string) => String((await asAdministrator(shop, "pos.add", { pos }))["code"]);
const loginUrl = async (shop: Shop) => String((await asAdministrator(shop, "page.login", {}))["url"]);

/** For people: into the folder that `PICTURES` names. */
async function keepPicture(page: FirefoxPage, name: string): Promise<void> {
  const folder = process.env["PICTURES"];
  if (folder !== undefined) writeFileSync(join(folder, `firefox-${name}.png`), await page.picture());
}

const firstWord = (url: string) => `new Promise((seen) => {
  const socket = new WebSocket(${JSON.stringify(url)});
  socket.onmessage = ({ data }) => seen(JSON.parse(data).method);
  socket.onclose = ({ code }) => seen("closed " + code);
})`;

/** Root's home, one in which there is no Firefox, and a copy of what the system and its browsers are told in `/etc`. */
function machineOfItsOwn(ending: Ending) {
  const folder = freshFolder(ending);
  const [home, otherHome, etc] = [join(folder, "root"), join(folder, "other"), join(folder, "etc")];
  for (const made of [home, otherHome]) mkdirSync(made, { mode: 0o700 });
  execFileSync("cp", ["-a", "/etc", etc]);
  const mounts = `mount --bind ${etc} /etc; mount -t tmpfs tmpfs /usr/local/share/ca-certificates; mount -t tmpfs tmpfs /home`;
  const within: FirefoxOptions["within"] = (...call) => [
    "unshare",
    "--mount",
    "sh",
    "-ec",
    `${mounts}; exec "$@"`,
    "sh",
    ...call,
  ];
  const tillbridge = async (user: string, ...words: readonly string[]) => {
    const [program, ...args] = within(process.execPath, `${root}/src/main.ts`, ...words);
    return promisify(execFile)(program, args, { env: { ...process.env, HOME: user } });
  };
  return { home, otherHome, within, tillbridge };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, "close");
  return port;
}
