import type { JsonObject } from "../../core/json.ts";
import type { IntentAnswer, IntentRequest } from "./intents-messages.ts";

/** By these names the account's secrets are known: given by a person, or renewed by the vendor. */
export const ACCESS = "access";
export const CLIENT_SECRET = "clientSecret";
/** What a person gave, and what the vendor gave in its place since. */
export const GRANT = "grant";
export const REFRESH = "refresh";
export const WEBHOOK = "webhook";

/** Labels of what was taken out of an answer, until it is stored. */
export const NEW_ACCESS = "newAccess";
export const NEW_REFRESH = "newRefresh";

/** To the vendor's servers. `key`: of idempotency (mercado-pago.md 1). */
export type CloudRequest =
  | { readonly kind: "createOrder"; readonly key: string; readonly body: JsonObject }
  | { readonly kind: "getOrder"; readonly order: string }
  | {
      readonly kind: "searchOrders";
      readonly externalReference: string;
      readonly beginDate: string;
      readonly endDate: string;
    }
  /** Also where the terminal has loaded it. */
  | { readonly kind: "cancelOrder"; readonly order: string; readonly key: string }
  /** The whole of it, or a part of one payment. */
  | {
      readonly kind: "refundOrder";
      readonly order: string;
      readonly key: string;
      readonly part?: { readonly payment: string; readonly amount: string };
    }
  | { readonly kind: "listTerminals"; readonly offset: number }
  /** To the operating mode PDV. */
  | { readonly kind: "setupTerminal"; readonly terminal: string }
  | { readonly kind: "createAction"; readonly key: string; readonly body: JsonObject }
  /** The older API's. */
  | { readonly kind: "listDevices"; readonly offset: number }
  | { readonly kind: "setupDevice"; readonly terminal: string }
  /** `grant`: the name of the key that is used up by it. */
  | { readonly kind: "refreshToken"; readonly clientId: string; readonly grant: string };

/** A payment of an order; of its card no more than the last digits. Amounts are decimal strings, as they came. */
export type CloudPayment = {
  readonly id: string;
  readonly status: string;
  readonly detail: string;
  readonly amount?: string;
  /** With the tip in it. */
  readonly paid?: string;
  readonly tip?: string;
  readonly refunded?: string;
  /** Of the payment below it. */
  readonly reference?: string;
  readonly methodId?: string;
  readonly methodType?: string;
  readonly last4?: string;
};

export type CloudRefund = {
  readonly id: string;
  readonly status: string;
  /** The payment that it gives back. */
  readonly payment?: string;
  readonly reference?: string;
  readonly amount?: string;
};

export type CloudOrder = {
  readonly id: string;
  readonly status: string;
  readonly detail: string;
  readonly type?: string;
  readonly user?: string;
  readonly externalReference?: string;
  readonly currency?: string;
  readonly terminal?: string;
  readonly payments: readonly CloudPayment[];
  readonly refunds: readonly CloudRefund[];
};

/** A terminal of the account (mercado-pago.md 2.1). */
export type ListedTerminal = {
  readonly id: string;
  /** PDV, STANDALONE, UNDEFINED. */
  readonly mode: string;
  readonly pos?: string;
  readonly store?: string;
  readonly externalPos?: string;
};

/** What the vendor says against a request, in its own envelope (mercado-pago.md 1.2). */
export type CloudRefusal = {
  readonly kind: "refusal";
  readonly status: number;
  readonly code: string;
  readonly text: string;
};

/** From the vendor's servers. */
export type CloudAnswer =
  /** Of a create, a look or a refund, and of a cancel that was done. */
  | { readonly kind: "order"; readonly order: CloudOrder }
  | { readonly kind: "orders"; readonly orders: readonly CloudOrder[]; readonly total: number }
  /** 202: the terminal is asked to leave the payment, and may still finish it (mercado-pago.md 4.3). */
  | { readonly kind: "cancelTaken" }
  /** One page. `told`: how many it has, with those that no settings could name. */
  | {
      readonly kind: "terminals";
      readonly terminals: readonly ListedTerminal[];
      readonly told: number;
      readonly total: number;
    }
  | { readonly kind: "setUp"; readonly mode: string }
  | { readonly kind: "action"; readonly id: string; readonly status: string }
  /** `access` and `refresh` are labels: the tokens were taken out. */
  | {
      readonly kind: "tokens";
      readonly access: string;
      readonly refresh?: string;
      readonly expiresInSeconds: number;
      readonly user?: string;
    }
  | CloudRefusal;

/** A notification whose signature is right (mercado-pago.md 6). It is a hint. */
export type Webhook = {
  readonly kind: "webhook";
  readonly order: string;
  /** With the order's id, what it is told apart by from one that comes again. */
  readonly version: string;
  /** When it was signed, milliseconds since 1970; undefined where it does not say. */
  readonly signedAt?: number;
  readonly externalReference?: string;
};

/** Between a terminal's machines and the account's. */
export type HouseMessage =
  /** What is known of this terminal. `ticket`: who asks works for this transaction, and wants the answer. */
  | { readonly kind: "askTerminal"; readonly ticket?: string; readonly must: "beFresh" | "beRecent" }
  | { readonly kind: "accessRefused" }
  | {
      readonly kind: "terminalTold";
      /** Undefined where the account does not list it. */
      readonly terminal?: ListedTerminal;
      /** Of the account, where it is known. */
      readonly user?: string;
      /** Some of the account's terminals, for whoever has named none of them. */
      readonly others: readonly string[];
    }
  /** The list could not be had. */
  | { readonly kind: "terminalNotTold"; readonly why: string }
  /** Something became of an order: it should be asked for. */
  | { readonly kind: "orderHint"; readonly order: string };

export type MercadoPagoMessage = CloudRequest | CloudAnswer | Webhook | HouseMessage | IntentRequest | IntentAnswer;
