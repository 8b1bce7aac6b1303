import { decodeBase64 } from "../../codec/base64.ts";
import { parseStrictJson, readStrictJson } from "../../codec/strict-json.ts";
import { decodeUtf8 } from "../../codec/utf8.ts";
import type { HttpAnswer, HttpRequest } from "../../core/http.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Keys, OpenedAnswer } from "../wire.ts";
import {
  commandAt,
  NEW_SECRET,
  PAIRING_KEY,
  SIGNATURE_MISMATCH,
  type Command,
  type PoyntAnswer,
  type PoyntError,
} from "./messages.ts";
import { MOST_TENDERS, plainText, readPayment, uuidIn, wordIn } from "./payment.ts";
import { scannedText } from "./scanned.ts";

type Opened = OpenedAnswer<PoyntAnswer>;
type Signature = "right" | "missing" | "wrong";

const MAX_DEPTH = 32;
const LONGEST_SECRET = 256;

const garbled = (why: string): Opened => ({ kind: "garbled", why });
const message = (told: PoyntAnswer): Opened => ({ kind: "message", message: told });

/** Believes an answer only where it is signed with the key of what it answers, and names its id (poynt.md 1.4, 1.6). */
export function openAnswer(answer: HttpAnswer, asked: HttpRequest, keys: Keys, signature: () => Signature): Opened {
  const command = commandAt(asked.path);
  if (command === undefined) return garbled("an answer to nothing that is asked of this terminal");
  if (command === "ping") return openPing(answer, signature());
  if (command === "pairWithKey") return openSecret(answer, keys);
  return openJson(command, answer, asked, signature());
}

/** Empty, and perhaps unsigned: the status says it (poynt.md 1.6). */
function openPing(answer: HttpAnswer, signature: Signature): Opened {
  const { status, body } = answer;
  const error = errorNameIn(body);
  if (status === 500 || error === SIGNATURE_MISMATCH) {
    return message({ kind: "otherPairing", text: "the terminal does not know our pairing" });
  }
  if (status !== 200) return garbled(`a ping was answered with HTTP ${status}`);
  if (signature === "wrong") return garbled("a ping was answered with a wrong signature");
  if (body.length > 0 && signature === "missing") return garbled("a ping was answered as no terminal answers it");
  return message({ kind: "pong" });
}

function errorNameIn(body: Uint8Array): Json | undefined {
  const read = readStrictJson(body, MAX_DEPTH);
  const error = read.kind === "value" && isJsonObject(read.value) ? read.value["error"] : undefined;
  return isJsonObject(error) ? error["errorName"] : undefined;
}

/** There is no key yet that it could be signed with. Raw line breaks may stand in it (poynt.md 1.3.2). */
function openSecret(answer: HttpAnswer, keys: Keys): Opened {
  const text = decodeUtf8(answer.body);
  if (text === undefined) return garbled("not UTF-8");
  const read = parseStrictJson(text.replace(CONTROLS, ""), MAX_DEPTH);
  if (read.kind === "fault") return garbled(read.why);
  const { value } = read;
  if (!isJsonObject(value)) return garbled("not a JSON object");
  const error = errorIn(value, undefined);
  if (error !== undefined) return message(error);
  const encrypted = value["encryptedSecret"];
  if (answer.status !== 200 || typeof encrypted !== "string") return garbled("neither a secret nor an error");
  const ciphertext = decodeBase64(encrypted.replace(/\s/g, ""));
  const plaintext = ciphertext === undefined ? undefined : keys.decryptRsa(PAIRING_KEY, ciphertext);
  const secret = plaintext === undefined ? undefined : decodeUtf8(plaintext);
  if (secret === undefined || secret === "" || secret.length > LONGEST_SECRET) {
    return garbled("a secret that cannot be decrypted");
  }
  return { kind: "message", message: { kind: "secret", label: NEW_SECRET }, secrets: { [NEW_SECRET]: secret } };
}

const CONTROLS = /\p{Cc}/gu;
const IS_JSON = /^application\/json(?:\s*;|$)/i;

type JsonCommand = Exclude<Command, "ping" | "pairWithKey">;

function openJson(command: JsonCommand, answer: HttpAnswer, asked: HttpRequest, signature: Signature): Opened {
  const why = unsignedWhy(command, answer, signature);
  if (why !== undefined) return garbled(why);
  if (!IS_JSON.test((answer.headers["content-type"] ?? "").trim())) return garbled("the content type is not JSON");
  const read = readStrictJson(answer.body, MAX_DEPTH);
  if (read.kind === "fault") return garbled(read.why);
  const { value } = read;
  if (!isJsonObject(value)) return garbled("not a JSON object");
  const named = value["poyntRequestId"];
  const id = named === undefined || named === null || named === "" ? undefined : (uuidIn(named) ?? "no id");
  const askedId = idAskedIn(asked);
  if (id !== undefined && id !== askedId) return garbled("it is the answer to another request");
  const error = errorIn(value, id);
  if (error !== undefined) {
    return isJsonObject(value["payment"]) ? garbled("it is both an error and a payment") : message(error);
  }
  if (answer.status !== 200) return garbled(`HTTP ${answer.status} without an error`);
  // The state of the screen is asked of whoever is there; everything else is about a request of its own.
  if (id === undefined && command !== "paymentState") return garbled("it does not say which request it answers");
  return answerTo(command, value, id ?? "");
}

/** Nothing hangs on a refused pairing, and who refuses it signs with the code that we do not have (poynt.md 1.7). */
function unsignedWhy(command: JsonCommand, { status, body }: HttpAnswer, signature: Signature): string | undefined {
  if (signature === "right") return undefined;
  if (command === "pair" && (status !== 200 || signature === "missing")) return undefined;
  if (command === "paymentState" && signature === "missing") return undefined;
  if (errorNameIn(body) === SIGNATURE_MISMATCH) return "the terminal does not know our pairing";
  return signature === "missing" ? "it is not signed" : "its signature is wrong";
}

function idAskedIn(asked: HttpRequest): string | undefined {
  const read = readStrictJson(asked.body, MAX_DEPTH);
  return read.kind === "value" && isJsonObject(read.value) ? uuidIn(read.value["poyntRequestId"]) : undefined;
}

/** Those that are known have three digits (poynt.md 1.7). */
const isCode = (code: number): boolean => Number.isInteger(code) && Math.abs(code) < 1_000_000;

function errorIn(value: JsonObject, id: string | undefined): PoyntError | undefined {
  const error = value["error"];
  if (error === undefined || error === null) return undefined;
  const { errorCode, errorName, description } = isJsonObject(error) ? error : {};
  return {
    kind: "error",
    code: typeof errorCode === "number" && isCode(errorCode) ? errorCode : 0,
    name: wordIn(errorName) ?? "",
    text: plainText(description) ?? "",
    isAboutOurs: id !== undefined,
  };
}

function answerTo(command: JsonCommand, value: JsonObject, requestId: string): Opened {
  switch (command) {
    case "pair": {
      if (value["status"] !== "SUCCESS") return garbled("neither paired nor an error");
      const serialNumber = wordIn(value["serialNumber"]);
      // As the emulator says it (poynt.md 1.3.1): no device can be told by it.
      const isKnown = serialNumber !== undefined && serialNumber !== "unknown";
      return message({ kind: "paired", ...(isKnown ? { serialNumber } : {}) });
    }
    case "paymentState": {
      const text = plainText(value["currentState"]);
      return text === undefined ? garbled("it tells no state") : message({ kind: "paymentState", text });
    }
    case "settle": {
      const response = value["settlementResponse"];
      // A person canceled it at the terminal, or it is another's.
      if (!isJsonObject(response) && isJsonObject(value["payment"])) return paymentIn(value, requestId);
      const { acceptedAuthorizations } = isJsonObject(response) ? response : {};
      const accepted = Array.isArray(acceptedAuthorizations) ? acceptedAuthorizations.length : undefined;
      return message({ kind: "settled", requestId, ...(accepted === undefined ? {} : { accepted }) });
    }
    case "print":
    case "showItems":
      return message({ kind: "finished" });
    case "scan":
    case "scanByCat":
      return message({
        kind: "scanned",
        isSuccess: value["status"] === "SUCCESS",
        text: scannedText(value["scanResult"]),
      });
    case "sale":
    case "preSale":
    case "capture":
    case "adjustment":
    case "void":
    case "voidPreSale":
    case "refund":
    case "nonRefRefund":
      return paymentIn(value, requestId);
  }
}

function paymentIn(value: JsonObject, requestId: string): Opened {
  const told = value["payment"];
  if (!isJsonObject(told)) return garbled("neither a payment nor an error");
  const payment = readPayment(told);
  if (payment === undefined) return garbled(`a payment without a list of at most ${MOST_TENDERS} transactions`);
  return message({ kind: "payment", requestId, payment });
}
