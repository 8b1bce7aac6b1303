import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RequestRefused, type PosClient } from "../../src/client/index.ts";
import { openShop, TERMINAL } from "../support/shop.ts";

const slowCustomer = (ms: number) => ({
  rules: [{ when: { command: "sale" }, then: [{ kind: "slow", ms, phase: "customer" }] }],
});

describe("the end of the daemon during a sale", () => {
  it("waits for the sale on SIGTERM, and the POS hears how it ended", async (context) => {
    const { daemon, pos, saleAt, ledger } = await openShop(context, { scenario: slowCustomer(300) });
    const sale = await saleAt("presentCard");

    daemon.kill("SIGTERM");

    const { outcome } = await sale.ended;
    assert.equal(outcome?.kind, "approved");
    assert.equal((await daemon.ended).code, 0);
    assert.equal(ledger().length, 1);
    await pos.close();
  });

  it("leaves a sale that takes too long to the next start, which finds out how it ended", async (context) => {
    const scenario = slowCustomer(1_500);
    const { daemon, saleAt, startDaemon, ledger } = await openShop(context, {
      scenario,
      config: { server: { shutdownGraceSeconds: 0 } },
    });
    const sale = await saleAt("presentCard");

    daemon.kill("SIGTERM");
    assert.equal((await daemon.ended).code, 0);
    assert.equal(ledger().length, 0);
    await startDaemon();

    const { outcome } = await sale.ended;
    assert.equal(outcome?.kind, "approved");
    assert.equal(outcome.decidedBy.kind, "recovery");
    assert.equal(ledger().length, 1);
  });

  it("leaves at once on the second signal", async (context) => {
    const { daemon, saleAt, pos } = await openShop(context, { scenario: slowCustomer(60_000) });
    const sale = await saleAt("presentCard");
    sale.ended.catch(() => undefined);

    daemon.kill("SIGTERM");
    await untilShuttingDown(pos);
    daemon.kill("SIGTERM");

    assert.equal((await daemon.ended).code, 143);
  });
});

/** The first signal has arrived. */
async function untilShuttingDown(pos: PosClient): Promise<void> {
  for (;;) {
    try {
      await pos.call("terminals.poll", { terminal: TERMINAL });
    } catch (error) {
      if (error instanceof RequestRefused && error.reason === "shuttingDown") return;
      if (!(error instanceof RequestRefused && error.reason === "tooManyRequests")) throw error;
    }
  }
}
