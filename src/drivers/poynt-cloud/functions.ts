import { maskCardNumbers } from "../../codec/card-numbers.ts";
import { encodeUtf8 } from "../../codec/utf8.ts";
import { toAsciiJson } from "../../codec/strict-json.ts";
import type { JsonObject } from "../../core/json.ts";
import { schemaFaults, Type, type ValueOf } from "../../core/schema.ts";
import type { Context } from "../driver.ts";
import { newUuid } from "../poynt/identity.ts";
import { ACCESS, MESSAGES_PATH, type CloudRequest } from "./messages.ts";
import type { PoyntCloudSettings } from "./settings.ts";

/** `cloudMessage`: to a merchant's own app. `pushProfile`: makes the terminal keep its line to the cloud more eagerly (poynt.md 2.7). */
export const DEVICE_FUNCTIONS = ["cloudMessage", "pushProfile"] as const;

const MOST_DATA_BYTES = 4_096;
const JAVA_NAME = "^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_$][A-Za-z0-9_$]*)+$";

const CloudMessageSchema = Type.Object(
  {
    packageName: Type.String({ pattern: JAVA_NAME, maxLength: 200, description: "of the app, as com.example.app" }),
    className: Type.String({ pattern: JAVA_NAME, maxLength: 200, description: "of its receiver, with the package" }),
    data: Type.String({ minLength: 1, maxLength: MOST_DATA_BYTES, description: "what the app is told, 4,096 bytes" }),
    ttlSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_419_200 })),
    collapseKey: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9._-]{1,64}$", description: "a name" })),
  },
  { additionalProperties: false },
);

/** Words where it cannot be asked. */
export function functionOf(
  name: string,
  params: JsonObject,
  settings: PoyntCloudSettings,
  context: Context,
): CloudRequest | string {
  switch (name) {
    case "pushProfile": {
      const data = toAsciiJson({ action: "setCustomPcmProfile" });
      return message({ ttl: DAY_S, data }, settings, context);
    }
    case "cloudMessage": {
      const [fault] = schemaFaults(CloudMessageSchema, params);
      if (fault !== undefined) return `params${fault.field === "" ? "" : `.${fault.field}`} ${fault.why}`;
      return appMessage(params as ValueOf<typeof CloudMessageSchema>, settings, context);
    }
    default:
      return `there is no function ${name}; there are ${DEVICE_FUNCTIONS.join(", ")}`;
  }
}

const DAY_S = 86_400;
/** The vendor's own apps take payments: whatever moves money goes through an operation. */
const VENDORS_OWN = /^(?:co|com|net)\.poynt(?:\.|$)/i;

function appMessage(
  { packageName, className, data, ttlSeconds, collapseKey }: ValueOf<typeof CloudMessageSchema>,
  settings: PoyntCloudSettings,
  context: Context,
): CloudRequest | string {
  if (VENDORS_OWN.test(packageName) || VENDORS_OWN.test(className)) {
    return "params.packageName and className must be those of an app of the merchant, not of the vendor's own";
  }
  if (encodeUtf8(data).length > MOST_DATA_BYTES) return `params.data is longer than ${MOST_DATA_BYTES} bytes`;
  if (maskCardNumbers(data) !== data) return "params.data holds what could be a card number";
  const ttl = ttlSeconds ?? settings.ttlSeconds;
  const key = collapseKey === undefined ? {} : { collapseKey };
  return message({ ttl, ...key, recipient: { packageName, className }, data }, settings, context);
}

function message(
  fields: JsonObject,
  { businessId, storeId, deviceId }: PoyntCloudSettings,
  { crypto }: Context,
): CloudRequest {
  return {
    kind: "request",
    method: "POST",
    path: MESSAGES_PATH,
    requestId: newUuid(crypto),
    content: { kind: "json", body: { businessId, storeId, deviceId, ...fields } },
    access: ACCESS,
  };
}
