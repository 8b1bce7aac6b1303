import type { Clock, Crypto } from "../../core/ports.ts";
import { sameText } from "./auth.ts";

/** Letters and digits that are not mistaken for one another when read out or written down. */
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const CODE_CHARACTERS = 8;
const CODE_LIFE_MS = 120_000;
const MAX_WRONG_TRIES = 5;

/** `died`: this try was the last wrong one. `locked`: it died before. */
type PairingTry = "paired" | "wrong" | "died" | "locked";

/** The codes that are good now. In memory alone: a restart ends them. */
export interface Pairings {
  /** A new code for a POS; an earlier one dies. */
  offer(pos: string): { readonly code: string; readonly lifeMs: number };
  /** A right code is used up. `wrong` also where there is none, so that a stranger learns no names. */
  attempt(pos: string, code: string): PairingTry;
  withdraw(pos: string): void;
}

type Offer = { readonly code: string; readonly endsMs: number; readonly wrongTries: number };

export function createPairings(clock: Clock, crypto: Crypto): Pairings {
  const offers = new Map<string, Offer>();
  const offerOf = (pos: string) => {
    const offer = offers.get(pos);
    if (offer !== undefined && clock.monotonicMs() < offer.endsMs) return offer;
    offers.delete(pos);
    return undefined;
  };
  return {
    offer: (pos) => {
      const code = newCode(crypto);
      offers.set(pos, { code, endsMs: clock.monotonicMs() + CODE_LIFE_MS, wrongTries: 0 });
      return { code, lifeMs: CODE_LIFE_MS };
    },
    attempt: (pos, code) => {
      const offer = offerOf(pos);
      if (offer === undefined) return "wrong";
      if (offer.wrongTries >= MAX_WRONG_TRIES) return "locked";
      if (sameText(typed(code), offer.code)) {
        offers.delete(pos);
        return "paired";
      }
      const wrongTries = offer.wrongTries + 1;
      offers.set(pos, { ...offer, wrongTries });
      return wrongTries >= MAX_WRONG_TRIES ? "died" : "wrong";
    },
    withdraw: (pos) => void offers.delete(pos),
  };
}

/** 256 is a multiple of the alphabet's 32, so every character is equally likely. */
function newCode(crypto: Crypto): string {
  return [...crypto.randomBytes(CODE_CHARACTERS)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join("");
}

function typed(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, "");
}
