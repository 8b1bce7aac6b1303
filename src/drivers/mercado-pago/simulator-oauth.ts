import { toHex } from "../../codec/hex.ts";
import type { JsonObject } from "../../core/json.ts";
import { still, withRevoked, withToken, type Answered, type Memory, type World } from "./simulator-memory.ts";
import { refused } from "./simulator-orders.ts";
import { done, oauthFailure, unauthorized, legacyFailure, type Reply } from "./simulator-replies.ts";
import { fieldsOf, textIn, type Arrival } from "./simulator-requests.ts";

/** The token that came with a request; empty where none did. */
function tokenOf({ request }: Arrival): string {
  return /^Bearer (.+)$/i.exec(request.headers["authorization"] ?? "")?.[1]?.trim() ?? "";
}

/** Why a request is not let in (mercado-pago.md 1.2). */
export function strangerIn(arrival: Arrival, memory: Memory, { scenario, context }: World): Reply | undefined {
  const token = tokenOf(arrival);
  const told = (message: string): Reply =>
    arrival.isLegacy ? legacyFailure(401, "unauthorized", message) : unauthorized(message);
  if (token === "") return told("authorization value not present");
  const { accessTokens, oauth } = scenario;
  const isAnyGood = accessTokens === undefined && oauth === undefined;
  const isGiven = accessTokens?.includes(token) === true;
  const isIssued = memory.tokens.some((issued) => issued.token === token && issued.expiresAt > context.now);
  const isGood = !memory.revoked.includes(token) && (isAnyGood || isGiven || isIssued);
  return isGood ? undefined : told("user not found");
}

/** From now on the token of this request is worth nothing. */
export function revoked(memory: Memory, arrival: Arrival, withRefresh: boolean): Memory {
  const after = withRevoked(memory, [tokenOf(arrival)]);
  return withRefresh ? { ...after, refreshTokens: [] } : after;
}

/** mercado-pago.md 1.1. */
export function issueToken(arrival: Arrival, memory: Memory, world: World): Answered {
  const { oauth } = world.scenario;
  const body = fieldsOf(arrival);
  const grant = textIn(body, "grant_type");
  const { clientId, clientSecret } = oauth ?? {};
  const isClient = clientId === textIn(body, "client_id") && clientSecret === textIn(body, "client_secret");
  if (grant === "") return refused(memory, oauthFailure("invalid_request", "grant_type is missing"));
  if (oauth === undefined || !isClient)
    return refused(memory, oauthFailure("invalid_client", "invalid client_id or client_secret"));
  const badGrant = refused(memory, oauthFailure("invalid_grant", "the code or refresh token is not valid"));
  switch (grant) {
    case "client_credentials":
      return issued(memory, [], world);
    case "refresh_token": {
      const others = refreshed(memory, textIn(body, "refresh_token"), world);
      return others === undefined ? badGrant : issued(memory, others, world);
    }
    case "authorization_code": {
      const code = textIn(body, "code");
      if (code !== oauth.authorizationCode || memory.usedCodes.includes(code)) return badGrant;
      return issued({ ...memory, usedCodes: [...memory.usedCodes, code] }, memory.refreshTokens, world);
    }
    default:
      return refused(memory, oauthFailure("unsupported_grant_type", "the grant_type is not supported"));
  }
}

type RefreshTokens = Memory["refreshTokens"];
const MOST_REFRESH_TOKENS = 20;

/** The refresh tokens that are left when one of them was used; undefined where it is not good any more. */
function refreshed({ refreshTokens }: Memory, token: string, { scenario, context }: World): RefreshTokens | undefined {
  const graceMs = scenario.oauth?.graceMs ?? 0;
  const own = refreshTokens.find((known) => known.token === token);
  const isGood = own !== undefined && (own.usedAt === undefined || context.now - own.usedAt < graceMs);
  if (!isGood) return undefined;
  return refreshTokens.map((known) => (known === own ? { token, usedAt: own.usedAt ?? context.now } : known));
}

/** A new access token; with the refresh tokens that are left a new one of those as well. */
function issued(memory: Memory, others: RefreshTokens, { scenario, context }: World): Answered {
  const { identity, oauth, liveMode } = scenario;
  const expiresS = oauth?.expiresS ?? 0;
  const random = (bytes: number): string => toHex(context.crypto.randomBytes(bytes)).toLowerCase();
  const token = `APP_USR-${identity.applicationId}-${random(16)}-${identity.userId}`;
  const isRenewable = others.length > 0 || memory.usedCodes.length > 0;
  const refreshToken = isRenewable ? `TG-${random(12)}-${identity.userId}` : undefined;
  const kept = refreshToken === undefined ? memory.refreshTokens : [...others, { token: refreshToken }];
  const body: JsonObject = {
    access_token: token,
    token_type: "bearer",
    expires_in: expiresS,
    scope: "offline_access read write",
    user_id: Number(identity.userId),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    public_key: `APP_USR-${random(16)}`,
    live_mode: liveMode,
  };
  const after = withToken(memory, { token, expiresAt: context.now + expiresS * 1_000 });
  return { ...still({ ...after, refreshTokens: kept.slice(-MOST_REFRESH_TOKENS) }), reply: done(200, body) };
}
