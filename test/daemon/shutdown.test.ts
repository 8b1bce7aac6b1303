import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RequestRefused, type PosClient } from "../../src/client/index.ts";
import { openShop, TERMINAL } from "../support/shop.ts";

const slowCustomer = (customerMs: number) => ({ [TERMINAL]: { scenario: { customerMs } } });

describe("the end of the daemon during a sale", () => {
  it("waits for the sale on SIGTERM, and the POS hears how it ended", async (context) => {
    const { daemon, till, terminal } = await openShop(context, { terminals: slowCustomer(300) });
    const sale = await till.saleAt("presentCard", 1250);

    daemon.kill("SIGTERM");

    const { outcome } = await sale.ended;
    assert.equal(outcome?.kind, "approved");
    assert.equal((await daemon.ended).code, 0);
    assert.equal(terminal().ledger().length, 1);
  });

  it("leaves a sale that takes too long to the next start, which finds out how it ended", async (context) => {
    const { daemon, till, startDaemon, terminal } = await openShop(context, {
      terminals: slowCustomer(2_000),
      config: { server: { shutdownGraceSeconds: 0 } },
    });
    const sale = await till.saleAt("presentCard", 1250);
    terminal().program.kill("SIGSTOP");

    daemon.kill("SIGTERM");
    assert.equal((await daemon.ended).code, 0);
    assert.equal(terminal().ledger().length, 0);
    terminal().program.kill("SIGCONT");
    await startDaemon();

    const { outcome } = await sale.ended;
    assert.equal(outcome?.kind, "approved");
    assert.equal(outcome.decidedBy.kind, "recovery");
    assert.equal(terminal().ledger().length, 1);
  });

  it("leaves at once on the second signal", async (context) => {
    const { daemon, till } = await openShop(context, { terminals: slowCustomer(60_000) });
    const sale = await till.saleAt("presentCard", 1250);
    sale.ended.catch(() => undefined);

    daemon.kill("SIGTERM");
    await untilShuttingDown(till.client);
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
