import type { JsonObject } from "../../core/json.ts";
import type { AccountDriver } from "../account.ts";
import { accountMachine } from "./account.ts";
import { calls } from "./callback.ts";
import { poyntCloudWire } from "./codec.ts";
import { PRIVATE_KEY, type CloudMessage } from "./messages.ts";
import type { AccountSettings, PoyntCloudSettings } from "./settings.ts";

export const BASE_URL = "https://services.poynt.net";

/** An application's access to a merchant, at one of the vendor's clouds: a token of one must never go to another. */
export const accountName = (
  { appId, businessId }: Pick<AccountSettings, "appId" | "businessId">,
  { baseUrl }: JsonObject,
): string => `poynt ${typeof baseUrl === "string" ? baseUrl : BASE_URL} ${`${appId}/${businessId}`.toLowerCase()}`;

export const poyntCloudAccount: AccountDriver<CloudMessage> = {
  nameOf: (settings, link) => accountName(typed(settings), link),
  linkOf: (_settings, link) => link,
  secretsOf: (settings) => [
    { name: PRIVATE_KEY, setting: "privateKey", secret: typed(settings).privateKey.secret, holds: "rsaPrivateKey" },
  ],
  sharedSettings: (settings) => {
    const { appId, privateKey, businessId, storeId, currency, audience } = typed(settings);
    return { appId, privateKey, businessId, storeId, currency, audience };
  },
  wire: poyntCloudWire,
  machine: (settings) => accountMachine(typed(settings)),
  budget: (settings) => {
    const { requestsPerSecond, burst } = typed(settings);
    return { requestsPerSecond, burst };
  },
  calls,
};

/** They were validated with `settingsSchema` before they came here. */
const typed = (settings: JsonObject): PoyntCloudSettings => settings as PoyntCloudSettings;
