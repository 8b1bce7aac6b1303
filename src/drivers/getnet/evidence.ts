import type { Verdict } from "../../core/outcome.ts";
import { sameDevice, type DeviceIdentity } from "../../core/terminal.ts";
import { commandOf, type Committing } from "./asked.ts";
import { approvalOf, movedMinor, namesAsked, type Says } from "./judgement.ts";
import { COMMANDS } from "./messages.ts";
import type { GetnetSettings } from "./settings.ts";
import { isOfAnotherDevice, movementOf, possibleMovements, type Baseline, type Voucher } from "./voucher.ts";

/** What is known from before the doubt. */
export type Known = {
  readonly asked: Committing;
  readonly settings: GetnetSettings;
  readonly identity: DeviceIdentity | undefined;
  readonly baseline: Baseline;
};

/** What the terminal's memory says now. `last` is missing where LastVoucher has nothing to tell. */
export type Memory = {
  readonly last: Voucher | undefined;
  readonly details: readonly Voucher[];
};

export type Finding =
  | { readonly kind: "found"; readonly verdict: Verdict; readonly movement: string | undefined }
  /** Nothing that speaks for it; whether that proves anything is another question. */
  | { readonly kind: "nothing" }
  /** Something that only a person can judge. */
  | { readonly kind: "unclear"; readonly why: string };

/** Records carry no code and text of their own. */
const RECORDED: Says = { code: "0", text: "" };

const NOTHING: Finding = { kind: "nothing" };
const unclear = (why: string): Finding => ({ kind: "unclear", why });

/** Looks for what was asked among the records. A refund's twins can only be told apart once `claimed` is known. */
export function findAsked(known: Known, memory: Memory, claimed: ReadonlySet<string>): Finding {
  switch (known.asked.kind) {
    case "sale":
      return findSale(known, memory);
    case "void":
      return theOnly(
        known,
        recordsOf(memory).filter((voucher) => isNewAndNamed(voucher, known, memory)),
      );
    case "refund":
      return findRefund(known, memory, claimed);
    case "reconciliation":
      return NOTHING;
  }
}

function findSale(known: Known, memory: Memory): Finding {
  const named = recordsOf(memory).filter((voucher) => namesAsked(known.asked, voucher, known.settings) === "asked");
  const takenBack = named.some(({ functionCode }) => functionCode !== undefined && functionCode !== COMMANDS.sale);
  if (takenBack) return unclear("the terminal made the sale, and later took it back");
  return theOnly(known, named);
}

/**
 * Equal refunds of one sale are twins, and their numbers may start again. While this one is in doubt the terminal does nothing else for
 * us, so it can only be what LastVoucher tells, and only where no transaction claims that.
 */
function findRefund(known: Known, memory: Memory, claimed: ReadonlySet<string>): Finding {
  const { last } = memory;
  const isOurs = (voucher: Voucher): boolean => possibleMovements(voucher).some((movement) => claimed.has(movement));
  const fits = (voucher: Voucher): boolean =>
    isNewAndNamed({ ...voucher, functionCode: voucher.functionCode ?? COMMANDS.refund }, known, memory);
  const unclaimed = recordsOf(memory).filter((voucher) => fits(voucher) && !isOurs(voucher));
  if (last !== undefined && fits(last)) {
    return isOurs(last) ? unclear("its last record is equal to another refund's") : theOnly(known, unclaimed);
  }
  const isNothingNew = last !== undefined && (isBaseline(last, known) || isOurs(last));
  // One that does not say that it is a refund may be the sale itself: alone it tells nothing.
  const mayBeOurs = !isNothingNew && unclaimed.some(({ functionCode }) => functionCode !== undefined);
  return mayBeOurs ? unclear("a record fits that may be from before") : NOTHING;
}

/** A void or refund that is told as such, names its original, and was not there before. */
function isNewAndNamed(voucher: Voucher, known: Known, memory: Memory): boolean {
  const { asked, settings } = known;
  if (voucher.functionCode !== commandOf(asked) || isOld(voucher, known, memory)) return false;
  if (namesAsked(asked, voucher, settings) !== "asked") return false;
  return asked.kind !== "refund" || movedMinor(voucher, settings)?.totalMinor === asked.amountMinor;
}

function theOnly(known: Known, found: readonly Voucher[]): Finding {
  const [voucher, ...twins] = found;
  if (voucher === undefined) return NOTHING;
  if (twins.length > 0) return unclear("several records of the terminal fit, and they cannot be told apart");
  if (isOfAnotherDevice(voucher, known.identity)) return unclear("the record is of another merchant or terminal");
  if ((voucher.responseCode ?? 0) !== 0) {
    return unclear(`the terminal recorded it with code ${String(voucher.responseCode)}`);
  }
  const approval = approvalOf(known.asked, voucher, RECORDED, known.settings);
  if (approval.kind === "notBelieved") return unclear(approval.why);
  return { kind: "found", verdict: approval.verdict, movement: approval.movement };
}

/** LastVoucher and Details tell of the same memory: what both tell is one record, and LastVoucher knows its function. */
export function recordsOf({ last, details }: Memory): readonly Voucher[] {
  if (last === undefined) return details;
  const movement = movementOf(last);
  const listed = details.findIndex(
    (voucher) => movement !== undefined && possibleMovements(voucher).includes(movement),
  );
  return [last, ...details.filter((_, index) => index !== listed)];
}

function isBaseline(voucher: Voucher, { baseline }: Known): boolean {
  return baseline.kind === "voucher" && possibleMovements(voucher).includes(baseline.movement);
}

/**
 * Whether a record is the baseline or older. Numbers are compared for sales alone, because a void tells its original's, and only
 * while the baseline is in the same list, because they may start again with each batch (assumed: within a batch they grow).
 */
function isOld(voucher: Voucher, known: Known, memory: Memory): boolean {
  const { baseline } = known;
  if (isBaseline(voucher, known)) return true;
  if (voucher.functionCode !== undefined && voucher.functionCode !== COMMANDS.sale) return false;
  if (baseline.kind !== "voucher" || baseline.operationId === undefined || voucher.operationId === undefined) {
    return false;
  }
  const isSameBatch = memory.details.some((listed) => isBaseline(listed, known));
  return isSameBatch && voucher.operationId < baseline.operationId;
}

const mayBeAsked = (voucher: Voucher, { asked, settings }: Known): boolean =>
  voucher.functionCode === commandOf(asked) && namesAsked(asked, voucher, settings) === "notTold";

/**
 * Why it is not proved that the terminal never did what was asked, although nothing speaks for it; undefined where it is: the same
 * device answers, no batch was closed since, and nothing is newer than the baseline that no transaction of ours claims.
 */
export function whyNotAbsent(
  known: Known,
  memory: Memory,
  claimed: ReadonlySet<string>,
  identityNow: DeviceIdentity,
): string | undefined {
  const device = sameDevice(known.identity, identityNow);
  if (device === "different") return "another terminal answers than the one that the request was sent to";
  if (device === "notKnown") return "the terminal cannot be told from another one";
  const isOurs = (voucher: Voucher): boolean => possibleMovements(voucher).some((movement) => claimed.has(movement));
  const stranger = recordsOf(memory).find((voucher) => !isOld(voucher, known, memory) && !isOurs(voucher));
  if (stranger !== undefined) {
    const number = stranger.operationId === undefined ? "" : ` ${stranger.operationId}`;
    return `the terminal recorded operation${number} since, which no transaction knows`;
  }
  // What is ours is from before as well: while this is in doubt the terminal does nothing else for us.
  const isFromBefore = (voucher: Voucher): boolean => isBaseline(voucher, known) || isOurs(voucher);
  const { last, details } = memory;
  if (!details.some(isFromBefore) && (last === undefined || !isBaseline(last, known))) {
    return "the batch may have been closed since, or the terminal may have lost its memory";
  }
  if (known.asked.kind === "sale") return undefined;
  // The records of Details need not say that they are voids or refunds; LastVoucher does.
  if (last === undefined || !isFromBefore(last)) return "the terminal does not tell its last operation";
  // Its name alone does not say that it is from before: a terminal that forgot counts again from one.
  return mayBeAsked(last, known) ? "its last record does not tell whether it is the one" : undefined;
}
