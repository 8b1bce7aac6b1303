import type { Context, Doubt } from "../driver.ts";
import { newUuid } from "../poynt/identity.ts";
import { MOST_FOUND } from "./answers.ts";
import { assertionOf } from "./jwt.ts";
import { ACCESS, REFRESH, TOKEN_PATH, type CloudRequest } from "./messages.ts";
import type { AccountSettings } from "./settings.ts";

type Asker = Pick<Context, "crypto">;
type Business = Pick<AccountSettings, "businessId">;

export const transactionsPath = ({ businessId }: Business): string =>
  `/businesses/${businessId.toLowerCase()}/transactions`;

const query = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");

const get = (path: string, { crypto }: Asker): CloudRequest => ({
  kind: "request",
  method: "GET",
  path,
  requestId: newUuid(crypto),
  content: { kind: "none" },
  access: ACCESS,
});

/** As the vendor writes it (poynt.md 1.6). */
const timeOf = (ms: number): string =>
  `${new Date(Number.isFinite(ms) ? Math.max(ms, 0) : 0).toISOString().slice(0, 19)}Z`;

/** Among the references of what is sent: our clock may be set before anybody asks what became of it. */
export const SENT_AT = "sentAt";

/** When it was sent, by the vendor's clock. */
export function sentAt({ dispatched, order }: Doubt, { now, vendorNow }: Pick<Context, "now" | "vendorNow">): number {
  const noted = Date.parse(dispatched.references?.[SENT_AT] ?? "");
  return Number.isNaN(noted) ? Date.parse(dispatched.deadline) - order.answerLimitMs + (vendorNow - now) : noted;
}

/** Whatever was made for us since then (poynt.md 2.6). */
export function searchFor(reference: string, since: number, settings: Business, asker: Asker): CloudRequest {
  const fields = { searchKey: reference, startAt: timeOf(since), limit: String(MOST_FOUND) };
  return get(`${transactionsPath(settings)}?${query(fields)}`, asker);
}

/** Something that one terminal has made since then; any of it will do. */
export function madeBy(deviceId: string, since: number, settings: Business, asker: Asker): CloudRequest {
  const fields = { deviceId, startAt: timeOf(since), limit: "10" };
  return get(`${transactionsPath(settings)}?${query(fields)}`, asker);
}

export function oneTransaction(id: string, settings: Business, asker: Asker): CloudRequest {
  return get(`${transactionsPath(settings)}/${id}`, asker);
}

/** The cheapest question that needs the token and the business. */
export function anyTransaction(settings: Business, asker: Asker): CloudRequest {
  return get(`${transactionsPath(settings)}?limit=1`, asker);
}

export function grantBy({ appId, audience }: AccountSettings, { crypto, vendorNow }: Context): CloudRequest {
  const assertion = assertionOf(appId, audience, newUuid(crypto), vendorNow);
  return tokenRequest({ grantType: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion }, crypto);
}

export function refreshed({ crypto }: Asker): CloudRequest {
  return tokenRequest({ grantType: "REFRESH_TOKEN", refreshToken: REFRESH }, crypto);
}

const tokenRequest = (fields: Readonly<Record<string, string>>, crypto: Asker["crypto"]): CloudRequest => ({
  kind: "request",
  method: "POST",
  path: TOKEN_PATH,
  requestId: newUuid(crypto),
  content: { kind: "form", fields },
});
