import { createHash, timingSafeEqual } from "node:crypto";
import { ADMINISTRATOR_POS, PAGE_POS, type PosRecord, type PosRegistry, type Scope } from "../../core/pos.ts";
import type { Crypto } from "../../core/ports.ts";
import type { Secret } from "../../core/secret.ts";
import type { Arrival } from "./arrival.ts";

const TOKEN_BYTES = 32;
const NOBODY = "0".repeat(64);

/** Who stands at a socket, as far as its token proves. */
export type Identity = {
  readonly pos: string;
  readonly kind: "administrator" | "pos";
  /** Of the technician's page: which of its logins. */
  readonly login?: string;
};

type Credentials = Arrival & { readonly pos: string; readonly token: string };

/** `why` is for those who look after the machine: whoever asks hears the same of all of them. */
type Identified =
  | { readonly kind: "known"; readonly identity: Identity }
  | { readonly kind: "stranger"; readonly why: string; readonly isLan: boolean };

/** 256 random bits, as text. */
export function newToken(crypto: Crypto): string {
  return Buffer.from(crypto.randomBytes(TOKEN_BYTES)).toString("base64url");
}

/** What is kept of a token. It has 256 random bits, so a plain hash cannot be turned back. */
export function tokenHash(crypto: Crypto, token: string): string {
  return Buffer.from(crypto.sha256(new TextEncoder().encode(token))).toString("hex");
}

/** Takes as long wherever they differ: hashed first, so that also texts of different lengths are compared to the end. */
export function sameText(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

export interface Doorkeeper {
  identify(credentials: Credentials): Identified;
  /** What a POS may do now: a change by the administrator counts at once. */
  scopesOf(identity: Identity): readonly Scope[];
  isShared(identity: Identity): boolean;
}

/** Which login of the technician's page a token is of; undefined where it is of none, or that has ended. */
type PageTokens = { loginOf(token: string): string | undefined };

export function createDoorkeeper(
  registry: PosRegistry,
  crypto: Crypto,
  administratorToken: Secret,
  ownOrigins: readonly string[],
  pageLogins: PageTokens,
): Doorkeeper {
  const administratorHash = tokenHash(crypto, administratorToken.reveal());
  return {
    identify: ({ pos, token, origin, from }) => {
      const hash = tokenHash(crypto, token);
      if (pos === ADMINISTRATOR_POS) {
        if (!sameText(hash, administratorHash)) return stranger("not the administrator's token");
        if (from !== "thisMachine") return notFromLan("the administrator's token is good on this machine alone");
        // No page but our own has it.
        if (origin !== undefined && !ownOrigins.includes(origin)) return stranger("the administrator at another page");
        return { kind: "known", identity: { pos, kind: "administrator" } };
      }
      if (pos === PAGE_POS) {
        if (from !== "thisMachine") return notFromLan("the technician's page is good on this machine alone");
        // Looked at before the token: a page of another site ends nobody's login by it, and learns nothing of one.
        if (origin === undefined || !ownOrigins.includes(origin)) return stranger("the page's name at another page");
        const login = pageLogins.loginOf(token);
        if (login === undefined) return stranger("no login of the page, or one that has ended");
        return { kind: "known", identity: { pos, kind: "administrator", login } };
      }
      const record = registry.find(pos);
      const sameToken = sameText(hash, record?.tokenHash ?? NOBODY);
      if (record === undefined) {
        const isKept = registry.unreadable().some((kept) => kept.pos === pos);
        return stranger(isKept ? "its record cannot be read" : "there is no POS of this name");
      }
      if (!sameToken) return stranger("wrong token");
      if (record.origin !== undefined && record.origin !== origin) return stranger("its token is another Origin's");
      if (!mayCome(record, from)) return notFromLan("this POS may not connect from the LAN");
      return { kind: "known", identity: { pos, kind: "pos" } };
    },
    scopesOf: ({ pos, kind }) => (kind === "administrator" ? ["admin"] : (registry.find(pos)?.scopes ?? [])),
    isShared: ({ pos, kind }) => kind === "administrator" || registry.find(pos)?.shared === true,
  };
}

export function allows(scopes: readonly Scope[], needed: Scope): boolean {
  return scopes.includes(needed) || scopes.includes("admin");
}

/** From the shop's other machines only those come for whom an administrator said so. */
export function mayCome(record: PosRecord, from: Arrival["from"]): boolean {
  return from === "thisMachine" || record.lan === true;
}

function stranger(why: string): Identified {
  return { kind: "stranger", why, isLan: false };
}

function notFromLan(why: string): Identified {
  return { kind: "stranger", why, isLan: true };
}
