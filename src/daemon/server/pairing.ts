import type { Clock, Crypto } from "../../core/ports.ts";
import { Secret } from "../../core/secret.ts";
import { sameText } from "./auth.ts";
import { createLockout } from "./lockout.ts";

/** Letters and digits that are not mistaken for one another when read out or written down. */
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const CODE_CHARACTERS = 8;
const CODE_LIFE_MS = 120_000;
const MAX_WRONG_TRIES = 5;
/** What is compared where there is no code, so that the answer takes as long. Nobody can type it: hyphens do not matter. */
const NO_CODE = "-".repeat(CODE_CHARACTERS);

/** `died`: this try was the last wrong one. `locked`: it died before, or codes of this name are not taken for a while. */
type PairingTry =
  { readonly kind: "paired" | "wrong" } | { readonly kind: "died" | "locked"; readonly retryAfterMs: number };

type Offered = {
  readonly code: string;
  /** How long it is good, from now on. */
  readonly lifeMs: number;
  /** From when on it is taken, from now on: later than now after many wrong tries. */
  readonly goodInMs: number;
};

/** The codes that are good now. In memory alone: a restart ends them. */
export interface Pairings {
  /** A new code for a POS; an earlier one dies. */
  offer(pos: string): Offered;
  /** A right code is used up. `wrong` also where there is none, so that a stranger learns no names and locks none. */
  attempt(pos: string, code: string): PairingTry;
  withdraw(pos: string): void;
}

type Offer = { readonly code: Secret; readonly endsMs: number; readonly wrongTries: number };

export function createPairings(clock: Clock, crypto: Crypto): Pairings {
  const offers = new Map<string, Offer>();
  const lockout = createLockout(clock);
  const offerOf = (pos: string) => {
    const offer = offers.get(pos);
    if (offer !== undefined && clock.monotonicMs() < offer.endsMs) return offer;
    offers.delete(pos);
    return undefined;
  };
  return {
    offer: (pos) => {
      const code = newCode(crypto);
      const goodInMs = lockout.remainingMs(pos);
      const lifeMs = goodInMs + CODE_LIFE_MS;
      offers.set(pos, { code: new Secret(code), endsMs: clock.monotonicMs() + lifeMs, wrongTries: 0 });
      return { code, lifeMs, goodInMs };
    },
    attempt: (pos, code) => {
      const offer = offerOf(pos);
      const isRight = sameText(typed(code), offer?.code.reveal() ?? NO_CODE);
      if (offer === undefined) return { kind: "wrong" };
      const retryAfterMs = lockout.remainingMs(pos);
      if (retryAfterMs > 0 || offer.wrongTries >= MAX_WRONG_TRIES) return { kind: "locked", retryAfterMs };
      if (isRight) {
        offers.delete(pos);
        lockout.forget(pos);
        return { kind: "paired" };
      }
      const wrongTries = offer.wrongTries + 1;
      offers.set(pos, { ...offer, wrongTries });
      if (wrongTries >= MAX_WRONG_TRIES) return { kind: "died", retryAfterMs: lockout.codeDied(pos) };
      lockout.wrongTry(pos);
      return { kind: "wrong" };
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
