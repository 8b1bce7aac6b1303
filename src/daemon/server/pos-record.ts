import { done, refused, type Result } from "../../core/errors.ts";
import { limitsFault } from "../../core/pos-limits.ts";
import { isReservedPos, type PosRecord } from "../../core/pos.ts";
import type { ParamsOf } from "../../protocol/methods.ts";
import { signingKeyFault } from "./signing-key.ts";

type Change = ParamsOf<"pos.update">;

/** The record as an administrator wants it: what is not said stays. */
export function changedRecord(known: PosRecord, change: Change): Result<PosRecord> {
  const { pos, limits, signingKey } = change;
  if (isReservedPos(pos)) {
    return refused("invalidParams", `${pos} is a name of Tillbridge itself: choose another one.`, {
      field: "pos",
    });
  }
  const limited = limits === undefined ? undefined : limitsFault(limits);
  if (limited !== undefined)
    return refused("invalidParams", `${limited.field}: ${limited.why}.`, { field: limited.field });
  const keyFault = typeof signingKey === "string" ? signingKeyFault(signingKey) : undefined;
  if (keyFault !== undefined) {
    return refused("invalidParams", `signingKey ${keyFault}.`, { field: "signingKey" });
  }
  const { limits: limitsBefore, signingKey: keyBefore, ...rest } = known;
  const kept = { limits: limits ?? limitsBefore ?? [], signingKey: signingKey === undefined ? keyBefore : signingKey };
  return done({
    ...rest,
    scopes: change.scopes ?? known.scopes,
    shared: change.shared ?? known.shared,
    ...(change.lan === undefined ? {} : { lan: change.lan }),
    ...(kept.limits.length === 0 ? {} : { limits: kept.limits }),
    ...(typeof kept.signingKey === "string" ? { signingKey: kept.signingKey } : {}),
  });
}
