import { toHex } from "../../codec/hex.ts";
import { toAsciiJson } from "../../codec/strict-json.ts";
import { encodeUtf8 } from "../../codec/utf8.ts";
import { assert } from "../../core/assert.ts";
import type { HttpRequest } from "../../core/http.ts";
import type { HttpWire, Keys } from "../wire.ts";
import { openAnswer } from "./answers.ts";
import { PATHS, type PoyntMessage } from "./messages.ts";

/** A payment of a dozen tenders, each with all that a terminal knows of it, is a tenth of it. */
const MAX_ANSWER_BYTES = 512 * 1024;

/**
 * JSON over HTTP, signed with the secret of the pairing (poynt.md 1.1, 1.4). Until it is sealed, a request names its key where its
 * signature will stand, so that what is stored holds neither, and a repeat is signed with the same one.
 */
export const poyntWire: HttpWire<PoyntMessage> = {
  kind: "http",
  encode: (message) => {
    assert(message.kind === "request", "a terminal's answer was to be sent to it");
    const { command, client, key, body } = message;
    return {
      method: "POST",
      path: PATHS[command],
      // As another type the terminal would not take the body as it is, and the signature would be wrong.
      headers: {
        "Poynt-Client": client,
        ...(key === undefined ? {} : { Signature: key }),
        "Content-Type": "text/plain",
      },
      body: encodeUtf8(toAsciiJson(body)),
    };
  },
  seal: (request, keys) => {
    const key = keyOf(request);
    if (key === undefined) return request;
    return { ...request, headers: { ...request.headers, Signature: signatureOf(request.body, key, keys) } };
  },
  open: (answer, asked, keys) => {
    const key = keyOf(asked);
    const given = answer.headers["signature"];
    return openAnswer(answer, asked, keys, () => {
      if (given === undefined || key === undefined) return "missing";
      const expected = encodeUtf8(signatureOf(answer.body, key, keys));
      return keys.equal(encodeUtf8(given.trim().toUpperCase()), expected) ? "right" : "wrong";
    });
  },
  maxAnswerBytes: MAX_ANSWER_BYTES,
};

const keyOf = (unsealed: HttpRequest): string | undefined => unsealed.headers["Signature"];

/** Upper-case, as the vendor's own clients send it and compare it (poynt.md 1.4). */
function signatureOf(body: Uint8Array, key: string, keys: Keys): string {
  return toHex(keys.hmacSha256(key, body));
}
