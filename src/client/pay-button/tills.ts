import type { Memory } from "./memory.ts";
import { openTill, type Till, type TillListener, type TillOptions } from "./till.ts";

/** The connections of this page to one daemon: one at a time, for all of its buttons. */
export type Tills = {
  /** The one with the pairing that is remembered now; undefined where there is none. */
  current(): Till | undefined;
  /** The same, and begun anew where it is waiting to try again: somebody has pressed a button. */
  fresh(): Till | undefined;
  /** Hears of whichever connection there is. */
  listen(listener: TillListener): () => void;
};

export type TillsOptions = Omit<TillOptions, "pairing" | "listener"> & { readonly memory: Memory };

export function createTills(options: TillsOptions): Tills {
  const { memory, url } = options;
  const listeners = new Set<TillListener>();
  let till: Till | undefined;

  const each = (tell: (listener: TillListener) => void) => {
    for (const listener of [...listeners]) tell(listener);
  };
  const listener: TillListener = {
    told: (transaction) => each((to) => to.told(transaction)),
    progressed: (progress) => each((to) => to.progressed(progress)),
    opened: () => each((to) => to.opened()),
    lost: () => each((to) => to.lost()),
  };

  const open = (): Till | undefined => {
    const pairing = memory.pairing(url);
    const { token } = pairing ?? {};
    if (pairing === undefined || token === undefined) return undefined;
    return (till = openTill({ ...options, pairing: { ...pairing, token }, listener }));
  };
  const isStale = (known: Till) => {
    const { token } = memory.pairing(url) ?? {};
    return token !== undefined && token !== known.token;
  };

  return {
    current: () => (till === undefined || isStale(till) ? open() : till),
    fresh: () => {
      if (till === undefined || isStale(till)) return open();
      // What is paid over it is asked for again by it alone.
      if (till.isOpen || !till.isIdle) return till;
      const before = till;
      const now = open();
      if (now !== undefined) void before.close();
      return now;
    },
    listen: (to) => {
      listeners.add(to);
      return () => void listeners.delete(to);
    },
  };
}
