import type { Clock, Crypto, Timer } from "../../core/ports.ts";
import { newToken, sameText, tokenHash } from "./auth.ts";

/**
 * Who is on the technician's page. A code, made for whoever has the administrator's token, is exchanged once for a token of the
 * page. Both are in memory alone: the daemon's end is theirs.
 */
export interface PageLogins {
  /** A new code, good once and for `LIFE` from now on. */
  offer(): { readonly code: string; readonly lifeMs: number };
  exchange(code: string): Exchanged;
  /** Told to whoever made the code; it uses nothing up. */
  stateOf(code: string): "waiting" | "used" | "over";
  /** The login that this token is of; undefined where there is none, or it has ended. */
  loginOf(token: string): string | undefined;
  /** This one, or all of them. */
  end(login?: string): void;
  close(): void;
}

/**
 * `usedTwice`: somebody else was faster, and one of the two has no right to be here. It cannot be told which, so the login that
 * came of the code has ended.
 */
type Exchanged =
  { readonly kind: "done"; readonly token: string; readonly lifeMs: number } | { readonly kind: "wrong" | "usedTwice" };

export type PageLoginsPorts = {
  readonly clock: Clock;
  readonly crypto: Crypto;
  /** Whether a page with this login is connected at this moment. */
  readonly isConnected: (login: string) => boolean;
  /** It has ended: its pages are to be shut out. */
  readonly ended: (login: string) => void;
};

const CODE_LIFE_MS = 60_000;
/** Somebody who opens the page again and again. Of more, the oldest is no longer good. */
const CODES_AT_MOST = 5;
const LOGIN_LIFE_MS = 12 * 3_600_000;
const UNCONNECTED_LIFE_MS = 3_600_000;
const LOGINS_AT_MOST = 16;
const LOOK_EVERY_MS = 60_000;

type Code = { readonly hash: string; readonly endsMs: number; usedFor?: string };
type Login = { readonly endsMs: number; connectedMs: number };

export function createPageLogins({ clock, crypto, isConnected, ended }: PageLoginsPorts): PageLogins {
  let codes: readonly Code[] = [];
  /** By the hash of the token: what is kept opens nothing. */
  const logins = new Map<string, Login>();
  let timer: Timer | undefined;

  const goodCodes = () => codes.filter(({ endsMs }) => clock.monotonicMs() < endsMs);
  const find = (told: string): Code | undefined => {
    const hash = tokenHash(crypto, told);
    codes = goodCodes();
    // Each is compared, whichever it is, so that the time tells nothing.
    const [code] = codes.filter((each) => sameText(each.hash, hash));
    return code;
  };
  const end = (login: string) => {
    if (logins.delete(login)) ended(login);
  };
  const isOver = ({ endsMs, connectedMs }: Login) =>
    clock.monotonicMs() >= endsMs || clock.monotonicMs() - connectedMs >= UNCONNECTED_LIFE_MS;
  const look = () => {
    for (const [login, known] of logins) {
      if (isConnected(login)) known.connectedMs = clock.monotonicMs();
      if (isOver(known)) end(login);
    }
    codes = goodCodes();
    timer = logins.size === 0 ? undefined : clock.after(LOOK_EVERY_MS, look);
  };
  const begin = () => {
    const token = newToken(crypto);
    const [oldest] = logins.keys();
    if (logins.size >= LOGINS_AT_MOST && oldest !== undefined) end(oldest);
    const nowMs = clock.monotonicMs();
    const login = tokenHash(crypto, token);
    logins.set(login, { endsMs: nowMs + LOGIN_LIFE_MS, connectedMs: nowMs });
    timer ??= clock.after(LOOK_EVERY_MS, look);
    return { token, login };
  };

  return {
    offer: () => {
      const code = newToken(crypto);
      const added = { hash: tokenHash(crypto, code), endsMs: clock.monotonicMs() + CODE_LIFE_MS };
      codes = [...goodCodes(), added].slice(-CODES_AT_MOST);
      return { code, lifeMs: CODE_LIFE_MS };
    },
    exchange: (told) => {
      const code = find(told);
      if (code === undefined) return { kind: "wrong" };
      if (code.usedFor !== undefined) {
        end(code.usedFor);
        return { kind: "usedTwice" };
      }
      const { token, login } = begin();
      code.usedFor = login;
      return { kind: "done", token, lifeMs: LOGIN_LIFE_MS };
    },
    stateOf: (told) => {
      const code = find(told);
      if (code === undefined) return "over";
      return code.usedFor === undefined ? "waiting" : "used";
    },
    loginOf: (token) => {
      const login = tokenHash(crypto, token);
      const known = logins.get(login);
      if (known === undefined) return undefined;
      if (isConnected(login)) known.connectedMs = clock.monotonicMs();
      if (isOver(known)) {
        end(login);
        return undefined;
      }
      known.connectedMs = clock.monotonicMs();
      return login;
    },
    end: (login) => {
      for (const each of login === undefined ? [...logins.keys()] : [login]) end(each);
      if (login === undefined) codes = [];
    },
    close: () => timer?.cancel(),
  };
}
