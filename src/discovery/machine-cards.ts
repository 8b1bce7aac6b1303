import { networkInterfaces } from "node:os";
import { cardsOf, type Cards } from "./cards.ts";

/** The cards of this moment. A machine that has no file descriptor left, or does not let us ask, tells none: that is no reason to end. */
export function machineCards(wanted?: readonly string[], list: typeof networkInterfaces = networkInterfaces): Cards {
  try {
    return cardsOf(list(), wanted);
  } catch (error) {
    return { cards: [], missing: [], unlisted: error instanceof Error ? error.message : String(error) };
  }
}
