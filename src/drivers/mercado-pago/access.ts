import type { Dispatched } from "../../core/facts.ts";
import type { Context, Effect } from "../driver.ts";
import { credentialsOf, type Credentials } from "./credentials.ts";
import {
  ACCESS,
  GRANT,
  REFRESH,
  type CloudAnswer,
  type CloudRefusal,
  type CloudRequest,
  type MercadoPagoMessage,
} from "./messages.ts";
import type { MercadoPagoSettings } from "./settings.ts";

type GrantCredentials = Extract<Credentials, { kind: "grant" }>;
type Sent = Effect<MercadoPagoMessage>;

/** What stands beside a token that the vendor gave: which grant it comes from, its end, and when it is renewed. */
type About = { readonly expiresAt: number; readonly renewAt: number; readonly user?: string };

/** Of the token that is stored; undefined where it comes from another grant than the one that a person keeps for us now. */
function aboutOf({ secrets }: Context): About | undefined {
  const { grant, expiresAt, renewAt, user } = secrets[ACCESS]?.about ?? {};
  if (grant === undefined || grant !== secrets[GRANT]?.version) return undefined;
  const about = { expiresAt: Number(expiresAt), renewAt: Number(renewAt) };
  if (!Number.isFinite(about.expiresAt) || !Number.isFinite(about.renewAt)) return undefined;
  return user === undefined ? about : { ...about, user };
}

export type Access = "none" | "valid" | "due";

/** A token that stays is valid until the vendor says otherwise. */
export function accessOf(credentials: Credentials, context: Context): Access {
  if (credentials.kind === "token") return "valid";
  const about = aboutOf(context);
  if (about === undefined || context.vendorNow >= about.expiresAt) return "none";
  return context.vendorNow >= about.renewAt ? "due" : "valid";
}

/** The seller's number, as the token told it. */
export function userOf(context: Context): string | undefined {
  return aboutOf(context)?.user;
}

/** In the references of a dispatch: which given secret its access came from. */
const ACCESS_REFERENCE = "access";

/** The version of what a person gave, from which the access comes that a request gets now. */
function givenVersion(settings: MercadoPagoSettings, { secrets }: Context): string | undefined {
  const isGrant = credentialsOf(settings)?.kind === "grant";
  return isGrant ? secrets[ACCESS]?.about["grant"] : secrets[ACCESS]?.version;
}

export function accessReference(settings: MercadoPagoSettings, context: Context): Readonly<Record<string, string>> {
  const version = givenVersion(settings, context);
  return version === undefined ? {} : { [ACCESS_REFERENCE]: version };
}

/**
 * Whether what is said now is said by the application that said it first: a key of idempotency may be known to that one only, and a repeat by
 * another one of the same seller would be another order (mercado-pago.md does not tell).
 */
export function isSameAccess({ references }: Dispatched, settings: MercadoPagoSettings, context: Context): boolean {
  const before = references?.[ACCESS_REFERENCE];
  return before !== undefined && before === givenVersion(settings, context);
}

/** Timers are short: a wall clock may be set, and a machine may sleep. */
const LONGEST_PAUSE_MS = 3_600_000;

export function renewalPause(context: Context): number {
  const about = aboutOf(context);
  if (about === undefined) return LONGEST_PAUSE_MS;
  return Math.min(Math.max(about.renewAt - context.vendorNow, 1_000), LONGEST_PAUSE_MS);
}

/** With what the vendor gave last, or with what a person gave where that is newer. */
export function renewal({ clientId }: GrantCredentials, { secrets }: Context): CloudRequest {
  const isOfThisGrant = secrets[REFRESH] !== undefined && secrets[REFRESH].about["grant"] === secrets[GRANT]?.version;
  return { kind: "refreshToken", clientId, grant: isOfThisGrant ? REFRESH : GRANT };
}

/** All in one write: a new grant without its token, or the other way round, locks the account out (mercado-pago.md 1.1). */
export function storing(
  tokens: Extract<CloudAnswer, { kind: "tokens" }>,
  { secrets, vendorNow }: Context,
  { refreshAheadMs }: MercadoPagoSettings,
): Sent {
  const lifeMs = tokens.expiresInSeconds * 1_000;
  const expiresAt = vendorNow + lifeMs;
  const renewAt = expiresAt - Math.min(refreshAheadMs, lifeMs / 2);
  return {
    kind: "storeSecrets",
    labels: { [ACCESS]: tokens.access, ...(tokens.refresh === undefined ? {} : { [REFRESH]: tokens.refresh }) },
    about: {
      grant: secrets[GRANT]?.version ?? "",
      expiresAt: String(expiresAt),
      renewAt: String(Math.floor(renewAt)),
      ...(tokens.user === undefined ? {} : { user: tokens.user }),
    },
  };
}

export type Unusable = Extract<Sent, { kind: "unusable" }>;

/** Its alarm: a person has to mend it. */
const REVOKED = "accountRefused";

const setCommand = (secret: string): string => `\`tillbridge secret set ${secret}\` reads it from standard input`;

/** The token is not taken, and there is no other one to be had. */
export function refusedAccess(credentials: Credentials, { code, text }: CloudRefusal): Unusable {
  const why = `Mercado Pago does not take the access token (${code} ${text})`;
  const remedy =
    credentials.kind === "token"
      ? `Take a new one from the application's credentials; ${setCommand(credentials.accessToken.secret)}`
      : `Let the seller authorize the application again; ${setCommand(credentials.refreshToken.secret)}`;
  return { kind: "unusable", why, remedy, alarm: REVOKED };
}

/** What the token endpoint says of a grant or an application that a person has to mend; of all else it is asked again. */
const FOR_GOOD: ReadonlySet<string> = new Set(["invalid_grant", "invalid_client", "unauthorized_client"]);

export function isRefusedForGood({ status, code }: CloudRefusal): boolean {
  return status >= 400 && status < 500 && FOR_GOOD.has(code);
}

/** The vendor will not renew the token (mercado-pago.md 1.1). */
export function refusedRenewal(credentials: GrantCredentials, { code, text }: CloudRefusal): Unusable {
  const words = `(${[code, text].filter((part) => part !== "").join(" ")})`;
  if (code !== "invalid_grant") {
    const remedy = `Compare settings.clientId with the application, and set its secret again: ${setCommand(credentials.clientSecret.secret)}`;
    return { kind: "unusable", why: `Mercado Pago does not know the application ${words}`, remedy, alarm: REVOKED };
  }
  const why = `the seller's authorization was revoked, or is used up ${words}`;
  const remedy = `Let the seller authorize the application again; ${setCommand(credentials.refreshToken.secret)}`;
  return { kind: "unusable", why, remedy, alarm: REVOKED };
}
