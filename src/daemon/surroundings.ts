import { networkInterfaces } from "node:os";
import type { Clock, Timer } from "../core/ports.ts";
import { cardsOf } from "../discovery/cards.ts";
import { systemClock } from "./clock.ts";
import type { Discovery } from "./discovery/discovery.ts";
import type { Senses } from "./discovery/senses.ts";
import type { Till } from "./till.ts";
import { watchForWake } from "./wake.ts";

/** A device that is plugged in gets its node, its rights and its links one after the other. */
const SETTLE_MS = 150;
/** A cable, a VPN, a new lease: the system is asked, which costs it nothing. */
const CARDS_LOOK_MS = 2_000;
const SCAN_MS = 3_000;

/** What happens around the machine is answered at once, and not at the next attempt: plugs, network cards, a sleep. */
export function watchSurroundings(
  till: Pick<Till, "wake" | "tryLinksNow">,
  discovery: Discovery,
  senses: Senses,
  clock: Clock = systemClock,
): Disposable {
  const stack = new DisposableStack();
  let settling: Timer | undefined;
  const stopHearing = senses.onPlugged(() => {
    settling?.cancel();
    settling = clock.after(SETTLE_MS, () => {
      till.tryLinksNow();
      void discovery.lookAtPlugged();
    });
  });
  stack.defer(() => {
    stopHearing();
    settling?.cancel();
  });
  stack.use(watchForWake(clock, () => till.wake()));
  stack.use(
    watchCards(clock, () => {
      till.tryLinksNow();
      void discovery.scan(SCAN_MS);
    }),
  );
  return stack;
}

/** A card that came, went, or has another address. */
function watchCards(clock: Clock, changed: () => void): Disposable {
  const now = () => JSON.stringify(cardsOf(networkInterfaces()).cards);
  let before = now();
  let timer: Timer;
  const look = (): void => {
    const cards = now();
    if (cards !== before) changed();
    before = cards;
    timer = clock.after(CARDS_LOOK_MS, look);
  };
  timer = clock.after(CARDS_LOOK_MS, look);
  return { [Symbol.dispose]: () => timer.cancel() };
}
