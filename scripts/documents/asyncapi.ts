import { EVENTS } from "../../src/protocol/events.ts";
import { METHODS } from "../../src/protocol/methods.ts";
import { DEFAULT_PORT, PROTOCOL_PATH, PROTOCOL_VERSION } from "../../src/protocol/version.ts";
import { EVENT_TYPES, messageSchemas, METHOD_NAMES, objectSchemas } from "./schema.ts";

const BASE = "#/components/schemas/";
const CHANNEL = { $ref: "#/channels/protocol" };

/** The AsyncAPI 3 document: what the server receives and sends on its one channel. */
export function asyncApiDocument(): object {
  const messages = messageSchemas(BASE);
  const inChannel = (name: string) => ({ $ref: `#/channels/protocol/messages/${name}` });
  const receive = METHOD_NAMES.map((name): [string, object] => [
    name,
    {
      action: "receive",
      channel: CHANNEL,
      summary: METHODS[name].summary,
      messages: [inChannel(`${name}.request`)],
      reply: { channel: CHANNEL, messages: [inChannel(`${name}.reply`), inChannel("error")] },
    },
  ]);
  const send = [
    ["hello", "The first message on every socket."] as const,
    ...EVENT_TYPES.map((type) => [`event.${type}`, EVENTS[type].summary] as const),
  ].map(([name, summary]): [string, object] => [
    name,
    { action: "send", channel: CHANNEL, summary, messages: [inChannel(name)] },
  ]);
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Tillbridge",
      version: String(PROTOCOL_VERSION),
      description: "JSON-RPC 2.0 over WebSocket: one JSON object in each text message.",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    defaultContentType: "application/json",
    servers: {
      local: { host: `127.0.0.1:${DEFAULT_PORT}`, protocol: "ws", description: "The service on this machine" },
    },
    channels: {
      protocol: {
        address: PROTOCOL_PATH,
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: { ws: { method: "GET", bindingVersion: "0.1.0" } },
      },
    },
    operations: Object.fromEntries([...receive, ...send]),
    components: {
      messages: Object.fromEntries(
        Object.keys(messages).map((name) => [name, { name, payload: { $ref: `${BASE}${name}` } }]),
      ),
      schemas: { ...objectSchemas(BASE), ...messages },
    },
  };
}
