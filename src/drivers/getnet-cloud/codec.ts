import { toAsciiJson } from "../../codec/strict-json.ts";
import { decodeUtf8, encodeUtf8 } from "../../codec/utf8.ts";
import type { HttpRequest } from "../../core/http.ts";
import type { HttpWire, Keys } from "../wire.ts";
import { assert, unreachable } from "../../core/assert.ts";
import { openAnswer } from "./answers.ts";
import { ACCESS, AUTH_PATH, CLIENT_SECRET, type CloudMessage, type CloudRequest } from "./messages.ts";

/** About 1,900 vouchers in one answer to details. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** JSON over HTTPS, with a token that a form is answered with (getnet.md 6). No secret stands in it before it is sealed. */
export const getnetCloudWire: HttpWire<CloudMessage> = {
  kind: "http",
  encode: (message) => {
    assert(isRequest(message), "what was not made for the cloud was to be sent to it");
    return requestOf(message);
  },
  seal: (request, keys) => (request.path === AUTH_PATH ? withSecret(request, keys) : withToken(request, keys)),
  open: (answer, asked) => openAnswer(answer, asked),
  maxAnswerBytes: MAX_ANSWER_BYTES,
};

function isRequest(message: CloudMessage): message is CloudRequest {
  return message.kind === "auth" || message.kind === "command" || message.kind === "look";
}

const NO_BODY = new Uint8Array();
const JSON_TYPE = { "Content-Type": "application/json", Accept: "application/json" };

function requestOf(message: CloudRequest): HttpRequest {
  switch (message.kind) {
    case "auth":
      return authOf(message);
    case "command": {
      const body = encodeUtf8(toAsciiJson(message.body));
      return { method: "POST", path: `/${message.path}`, headers: JSON_TYPE, body };
    }
    case "look":
      return { method: "GET", path: `/${message.idPosTxs}`, headers: { Accept: "application/json" }, body: NO_BODY };
    default:
      return unreachable(message);
  }
}

/** Argentina spells the fields otherwise, and wants to know what asks (getnet.md 6). */
function authOf({ country, clientId, env }: Extract<CloudRequest, { kind: "auth" }>): HttpRequest {
  const isChile = country === "CL";
  const [id, secret] = isChile ? ["clientId", "clientSecret"] : ["ClientId", "ClientSecret"];
  return {
    method: "POST",
    path: AUTH_PATH,
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      Accept: "application/json",
      ...(isChile ? {} : { env, country: country.toLowerCase(), app: "posintegrado" }),
    },
    // The secret comes last, and only when it leaves.
    body: encodeUtf8(`${id}=${encodeURIComponent(clientId)}&${secret}=`),
  };
}

function withSecret(request: HttpRequest, keys: Keys): HttpRequest {
  const form = decodeUtf8(request.body) ?? "";
  return { ...request, body: encodeUtf8(form + encodeURIComponent(keys.reveal(CLIENT_SECRET))) };
}

function withToken(request: HttpRequest, keys: Keys): HttpRequest {
  return { ...request, headers: { ...request.headers, Authorization: `Bearer ${keys.reveal(ACCESS)}` } };
}
