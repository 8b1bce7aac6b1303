import type { Clock, Timer } from "../core/ports.ts";
import type { Cards } from "../discovery/cards.ts";
import { machineCards } from "../discovery/machine-cards.ts";
import { systemClock } from "./clock.ts";
import type { Discovery } from "./discovery/discovery.ts";
import type { Senses } from "./discovery/senses.ts";
import type { Till } from "./till.ts";
import { watchForWake } from "./wake.ts";

/** A device that is plugged in gets its node, its rights and its links one after the other. */
const SETTLE_MS = 150;
/** Links first: what there is to see is told when the terminal has its link again. */
const LOOK_AFTER_MS = 3_000;
/** A bad contact plugs and unplugs all the time: each answer to it costs a look at every device. */
const REST_MS = 2_000;
/** A cable, a VPN, a new lease: the system is asked, which costs it nothing. */
const CARDS_LOOK_MS = 2_000;
const SCAN_MS = 3_000;

/** What happens around the machine is answered at once, and not at the next attempt: plugs, network cards, a sleep. */
export function watchSurroundings(
  till: Pick<Till, "wake" | "tryLinksNow">,
  discovery: Discovery,
  senses: Senses,
  clock: Clock = systemClock,
  cards: () => Cards = machineCards,
): Disposable {
  const stack = new DisposableStack();
  const settling = new Delay(clock, SETTLE_MS);
  const looking = new Delay(clock, LOOK_AFTER_MS);
  const stopHearing = senses.onPlugged(() => {
    settling.begin(() => till.tryLinksNow());
    looking.begin(() => void discovery.lookAtPlugged());
  });
  stack.defer(() => {
    stopHearing();
    settling.cancel();
    looking.cancel();
  });
  stack.use(watchForWake(clock, (gapMs) => till.wake(gapMs)));
  stack.use(
    watchCards(cards, clock, () => {
      till.tryLinksNow();
      void discovery.scan(SCAN_MS);
    }),
  );
  return stack;
}

/**
 * Rings so long after it has begun, and not sooner after it rang before than `REST_MS`. What begins it while it runs does not put it off, since a bad
 * contact would do so for ever: it rings once more for that.
 */
class Delay {
  readonly #clock: Clock;
  readonly #delayMs: number;
  #timer: Timer | undefined;
  #hasMore = false;
  #rangMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, delayMs: number) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  begin(ring: () => void): void {
    if (this.#timer !== undefined) {
      this.#hasMore = true;
      return;
    }
    const restMs = this.#rangMs + REST_MS - this.#clock.monotonicMs();
    this.#timer = this.#clock.after(Math.max(this.#delayMs, restMs), () => {
      const hadMore = this.#hasMore;
      this.#timer = undefined;
      this.#hasMore = false;
      this.#rangMs = this.#clock.monotonicMs();
      if (hadMore) this.begin(ring);
      ring();
    });
  }

  cancel(): void {
    this.#timer?.cancel();
  }
}

/** A card that came, went, or has another address. A machine that does not tell for a while has had no change by that. */
function watchCards(cards: () => Cards, clock: Clock, changed: () => void): Disposable {
  const known = (): string | undefined => {
    const now = cards();
    return now.unlisted === undefined ? JSON.stringify(now.cards) : undefined;
  };
  let before = known();
  let timer: Timer;
  const look = (): void => {
    const now = known();
    if (now !== undefined && before !== undefined && now !== before) changed();
    before = now ?? before;
    timer = clock.after(CARDS_LOOK_MS, look);
  };
  timer = clock.after(CARDS_LOOK_MS, look);
  return { [Symbol.dispose]: () => timer.cancel() };
}
