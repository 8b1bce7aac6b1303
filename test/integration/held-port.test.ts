import assert from "node:assert/strict";
import { test } from "node:test";
import { startNeighbour } from "../support/port-neighbour.ts";
import { assertSquare } from "../support/reckoning.ts";
import { openShop, TERMINAL } from "../support/shop.ts";
import { startTerminal } from "../support/simulated-terminal.ts";
import { until } from "../support/until.ts";

const elsewhere = process.platform === "linux" ? false : "only Linux tells who has a device open";

test(
  "a port that another program had first: it is named, and sales work when it lets go",
  { skip: elsewhere },
  async (context) => {
    // Given a terminal that was spoken to as a modem before the daemon starts.
    const garbage = { rules: [{ when: {}, then: [{ kind: "garbage", text: "\r\nERROR\r\n", at: "before" }] }] };
    const terminal = await startTerminal(context, { medium: "pty", scenario: garbage });
    const { path } = terminal.link as { readonly path: string };
    const neighbour = await startNeighbour(context, "ModemManager", path, "probes");
    const { till } = await openShop(context, {
      terminals: {},
      config: { terminals: [{ id: TERMINAL, vendor: "getnet", link: terminal.link, settings: { currency: "CLP" } }] },
    });

    // When the daemon has said who it is, and that one goes.
    const said = `ModemManager (process ${neighbour.pid}) has ${path} open`;
    await until(async () => {
      const { terminal: seen } = await till.client.call("terminals.get", { terminal: TERMINAL });
      return seen.detail?.includes(said) === true;
    });
    await neighbour.letGo();
    await till.terminalIs("ready");

    // Then a sale moves its money once.
    const sold = await till.sale(1_250).ended;
    assert.equal(sold.outcome?.kind, "approved");
    assertSquare(terminal.ledger(), [sold]);
  },
);
