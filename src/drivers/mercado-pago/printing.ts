import { toHex } from "../../codec/hex.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Context, DeviceReply } from "../driver.ts";
import type { ExchangeEnd } from "./exchange-end.ts";
import type { CloudRequest } from "./messages.ts";
import type { MercadoPagoSettings } from "./settings.ts";

/** Of a text that is printed (mercado-pago.md 4.6). */
const SHORTEST = 100;
const LONGEST = 4_096;
const KEY_BYTES = 16;

/** Words where it cannot be printed. */
export function printJob(
  { lines }: JsonObject,
  { terminalId }: MercadoPagoSettings,
  { crypto }: Context,
): CloudRequest | string {
  const isTexts = Array.isArray(lines) && lines.every((line: Json) => typeof line === "string");
  if (!isTexts || terminalId === undefined) return "params.lines must be a list of texts";
  // A brace would begin a tag of the vendor's.
  const content = lines.map((line) => line.replaceAll("{", "(").replaceAll("}", ")")).join("{br}");
  if (content.length > LONGEST)
    return `params.lines are too much for one print: at most ${LONGEST} characters with 4 for each line`;
  const key = toHex(crypto.randomBytes(KEY_BYTES)).toLowerCase();
  return {
    kind: "createAction",
    key,
    body: {
      type: "print",
      external_reference: key,
      config: { point: { terminal_id: terminalId, subtype: "custom" } },
      content: content.padEnd(SHORTEST),
    },
  };
}

export function printReply(end: ExchangeEnd): DeviceReply {
  if (end.kind === "garbled") return { kind: "refused", why: `the vendor's answer cannot be believed: ${end.why}` };
  if (end.kind !== "answered") return { kind: "noAnswer", why: end.why };
  const { message } = end;
  if (message.kind === "action") return { kind: "answered", data: { action: message.id, status: message.status } };
  if (message.kind !== "refusal")
    return { kind: "refused", why: "the vendor answered something else than it was asked" };
  const { status, code, text } = message;
  return { kind: "refused", why: `the vendor answered ${status} ${code} ${text}`.trim() };
}
