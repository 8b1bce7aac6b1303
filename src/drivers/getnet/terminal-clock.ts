import type { GetnetEffect } from "./dialogue.ts";
import type { Reply } from "./messages.ts";

/** `RealDate` of a sale, `DateTime` of a refund (getnet.md 4). Assumed: the terminal's own clock, without a zone, when it carried them out. */
const FIELDS = ["RealDate", "DateTime"];
/** One that names a zone is nobody's wall clock. */
const TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.\d+)?$/;

/** What the terminal's clock shows, where the reply to what was asked just now tells it. Never of a record: that is as old as its sale. */
export function clockToldBy({ fields }: Reply): readonly Extract<GetnetEffect, { kind: "clockTold" }>[] {
  for (const name of FIELDS) {
    const value = fields[name];
    const [, day, time] = (typeof value === "string" ? TIME.exec(value) : undefined) ?? [];
    const localTime = `${day ?? ""}T${time ?? ""}`;
    if (!Number.isNaN(Date.parse(`${localTime}Z`))) return [{ kind: "clockTold", localTime }];
  }
  return [];
}
