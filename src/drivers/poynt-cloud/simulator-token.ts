import { decodeBase64, encodeBase64 } from "../../codec/base64.ts";
import { toHex } from "../../codec/hex.ts";
import { parseJson } from "../../codec/json-text.ts";
import { decodeUtf8, encodeUtf8 } from "../../codec/utf8.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { SimulatedRequest, SimulatorContext, SimulatorCrypto } from "../simulator.ts";
import { newUuid, textIn } from "../poynt/simulator-order.ts";
import { refusal, type Result } from "./simulator-errors.ts";
import { withTokens, type Memory } from "./simulator-memory.ts";
import type { Fields } from "./simulator-routes.ts";
import type { Scenario } from "./simulator-scenario.ts";

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const MAX_DEPTH = 8;
/** Larger numbers are milliseconds: the vendor's SDKs write them where the documents have seconds (poynt.md 2.2). */
const LAST_SECOND = 100_000_000_000;

export type TokenAnswer = { readonly memory: Memory; readonly result: Result };

/** What `POST /token` comes to. */
export function tokenAnswer(
  request: SimulatedRequest,
  form: Fields,
  memory: Memory,
  scenario: Scenario,
  context: SimulatorContext,
): TokenAnswer {
  const refused = (result: Result): TokenAnswer => ({ memory, result });
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers["content-type"] ?? ""))
    return refused(refusal("INVALID_REQUEST", "The body is no form"));
  const grantType = form.get("grantType");
  if (grantType === JWT_BEARER) {
    const signer = applicationOf(form.get("assertion") ?? "", scenario, context);
    return signer.kind === "known"
      ? granted(memory, signer.applicationId, undefined, scenario, context)
      : refused(refusal("LOGIN_FAILED", signer.why));
  }
  if (grantType === "REFRESH_TOKEN") {
    const used = memory.refreshTokens.find(({ token }) => token === form.get("refreshToken"));
    return used === undefined
      ? refused(refusal("INVALID_REFRESH_TOKEN", "It was used before, or never given"))
      : granted(memory, used.applicationId, used.token, scenario, context);
  }
  return refused(
    grantType === undefined
      ? refusal("MISSING_PARAMETER", "grantType")
      : refusal("INVALID_PARAMETER", "That grantType is not simulated"),
  );
}

function granted(
  memory: Memory,
  applicationId: string,
  used: string | undefined,
  { identity, audience, expiresInS }: Scenario,
  { now, crypto }: SimulatorContext,
): TokenAnswer {
  const issuedS = Math.floor(now / 1_000);
  const claims = {
    iss: audience,
    sub: applicationId,
    aud: applicationId,
    "poynt.org": identity.businessId,
    "poynt.biz": identity.businessId,
    "poynt.sct": "J",
    iat: issuedS,
    exp: issuedS + expiresInS,
    jti: newUuid(crypto),
  };
  const accessToken = [partOf({ alg: "RS256", typ: "JWT" }), partOf(claims), base64Url(crypto.randomBytes(32))].join(
    ".",
  );
  const refreshToken = `1:1:1:${toHex(crypto.randomBytes(24)).toLowerCase()}`;
  const token = { token: accessToken, applicationId, expiresAt: now + expiresInS * 1_000 };
  const body = { accessToken, expiresIn: expiresInS, refreshToken, scope: "ALL", tokenType: "BEARER" };
  return {
    memory: withTokens(memory, token, { token: refreshToken, applicationId }, used),
    result: { status: 200, body },
  };
}

/** Who asks with an access token that is good; undefined where nobody does. `BEARER` is written in either case (poynt.md 2.2). */
export function isAuthorized({ headers }: SimulatedRequest, memory: Memory, scenario: Scenario, now: number): boolean {
  const token = /^bearer +(\S+)$/i.exec(headers["authorization"] ?? "")?.[1];
  if (token === undefined) return false;
  return (
    token === scenario.accessToken || memory.tokens.some((known) => known.token === token && known.expiresAt > now)
  );
}

type Signer =
  { readonly kind: "known"; readonly applicationId: string } | { readonly kind: "unknown"; readonly why: string };

const unknown = (why: string): Signer => ({ kind: "unknown", why });

/** By a self-signed JWT (poynt.md 2.2). */
function applicationOf(jwt: string, scenario: Scenario, { now, crypto }: SimulatorContext): Signer {
  const [head = "", body = "", mark = "", ...more] = jwt.split(".");
  const [header, claims, signature] = [objectIn(head), objectIn(body), fromBase64Url(mark)];
  if (header?.["alg"] !== "RS256" || claims === undefined || signature === undefined || more.length > 0)
    return unknown("The assertion is no JWT with RS256");
  if (!isSigned(`${head}.${body}`, signature, scenario, crypto)) return unknown("The signature is wrong");
  const { iss, sub, aud, exp, iat } = claims;
  const { applicationId, audience, jwtToleranceMs } = scenario;
  if (typeof iss !== "string" || iss !== sub || !iss.startsWith("urn:aid:"))
    return unknown("iss and sub are not both the application");
  if (applicationId !== undefined && iss !== applicationId) return unknown("The application is not known");
  if (!isAudience(aud, audience)) return unknown("aud is another one");
  if (textIn(claims, "jti") === "") return unknown("There is no jti");
  const [issuedAt, expiresAt] = [instantOf(iat), instantOf(exp)];
  if (issuedAt === undefined || issuedAt > now + jwtToleranceMs) return unknown("iat is in the future");
  if (expiresAt === undefined || expiresAt <= now) return unknown("It has expired");
  return { kind: "known", applicationId: iss };
}

function isAudience(aud: Json | undefined, audience: string): boolean {
  return aud === audience || (Array.isArray(aud) && aud.length === 1 && aud[0] === audience);
}

function instantOf(value: Json | undefined): number | undefined {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) return undefined;
  return value > LAST_SECOND ? value : value * 1_000;
}

function isSigned(text: string, signature: Uint8Array, { publicKey }: Scenario, crypto: SimulatorCrypto): boolean {
  if (publicKey === undefined) return signature.length > 0;
  const der = decodeBase64(publicKey.replaceAll(/-----[A-Z ]+-----|\s/g, ""));
  return der !== undefined && crypto.verifyRs256(der, signature, encodeUtf8(text));
}

function objectIn(part: string): JsonObject | undefined {
  const bytes = fromBase64Url(part);
  const value = bytes === undefined ? undefined : parseJson(decodeUtf8(bytes) ?? "", MAX_DEPTH);
  return isJsonObject(value) ? value : undefined;
}

const partOf = (value: JsonObject): string => base64Url(encodeUtf8(JSON.stringify(value)));

function base64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  const padded = text.padEnd(Math.ceil(text.length / 4) * 4, "=");
  return decodeBase64(padded.replaceAll("-", "+").replaceAll("_", "/"));
}
