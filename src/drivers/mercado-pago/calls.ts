import type { Webhook } from "./messages.ts";

/** What was called lately, and the orders of which it has to be asked whose they are. */
export type Calls = {
  readonly seen: readonly string[];
  readonly asking: string | undefined;
  readonly waiting: readonly string[];
};

export const NO_CALLS: Calls = { seen: [], asking: undefined, waiting: [] };

const MOST_SEEN = 256;
const MOST_WAITING = 16;

/** Deliveries repeat: an order and its version are told once (mercado-pago.md 6). */
const nameOf = ({ order, version }: Webhook): string => `${order} ${version}`;

export function isKnownCall({ seen }: Calls, webhook: Webhook): boolean {
  return seen.includes(nameOf(webhook));
}

export function rememberCall({ seen, asking, waiting }: Calls, webhook: Webhook): Calls {
  const isUnnamed = webhook.externalReference === undefined && waiting.length < MOST_WAITING;
  return {
    seen: [...seen, nameOf(webhook)].slice(-MOST_SEEN),
    asking,
    waiting: isUnnamed ? [...waiting, webhook.order] : waiting,
  };
}
