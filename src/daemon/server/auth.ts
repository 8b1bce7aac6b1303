import { timingSafeEqual } from "node:crypto";
import { ADMINISTRATOR_POS, type PosRegistry, type Scope } from "../../core/pos.ts";
import type { Crypto } from "../../core/ports.ts";

const TOKEN_BYTES = 32;
const NOBODY = "0".repeat(64);

/** Who stands at a socket, as far as its token proves. */
export type Identity = { readonly pos: string; readonly kind: "administrator" | "pos" };

type Credentials = { readonly pos: string; readonly token: string; readonly origin: string | undefined };

/** 256 random bits, as text. */
export function newToken(crypto: Crypto): string {
  return Buffer.from(crypto.randomBytes(TOKEN_BYTES)).toString("base64url");
}

/** What is kept of a token. It has 256 random bits, so a plain hash cannot be turned back. */
export function tokenHash(crypto: Crypto, token: string): string {
  return Buffer.from(crypto.sha256(new TextEncoder().encode(token))).toString("hex");
}

export function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export interface Doorkeeper {
  /** Undefined for an unknown name, a wrong token and a wrong Origin alike: a stranger learns nothing from it. */
  identify(credentials: Credentials): Identity | undefined;
  /** What a POS may do now: a change by the administrator counts at once. */
  scopesOf(identity: Identity): readonly Scope[];
  isShared(identity: Identity): boolean;
}

export function createDoorkeeper(
  registry: PosRegistry,
  crypto: Crypto,
  administratorToken: string,
  ownOrigins: readonly string[],
): Doorkeeper {
  const administratorHash = tokenHash(crypto, administratorToken);
  return {
    identify: ({ pos, token, origin }) => {
      const hash = tokenHash(crypto, token);
      if (pos === ADMINISTRATOR_POS) {
        // No page but our own has the administrator's token.
        const known = sameText(hash, administratorHash) && (origin === undefined || ownOrigins.includes(origin));
        return known ? { pos, kind: "administrator" } : undefined;
      }
      const record = registry.find(pos);
      const sameToken = sameText(hash, record?.tokenHash ?? NOBODY);
      const sameOrigin = record?.origin === undefined || record.origin === origin;
      return sameToken && sameOrigin ? { pos, kind: "pos" } : undefined;
    },
    scopesOf: ({ pos, kind }) => (kind === "administrator" ? ["admin"] : (registry.find(pos)?.scopes ?? [])),
    isShared: ({ pos, kind }) => kind === "administrator" || registry.find(pos)?.shared === true,
  };
}

export function allows(scopes: readonly Scope[], needed: Scope): boolean {
  return scopes.includes(needed) || scopes.includes("admin");
}
