import type { Hold, Intake } from "../intake.ts";

/** What one session holds back: it ends with the session, so that a killed update keeps nobody from paying. */
export type SessionHold = {
  /** `inForce` resolves when nothing is being let in any more. */
  begin(reason: string): { readonly kind: "new" | "known"; readonly inForce: Promise<void> };
  release(): void;
  /** The session is over: nothing is held for it from here on. */
  end(): void;
};

export function createSessionHold(intake: Intake): SessionHold {
  let hold: Hold | undefined;
  let over = false;
  const release = () => {
    hold?.release();
    hold = undefined;
  };
  return {
    begin: (reason) => {
      if (hold !== undefined || over) return { kind: "known", inForce: hold?.inForce ?? Promise.resolve() };
      hold = intake.hold(reason);
      return { kind: "new", inForce: hold.inForce };
    },
    release,
    end: () => {
      over = true;
      release();
    },
  };
}
