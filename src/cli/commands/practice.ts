import { transactionOf } from "../../client/events.ts";
import { isPractice } from "../../core/practice.ts";
import type { Command } from "../call.ts";
import { EXIT, wrongUsage } from "../exit.ts";
import { createTeller } from "../progress/payment-teller.ts";
import { liveLine } from "../progress/waiting.ts";
import { readMoney } from "../typed-values.ts";
import { withSession } from "../with-session.ts";
import { transactionFacts } from "../words.ts";

/** A simulator is started, and a payment taken: as long as the daemon gives it, and a little. */
const LIMIT_MS = 125_000;

/** Takes a payment at a simulated terminal, and tells its stages as those of a real one. */
export const practice: Command = (call) => {
  const amount = readMoney(call, "amount");
  if (amount === undefined) throw wrongUsage("Say the amount with --amount and --currency. No money moves.");
  const [vendor] = call.arguments;
  return withSession(call, async ({ ask, session }) => {
    const line = liveLine(call.out);
    let tell: ReturnType<typeof createTeller> | undefined;
    session.listen((event) => {
      const told = transactionOf(event);
      if (tell === undefined && told !== undefined && isPractice(told))
        tell = createTeller(line, told.requestId, Date.now);
      // What else happens in the shop is not what whoever practises looks at.
      if (event.type.startsWith("transaction.")) tell?.(event);
    });
    try {
      await ask("events.subscribe", { all: true });
      line.show("starting a simulated terminal");
      const practised = await ask("practice.run", { amount, ...(vendor === undefined ? {} : { vendor }) }, LIMIT_MS);
      line.stop();
      call.out.note("Practice: no money has moved.");
      call.out.result(practised, () => transactionFacts(practised.transaction));
      return practised.transaction.outcome?.kind === "approved" ? EXIT.done : EXIT.refused;
    } finally {
      line.stop();
    }
  });
};
