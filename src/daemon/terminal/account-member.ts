import type { JsonObject } from "../../core/json.ts";
import type { Log } from "../../core/ports.ts";
import type { Vendor } from "../../drivers/driver.ts";
import { JournalFailure } from "../../journal/journal.ts";
import type { Member } from "../account/seat.ts";
import type { Records } from "../records.ts";
import type { Actor } from "./actor.ts";

type MemberPorts = {
  readonly terminal: string;
  readonly vendor: Vendor;
  readonly settings: JsonObject;
  readonly actor: Pick<Actor<unknown>, "accountChanged" | "hear" | "worksFor">;
  readonly records: Records;
  readonly log: Log;
};

/** A terminal, as its account knows it. */
export function memberOf({ terminal, vendor, settings, actor, records, log }: MemberPorts): Member<unknown> {
  return {
    accountChanged: (usability) => actor.accountChanged(usability),
    told: (message, ticket) => actor.hear(message, ticket),
    worksFor: (ticket) => actor.worksFor(ticket),
    device: () => vendor.deviceOf?.(settings),
    knows: async (ticket) => {
      try {
        return (await records.journal.byTicket(terminal, ticket)) !== undefined;
      } catch (failure) {
        if (!(failure instanceof JournalFailure)) throw failure;
        log.error("transaction.ownerUnknown", "the payment's owner is not known", { ticket, why: failure.message });
        return false;
      }
    },
  };
}
