// A terminal on HTTP has no link that could break: only a probe tells that it has gone. It comes at the vendor's interval.
import { test } from "node:test";
import { openShop, TERMINAL } from "../support/shop.ts";

test("a terminal that is killed is shown as offline by itself, and as ready when it is back", async (context) => {
  const shop = await openShop(context, { terminals: { [TERMINAL]: { vendor: "poynt", memory: "survives" } } });
  await shop.till.terminalIs("ready");
  const { program } = shop.terminal();
  program.kill("SIGKILL");
  const killedMs = performance.now();

  await shop.till.terminalIs("offline");
  context.diagnostic(`offline ${Math.round(performance.now() - killedMs)} ms after it was killed`);

  await shop.terminal().startAgain();
  const backMs = performance.now();
  await shop.till.terminalIs("ready");
  context.diagnostic(`ready ${Math.round(performance.now() - backMs)} ms after it was back`);
});
