import { decodeBase64, encodeBase64 } from "../../codec/base64.ts";
import { encodeUtf8 } from "../../codec/utf8.ts";
import type { JsonObject } from "../../core/json.ts";
import type { SimulatorContext } from "../simulator.ts";
import type { Memory, Pairing } from "./simulator-memory.ts";
import { textIn } from "./simulator-order.ts";
import { textOf } from "./simulator-requests.ts";
import { done, errorResult, type Result } from "./simulator-results.ts";
import type { Scenario } from "./simulator-scenario.ts";

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const SECRET_CHARACTERS = 6;
const LINE_CHARACTERS = 76;

type Paired = { readonly memory: Memory; readonly result: Result };

/** By the code that the terminal shows, which stays the key (poynt.md 1.3.1). */
export function pairByCode(memory: Memory, client: string, body: JsonObject, scenario: Scenario): Paired {
  const { pairingCode: secret, identity } = scenario;
  const result = done({
    status: "SUCCESS",
    poyntRequestId: textIn(body, "poyntRequestId"),
    serialNumber: identity.serialNumber,
  });
  return { memory: { ...memory, pairing: { client, secret } }, result };
}

/** By the client's key, under which it gets its secret (poynt.md 1.3.2). */
export function pairByKey(
  memory: Memory,
  client: string,
  body: JsonObject,
  scenario: Scenario,
  { crypto }: SimulatorContext,
): Paired {
  const secret = scenario.secret === "clientCode" ? codeIn(body) : newSecret(crypto);
  const key = decodeBase64(textOf(body["pairingRequest"], "publicKey") ?? "");
  const encrypted = key === undefined ? undefined : crypto.encryptRsa(key, encodeUtf8(secret));
  if (encrypted === undefined) {
    return { memory, result: errorResult("badRequest", scenario, "publicKey is no RSA key") };
  }
  const encryptedSecret = inLines(encodeBase64(encrypted), scenario.secretLines);
  return { memory: { ...memory, pairing: { client, secret } }, result: done({ encryptedSecret }) };
}

/** What the client wants to be compared with its own screen. */
export function codeIn(body: JsonObject): string {
  return textOf(body["pairingRequest"], "pairingCode") ?? "";
}

/** Another client than this one has the terminal. One that was paired before the beginning has no name. */
export function isTaken({ pairing }: Memory, client: string): boolean {
  return pairing !== null && pairing.client !== "" && pairing.client !== client;
}

export function otherClient(crypto: SimulatorContext["crypto"]): Pairing {
  return { client: "another client", secret: newSecret(crypto) };
}

function newSecret(crypto: SimulatorContext["crypto"]): string {
  return Array.from(crypto.randomBytes(SECRET_CHARACTERS), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join("");
}

/** Android wraps by default, with a break at the end as well. */
function inLines(text: string, secretLines: Scenario["secretLines"]): string {
  if (secretLines === "one") return text;
  return text.replace(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g"), "$&\n");
}
