import type { MercadoPagoSettings } from "./settings.ts";

/** A setting that refers to a secret. */
export type Named = { readonly secret: string };

/** How an account is entered: by a token that stays, or by a seller's grant that is renewed again and again. */
export type Credentials =
  | { readonly kind: "token"; readonly accessToken: Named }
  | {
      readonly kind: "grant";
      readonly clientId: string;
      readonly clientSecret: Named;
      readonly refreshToken: Named;
    };

/** Undefined where the settings name none; a token that stays goes first. */
export function credentialsOf(settings: MercadoPagoSettings): Credentials | undefined {
  const { accessToken, clientId, clientSecret, refreshToken } = settings;
  if (accessToken !== undefined) return { kind: "token", accessToken };
  if (clientId === undefined || clientSecret === undefined || refreshToken === undefined) return undefined;
  return { kind: "grant", clientId, clientSecret, refreshToken };
}
