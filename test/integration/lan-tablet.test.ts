import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { authorityFile, installCertificate } from "../../src/home/certificate/install.ts";
import { run } from "../cli/command.ts";
import { lastFirst } from "../support/ending.ts";
import { freshFolder } from "../support/home-folder.ts";
import { connectProtocol, type ConnectOptions } from "../support/protocol-client.ts";
import { openShop, TERMINAL } from "../support/shop.ts";

const LIMIT = { timeout: 110_000 };
/** Stands for the address in the shop's network: this machine's too, and not the one that programs of this machine use. */
const ADDRESS = "127.0.0.2";
const NAME = "till-pc.local";

/** A port that nobody has at this moment. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, ADDRESS);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test(
  "a tablet in the shop's network pays over TLS, and hears the outcome also when the service is killed in mid-sale",
  LIMIT,
  async (context) => {
    const ending = lastFirst(context);
    const home = freshFolder(ending);
    const data = join(home, "data");
    mkdirSync(data, { mode: 0o700 });
    await installCertificate(data, { names: [NAME], machine: "till-pc", nowMs: Date.now() });
    const ca = readFileSync(authorityFile(data), "utf8");
    const port = await freePort();
    const scenario = { rules: [{ when: { command: "sale", amount: 2_500 }, then: [{ kind: "slow", ms: 2_000 }] }] };
    const shop = await openShop(ending, {
      home,
      terminals: { [TERMINAL]: { scenario, settings: { quietMs: 300, askEveryMs: 100 } } },
      config: { server: { tls: { port: 0 }, lan: { host: ADDRESS, port, names: [NAME] } } },
    });
    const command = (...args: readonly string[]) => run(context, [...args, "--home", home]);
    const tokenOf = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await command("pos", "add", ...args, "--token", "--json");
      assert.equal(code, 0, stderr);
      return (JSON.parse(stdout) as { readonly token: string }).token;
    };
    const openAs = async (pos: string, token: string, options: ConnectOptions = {}) => {
      const client = await connectProtocol(`wss://${ADDRESS}:${port}/v1`, { ca, servername: NAME, ...options });
      ending.after(() => client.socket.terminate());
      const { result, error } = await client.request("session.open", { protocol: 1, pos, token });
      return { ...client, opened: result?.["pos"] ?? error?.data["reason"] };
    };
    const sale = (requestId: string, value: number) => ({
      terminal: TERMINAL,
      requestId,
      operation: { type: "sale", amount: { value, currency: "CLP" } },
    });

    const token = await tokenOf("tablet-1", "--lan");
    const tablet = await openAs("tablet-1", token, { headers: { host: `${NAME}:${port}` } });
    assert.equal(tablet.opened, "tablet-1");
    const paid = await tablet.request("transactions.start", { ...sale("first", 1_000), until: "settled" });
    assert.equal(outcomeIn(paid.result), "approved");

    await context.test("a till's token, and the administrator's, open nothing from there", async () => {
      assert.equal((await openAs("kiosk", await tokenOf("kiosk"))).opened, "unauthorized");
      const administrator = readFileSync(join(data, "admin.token"), "utf8").trim();
      assert.equal((await openAs("cli", administrator)).opened, "unauthorized");
    });

    await context.test("killed in mid-sale, and asked again", async () => {
      tablet.post("transactions.start", sale("second", 2_500));
      // Said by the terminal, so the sale has reached it.
      await tablet.next(
        ({ params }) => params?.["type"] === "transaction.progress" && params["stage"] === "presentCard",
      );
      await shop.killDaemon();
      await shop.startDaemon();

      const again = await openAs("tablet-1", token);
      const { result } = await again.request("transactions.start", { ...sale("second", 2_500), until: "settled" });

      // Where the customer had not shown the card yet, the terminal gave up with the link.
      const told = outcomeIn(result);
      assert.ok(told === "approved" || told === "notPerformed", String(told));
      const moved = shop
        .terminal()
        .ledger()
        .map(({ amount }) => amount);
      assert.deepEqual(moved, told === "approved" ? [1_000, 2_500] : [1_000], "what is told is what moved, once");
    });

    await context.test("taken off the LAN, the tablet is shown out and not let in again", async () => {
      const there = await openAs("tablet-1", token);
      const { code, stderr } = await command("pos", "set", "tablet-1", "--not-lan");
      assert.equal(code, 0, stderr);
      assert.equal(await there.closed, 4001);
      assert.equal((await openAs("tablet-1", token)).opened, "unauthorized");
    });
  },
);

function outcomeIn(result: Record<string, unknown> | undefined): unknown {
  const transaction = result?.["transaction"] as { readonly outcome?: { readonly kind: string } } | undefined;
  return transaction?.outcome?.kind;
}
