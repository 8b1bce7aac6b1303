import { encodeBase64 } from "../../codec/base64.ts";
import { toAsciiJson } from "../../codec/strict-json.ts";
import { encodeUtf8 } from "../../codec/utf8.ts";
import type { JsonObject } from "../../core/json.ts";

/** Base64 for addresses, without padding (RFC 4648, section 5). */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const LIFE_S = 300;

/** Who we are, for as long as the vendor's example says, in the form in which it is signed: header and claims (poynt.md 2.2). */
export function assertionOf(appId: string, audience: string, id: string, nowMs: number): string {
  const now = Math.floor(nowMs / 1_000);
  const part = (value: JsonObject): string => encodeBase64Url(encodeUtf8(toAsciiJson(value)));
  const claims = { iss: appId, sub: appId, aud: audience, iat: now, exp: now + LIFE_S, jti: id };
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
}
