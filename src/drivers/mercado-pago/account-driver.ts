import type { JsonObject } from "../../core/json.ts";
import type { AccountDriver, GivenSecret } from "../account.ts";
import { accountMachine } from "./account.ts";
import { mercadoPagoWire } from "./codec.ts";
import { credentialsOf, type Named } from "./credentials.ts";
import { ACCESS, CLIENT_SECRET, GRANT, WEBHOOK, type MercadoPagoMessage } from "./messages.ts";
import type { MercadoPagoSettings } from "./settings.ts";
import { openWebhook } from "./webhook.ts";

const typed = (settings: JsonObject): MercadoPagoSettings => settings as MercadoPagoSettings;

/** Of a seller's account (mercado-pago.md 1): what enters it names it. */
export const mercadoPagoAccount: AccountDriver<MercadoPagoMessage> = {
  nameOf: (settings, link) => {
    const credentials = credentialsOf(typed(settings));
    if (credentials === undefined) return undefined;
    const { baseUrl } = link;
    const by = credentials.kind === "token" ? credentials.accessToken.secret : credentials.refreshToken.secret;
    return `mercado-pago ${typeof baseUrl === "string" ? baseUrl : ""} ${by}`;
  },
  credentials: "accessToken, or clientId, clientSecret and refreshToken together",
  linkOf: (_settings, link) => link,
  secretsOf: (settings) => secretsOf(typed(settings)),
  sharedSettings: (settings) => {
    const { currency, accessToken, clientId, clientSecret, refreshToken, webhookSecret, api } = typed(settings);
    return {
      currency,
      api,
      ...(accessToken === undefined ? {} : { accessToken }),
      ...(clientId === undefined ? {} : { clientId }),
      ...(clientSecret === undefined ? {} : { clientSecret }),
      ...(refreshToken === undefined ? {} : { refreshToken }),
      ...(webhookSecret === undefined ? {} : { webhookSecret }),
    };
  },
  wire: mercadoPagoWire,
  machine: (settings) => accountMachine(typed(settings), credentialsOf(typed(settings))),
  budget: (settings) => {
    const { requestsPerSecond } = typed(settings);
    return { requestsPerSecond, burst: 2 * requestsPerSecond };
  },
  calls: { provenBy: WEBHOOK, open: openWebhook },
};

function secretsOf(settings: MercadoPagoSettings): readonly GivenSecret[] {
  const credentials = credentialsOf(settings);
  const { webhookSecret } = settings;
  const text = (name: string, setting: string, { secret }: Named): GivenSecret => ({
    name,
    setting,
    secret,
    holds: "text",
  });
  const own: readonly GivenSecret[] =
    credentials === undefined
      ? []
      : credentials.kind === "token"
        ? [text(ACCESS, "accessToken", credentials.accessToken)]
        : [
            text(CLIENT_SECRET, "clientSecret", credentials.clientSecret),
            text(GRANT, "refreshToken", credentials.refreshToken),
          ];
  return webhookSecret === undefined ? own : [...own, text(WEBHOOK, "webhookSecret", webhookSecret)];
}
