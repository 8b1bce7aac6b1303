import { readStrictJson, toAsciiJson } from "../../codec/strict-json.ts";
import { decodeUtf8, encodeUtf8 } from "../../codec/utf8.ts";
import { assert } from "../../core/assert.ts";
import type { HttpRequest } from "../../core/http.ts";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import { CALLBACK } from "../account.ts";
import type { HttpWire, Keys } from "../wire.ts";
import { openAnswer } from "./answers.ts";
import { encodeBase64Url } from "./jwt.ts";
import { MESSAGES_PATH, PRIVATE_KEY, REFRESH, TOKEN_PATH, type CloudMessage, type CloudRequest } from "./messages.ts";

/** A hundred transactions, each with all that the vendor knows of it. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 32;

/**
 * JSON over HTTPS with a token (poynt.md 2.2). Until it is sealed, a request names its token where that will stand, the assertion
 * lacks its signature, and in place of the address at which we can be called stands its name.
 */
export const poyntCloudWire: HttpWire<CloudMessage> = {
  kind: "http",
  encode: (message) => {
    assert(message.kind === "request", "an answer of the cloud was to be sent to it");
    const { method, path, requestId, access } = message;
    const content = contentOf(message);
    return {
      method,
      path,
      headers: {
        "Api-Version": "1.2",
        "Poynt-Request-Id": requestId,
        Accept: "application/json",
        ...(access === undefined ? {} : { Authorization: access }),
        ...(content === undefined ? {} : { "Content-Type": content.type }),
      },
      body: encodeUtf8(content?.text ?? ""),
    };
  },
  seal: (request, keys) => {
    const { Authorization: access } = request.headers;
    const headers =
      access === undefined ? request.headers : { ...request.headers, Authorization: `BEARER ${keys.reveal(access)}` };
    return { ...request, headers, body: sealedBody(request, keys) };
  },
  open: (answer, asked) => openAnswer(answer, asked),
  maxAnswerBytes: MAX_ANSWER_BYTES,
};

function contentOf({ content }: CloudRequest): { readonly type: string; readonly text: string } | undefined {
  switch (content.kind) {
    case "none":
      return undefined;
    case "json":
      return { type: "application/json", text: toAsciiJson(content.body) };
    case "form":
      return { type: "application/x-www-form-urlencoded", text: formOf(content.fields) };
  }
}

const formOf = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");

function sealedBody({ path, body }: HttpRequest, keys: Keys): Uint8Array {
  if (path === TOKEN_PATH) return encodeUtf8(sealedForm(decodeUtf8(body) ?? "", keys));
  if (path === MESSAGES_PATH) return sealedMessage(body, keys);
  return body;
}

function sealedForm(form: string, keys: Keys): string {
  return form
    .split("&")
    .map((field) => {
      const [name = "", value = ""] = field.split("=");
      if (name === "assertion") {
        return `${field}.${encodeBase64Url(keys.signRs256(PRIVATE_KEY, encodeUtf8(decodeURIComponent(value))))}`;
      }
      return name === "refreshToken" ? `${name}=${encodeURIComponent(keys.reveal(REFRESH))}` : field;
    })
    .join("&");
}

/** How the address at which the terminal calls is named before it is known; our id goes along, because a canceled payment may lack it. */
export const callbackNameOf = (transaction: string): string => `${CALLBACK}?ref=${transaction}`;

/** Messages of Payment Bridge alone: one to a merchant's own app has a recipient, and is not looked into. */
function sealedMessage(body: Uint8Array, keys: Keys): Uint8Array {
  const envelope = objectIn(body);
  const { data, recipient } = envelope ?? {};
  if (envelope === undefined || recipient !== undefined || typeof data !== "string") return body;
  const content = objectIn(encodeUtf8(data));
  const named = content?.["callbackUrl"];
  if (content === undefined || typeof named !== "string") return body;
  const [, query = ""] = named.split("?");
  const address = keys.reveal(CALLBACK);
  const url = `${address}${address.includes("?") ? "&" : "?"}${query}`;
  // In the flat form it is encoded once more (poynt.md 2.4).
  const callbackUrl = content["action"] === undefined ? url : encodeURIComponent(url);
  return encodeUtf8(toAsciiJson({ ...envelope, data: toAsciiJson({ ...content, callbackUrl }) }));
}

function objectIn(bytes: Uint8Array): JsonObject | undefined {
  const read = readStrictJson(bytes, MAX_DEPTH);
  return read.kind === "value" && isJsonObject(read.value) ? read.value : undefined;
}
