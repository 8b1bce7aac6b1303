import type { JsonObject } from "../../core/json.ts";

/** From us, to the older payment-intents API (mercado-pago.md 8). */
export type IntentRequest =
  | { readonly kind: "intentCreate"; readonly terminal: string; readonly body: JsonObject }
  | { readonly kind: "intentGet"; readonly intent: string }
  | { readonly kind: "intentCancel"; readonly terminal: string; readonly intent: string }
  /** `from`, `to`: as the query takes them. */
  | { readonly kind: "intentEventsGet"; readonly from: string; readonly to: string }
  | { readonly kind: "intentPaymentGet"; readonly payment: string }
  | { readonly kind: "intentRefundCreate"; readonly terminal: string; readonly body: JsonObject }
  | { readonly kind: "intentRefundGet"; readonly intent: string }
  | { readonly kind: "intentRefundCancel"; readonly terminal: string; readonly intent: string };

/** From the vendor; of each only what is needed, without card data. */
export type IntentAnswer =
  /** To a new intent, which has no state yet, and to a question about one; of payments and of refunds. */
  | { readonly kind: "intentTold"; readonly intent: Intent }
  /** Taken back before the terminal had it. */
  | { readonly kind: "intentCancelTold"; readonly intent: string }
  | { readonly kind: "intentEventsTold"; readonly events: readonly IntentEvent[] }
  | { readonly kind: "intentPaymentTold"; readonly payment: PointPayment }
  | IntentError;

/** A refusal or a failure, in the vendor's own words. */
export type IntentError = {
  readonly kind: "intentError";
  /** Of HTTP. */
  readonly status: number;
  /** Empty where it names none. */
  readonly code: string;
  readonly text: string;
};

export type Intent = {
  readonly id: string;
  readonly state?: string;
  readonly terminal?: string;
  /** In hundredths. */
  readonly amount?: number;
  readonly reference?: string;
  /** The payment that it led to, or that it gives back. */
  readonly payment?: string;
  /** There is one, and its id may not be kept or cannot be read. */
  readonly hasHiddenPayment?: boolean;
};

export type IntentEvent = { readonly intent: string; readonly status?: string; readonly atMs?: number };

/** As the Payments API tells it: only this says whether money moved. */
export type PointPayment = {
  readonly id: string;
  readonly status: string;
  readonly detail: string;
  readonly currency?: string;
  /** Decimals, as they came. */
  readonly amount?: string;
  readonly refunded?: string;
  /** With what the customer pays for installments. */
  readonly paid?: string;
  readonly approvalCode?: string;
  readonly methodId?: string;
  readonly last4?: string;
};

/** States of an intent (mercado-pago.md 8): these, and no other, are known. */
export const OPEN = "OPEN";
export const ON_TERMINAL = "ON_TERMINAL";
export const PROCESSING = "PROCESSING";
export const PROCESSED = "PROCESSED";
export const FINISHED = "FINISHED";
export const CONFIRMATION_REQUIRED = "CONFIRMATION_REQUIRED";
export const CANCELED = "CANCELED";
export const ERROR = "ERROR";
export const ABANDONED = "ABANDONED";
