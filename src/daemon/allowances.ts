import { done, refused, type Result } from "../core/errors.ts";
import { formatMoney, type Money } from "../core/money.ts";
import { mostAsked, takesTheWhole } from "../core/pos-limits.ts";
import type { PosLimit } from "../core/pos.ts";
import type { StartRequest } from "./api.ts";
import type { Spending } from "./spending.ts";

/** Money that is being asked for and not in the journal yet. */
export type Held = { release(): void };

type Hold = { readonly request: string; readonly value: number };

const NOTHING: Held = { release: () => undefined };

/** Who asks for what; `worth`: of the original, where that is known. */
type Ask = { readonly pos: string; readonly request: StartRequest; readonly worth: Money | undefined };

/** Whether an operation is within the limits of its POS. */
export class Allowances {
  readonly #spending: Spending;
  /** By POS, type and currency. */
  readonly #holds = new Map<string, Set<Hold>>();

  constructor(spending: Spending) {
    this.#spending = spending;
  }

  /**
   * Looks at the limits of this type of operation, and keeps what is asked from any other one until it is released: two at once must
   * not both fit. `Spending` knows the POS.
   */
  hold(ask: Ask, limits: readonly PosLimit[]): Result<Held> {
    const [first] = limits;
    if (first === undefined) return done(NOTHING);
    const { pos, request, worth } = ask;
    const { type } = request.operation;
    const asked = mostAsked(request.operation, worth);
    // A terminal takes the whole back, so the amount is worth no more than the word of whoever names it.
    const isUnbounded = takesTheWhole(type) && worth === undefined;
    if (asked === undefined || isUnbounded) {
      const remedy = isUnbounded ? "name its original by `transaction`" : "name the amount";
      const why = `How much this ${type} would move is not known here, and ${pos} has a limit for it: ${remedy}. ${REMEDY}`;
      const field = isUnbounded ? "operation.original" : "operation.amount";
      return refused("limitExceeded", why, { field, limit: first });
    }
    const ours = limits.filter(({ currency }) => currency === asked.currency);
    if (ours.length === 0) {
      const allowed = limits.map(({ currency }) => currency).join(", ");
      const why = `${pos} may ask for a ${type} in ${allowed}, not in ${asked.currency}. ${REMEDY}`;
      return refused("limitExceeded", why, { field: "operation.amount.currency", limit: first });
    }
    for (const limit of ours) {
      const fault = this.#fault(limit, asked, ask);
      if (fault !== undefined) return fault;
    }
    return done(this.#keep(pos, request, asked));
  }

  #fault(limit: PosLimit, asked: Money, { pos, request }: Ask): ReturnType<typeof refused> | undefined {
    const { operation, currency, perOperation, perDay } = limit;
    const inWords = (value: number) => formatMoney({ value, currency });
    const left = perDay === undefined ? undefined : Math.max(0, perDay - this.#today(pos, request, asked));
    const about = { field: "operation.amount.value", limit, ...(left === undefined ? {} : { left }) };
    if (perOperation !== undefined && asked.value > perOperation) {
      const why = `A ${operation} of ${pos} may be ${inWords(perOperation)} at most, not ${inWords(asked.value)}. ${REMEDY}`;
      return refused("limitExceeded", why, about);
    }
    if (perDay === undefined || left === undefined || asked.value <= left) return undefined;
    const why =
      `Of the ${inWords(perDay)} a day that ${pos} has for each ${operation} together, ${inWords(left)} are left today, ` +
      `not ${inWords(asked.value)}. What is in doubt counts. ${REMEDY}`;
    return refused("limitExceeded", why, about);
  }

  /** With what is just being stored, but for an earlier try of the same request: of the two one is stored. */
  #today(pos: string, request: StartRequest, { currency }: Money): number {
    const { type } = request.operation;
    const holds = [...(this.#holds.get(keyOf(pos, type, currency)) ?? [])];
    const held = holds.filter((hold) => hold.request !== request.requestId);
    return this.#spending.today(pos, type, currency) + held.reduce((sum, { value }) => sum + value, 0);
  }

  #keep(pos: string, { requestId, operation }: StartRequest, { value, currency }: Money): Held {
    const key = keyOf(pos, operation.type, currency);
    const holds = this.#holds.get(key) ?? new Set();
    const hold: Hold = { request: requestId, value };
    this.#holds.set(key, holds.add(hold));
    return {
      release: () => {
        holds.delete(hold);
        if (holds.size === 0) this.#holds.delete(key);
      },
    };
  }
}

const REMEDY = "An administrator can change that: `tillbridge pos set NAME --limit ...`.";

function keyOf(pos: string, type: string, currency: string): string {
  return `${pos} ${type} ${currency}`;
}
