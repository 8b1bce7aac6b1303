import type { JsonObject } from "../../core/json.ts";
import type { CloudMessage } from "../poynt-cloud/messages.ts";
import type { Payment } from "./payment.ts";

/** What can be asked of a terminal, by the path that it is posted to (poynt.md 1.5). */
export const PATHS = {
  pair: "/devices/cat/pair",
  pairWithKey: "/devices/cat/pairWithKey",
  ping: "/devices/cat/ping",
  paymentState: "/devices/cat/paymentState",
  sale: "/devices/cat/authorizeSales",
  preSale: "/devices/cat/authorizePreSales",
  capture: "/devices/cat/authorizeCompletion",
  adjustment: "/devices/cat/authorizeAdjustment",
  void: "/devices/cat/authorizeVoid",
  voidPreSale: "/devices/cat/authorizeVoidPreSales",
  refund: "/devices/cat/authorizeRefund",
  nonRefRefund: "/devices/cat/authorizeNonRefRefund",
  settle: "/devices/cat/settle",
  print: "/devices/posprinter/printNormal",
  showItems: "/devices/secondscreen/showItems",
  scan: "/devices/imagescanner/getScanData",
  scanByCat: "/devices/cat/getScanData",
} as const;

export type Command = keyof typeof PATHS;

export function commandAt(path: string): Command | undefined {
  return (Object.keys(PATHS) as Command[]).find((command) => PATHS[command] === path);
}

/** errorCode of a request whose time is over (poynt.md 1.7). It says nothing about the money. */
export const TIMED_OUT = 112;

/** errorName of a request that was signed with another key than the terminal's (poynt.md 1.7). */
export const SIGNATURE_MISMATCH = "REQUEST_SIGNATURE_MISMATCH";

/** By this name the house keeps the secret of the pairing. */
export const PAIRING = "pairing";
/** By this name it knows the RSA key that a new secret is encrypted for. */
export const PAIRING_KEY = "pairing";
/** The new secret, until it is stored. */
export const NEW_SECRET = "newPairing";

/** From us. */
export type PoyntRequest = {
  readonly kind: "request";
  readonly command: Command;
  /** Shown on the terminal. */
  readonly client: string;
  /** The name of the key that signs it; pairWithKey goes unsigned. */
  readonly key?: string;
  /** In the order in which it leaves. */
  readonly body: JsonObject;
};

/** From the terminal; of each only what is needed, without card data. What authenticates it was checked. */
export type PoyntAnswer =
  /** To a ping: it knows our key. */
  | { readonly kind: "pong" }
  /** To a ping: it is paired with somebody else, or with nobody. */
  | { readonly kind: "otherPairing"; readonly text: string }
  | { readonly kind: "paired"; readonly serialNumber?: string }
  /** To pairWithKey. `label` stands for the secret, which was taken out. */
  | { readonly kind: "secret"; readonly label: string }
  /** The values are not documented (poynt.md 1.6). */
  | { readonly kind: "paymentState"; readonly text: string }
  | { readonly kind: "payment"; readonly requestId: string; readonly payment: Payment }
  /** `accepted` counts the authorizations that were named, where they were. */
  | { readonly kind: "settled"; readonly requestId: string; readonly accepted?: number }
  /** Printed, shown. */
  | { readonly kind: "finished" }
  | { readonly kind: "scanned"; readonly isSuccess: boolean; readonly text: string }
  | PoyntError;

export type PoyntError = {
  readonly kind: "error";
  /** Zero where the terminal named none. */
  readonly code: number;
  readonly name: string;
  readonly text: string;
  /** It repeats the id of our request, so that it can be about nothing else. */
  readonly isAboutOurs: boolean;
};

export type PoyntMessage =
  | PoyntRequest
  | PoyntAnswer
  /** To and from the vendor's cloud, beside the terminal. */
  | { readonly kind: "cloud"; readonly message: CloudMessage };

/** The terminal's. */
export function isAnswer(message: PoyntMessage): message is PoyntAnswer {
  return message.kind !== "request" && message.kind !== "cloud";
}
