import type { JsonObject } from "../../core/json.ts";
import { assert } from "../../core/assert.ts";
import { withDefaults } from "../../core/schema.ts";
import type { AccountDriver } from "../account.ts";
import type { Conversation, Effect, Input } from "../driver.ts";
import { accountName, BASE_URL } from "../poynt-cloud/account-driver.ts";
import { accountMachine } from "../poynt-cloud/account.ts";
import { poyntCloudWire } from "../poynt-cloud/codec.ts";
import { PRIVATE_KEY, type CloudMessage } from "../poynt-cloud/messages.ts";
import { accountSettingsSchema, type AccountSettings } from "../poynt-cloud/settings.ts";
import type { PoyntMessage } from "./messages.ts";
import type { CloudSettings, PoyntSettings } from "./settings.ts";

const inCloud = (message: CloudMessage): PoyntMessage => ({ kind: "cloud", message });

/** What a machine of the cloud hears; undefined where it is not for one. */
export function lowered(input: Input<PoyntMessage>): Input<CloudMessage> | undefined {
  if (!("message" in input)) return input;
  const { message } = input;
  return message.kind === "cloud" ? { ...input, message: message.message } : undefined;
}

/** What a machine of the cloud wants done. */
export function raised(effect: Effect<CloudMessage>): Effect<PoyntMessage> {
  return "message" in effect ? { ...effect, message: inCloud(effect.message) } : effect;
}

function lifted(conversation: Conversation<CloudMessage>): Conversation<PoyntMessage> {
  return {
    state: conversation.state,
    step: (input, context) => {
      const own = lowered(input);
      if (own === undefined) return [lifted(conversation), []];
      const [next, effects] = conversation.step(own, context);
      return [lifted(next), effects.map(raised)];
    },
  };
}

/** The merchant's account in the vendor's cloud, beside a terminal that is reached on the LAN: only looked into, where a doubt is left. */
export const poyntAccount: AccountDriver<PoyntMessage> = {
  nameOf: (settings) => {
    const { cloud } = typed(settings);
    return cloud === undefined ? undefined : accountName(cloud, cloud);
  },
  linkOf: (settings) => ({ type: "cloud", baseUrl: typed(settings).cloud?.baseUrl ?? BASE_URL }),
  secretsOf: (settings) => {
    const { cloud } = typed(settings);
    if (cloud === undefined) return [];
    const { secret } = cloud.privateKey;
    return [{ name: PRIVATE_KEY, setting: "cloud.privateKey", secret, holds: "rsaPrivateKey" }];
  },
  sharedSettings: (settings) => {
    const { currency, cloud } = typed(settings);
    if (cloud === undefined) return { currency };
    const { deviceId: _own, ...shared } = cloud;
    return { currency, cloud: shared };
  },
  wire: {
    kind: "http",
    encode: (message) => {
      assert(message.kind === "cloud", "a terminal's message was to be sent to the cloud");
      return poyntCloudWire.encode(message.message);
    },
    seal: (request, keys) => poyntCloudWire.seal(request, keys),
    open: (answer, asked, keys) => {
      const opened = poyntCloudWire.open(answer, asked, keys);
      return opened.kind === "garbled" ? opened : { ...opened, message: inCloud(opened.message) };
    },
    maxAnswerBytes: poyntCloudWire.maxAnswerBytes,
  },
  machine: (settings) => lifted(accountMachine(accountSettings(cloudIn(settings)))),
  budget: (settings) => {
    const { requestsPerSecond, burst } = accountSettings(cloudIn(settings));
    return { requestsPerSecond, burst };
  },
};

/** They were validated with `settingsSchema` before they came here. */
const typed = (settings: JsonObject): PoyntSettings => settings as PoyntSettings;

function cloudIn(settings: JsonObject): CloudSettings {
  const { cloud } = typed(settings);
  assert(cloud !== undefined, "settings that name no account were asked for one");
  return cloud;
}

function accountSettings({ appId, privateKey, businessId }: CloudSettings): AccountSettings {
  return withDefaults(accountSettingsSchema, { appId, privateKey, businessId }) as AccountSettings;
}
