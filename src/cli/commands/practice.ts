import { transactionOf } from "../../client/events.ts";
import { isPractice } from "../../core/practice.ts";
import type { Command } from "../call.ts";
import { CommandFailure, EXIT, wrongUsage } from "../exit.ts";
import { createTeller } from "../progress/payment-teller.ts";
import { liveLine } from "../progress/waiting.ts";
import { readMoney } from "../typed-values.ts";
import { withSession, type DaemonSession } from "../with-session.ts";
import { transactionFacts } from "../words.ts";

/** A simulator is started, and a payment taken: as long as the daemon gives it, and a little. */
const LIMIT_MS = 125_000;

/** Takes a payment at a simulated terminal, and tells its stages as those of a real one. */
export const practice: Command = (call) => {
  const amount = readMoney(call, "amount");
  if (amount === undefined) throw wrongUsage("Say the amount with --amount and --currency. No money moves.");
  if (amount.value === 0) throw wrongUsage("An amount of zero is no payment to practise.");
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
    const left = Promise.withResolvers<never>();
    const leave = () => left.reject(leftAlone());
    try {
      await ask("events.subscribe", { all: true });
      const isStarted = vendor === undefined || (await canBePractised(vendor, ask));
      process.on("SIGINT", leave);
      if (isStarted) line.show("starting a simulated terminal");
      const asked = ask("practice.run", { amount, ...(vendor === undefined ? {} : { vendor }) }, LIMIT_MS);
      const practised = await Promise.race([asked, left.promise]);
      line.stop();
      call.out.note("Practice: no money has moved.");
      call.out.result(practised, () => transactionFacts(practised.transaction));
      return practised.transaction.outcome?.kind === "approved" ? EXIT.done : EXIT.refused;
    } finally {
      line.stop();
      process.off("SIGINT", leave);
    }
  });
};

/** Of one that cannot, nothing is told as begun; why it cannot is said by the daemon. */
async function canBePractised(vendor: string, ask: DaemonSession["ask"]): Promise<boolean> {
  const { vendors } = await ask("vendors.list", {});
  return vendors.some(({ id, links }) => id === vendor && links.some((link) => link !== "cloud"));
}

/** Nothing is canceled: no money hangs on it, and the service lets it last a minute or two at most. */
function leftAlone(): CommandFailure {
  return new CommandFailure(
    EXIT.unknown,
    "You left the practice payment: it goes on in the service and ends by itself. No money moves. " +
      "`tillbridge transactions list --terminal practice` tells how it ended.",
  );
}
