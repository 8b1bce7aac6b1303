import { refused } from "../../core/errors.ts";
import type { MethodName } from "../../protocol/methods.ts";
import { mapped, record, type Handlers } from "./handler.ts";
import { transactionOnWire } from "./views.ts";

type PracticeMethod = Extract<MethodName, `practice.${string}`>;

export const practiceHandlers: Handlers<PracticeMethod> = {
  "practice.run": async (params, { server, session, caller }) => {
    if (server.practice === undefined)
      return refused("journalUnavailable", "Nobody can practise while no payment is taken: the journal is not open.");
    const practised = await server.practice.run(params);
    if (practised.kind === "done")
      await record(server, "practice payment", caller.pos, practised.value.seen.transaction.id);
    return mapped(practised, ({ vendor, seen }) => ({
      vendor,
      transaction: transactionOnWire(seen, session.language),
    }));
  },
};
