import type { JsonObject } from "../../core/json.ts";
import type { Tender } from "../poynt/payment.ts";

/** By these names the house knows what is kept for the account: what a person gave, and what the vendor sent. */
export const PRIVATE_KEY = "privateKey";
export const ACCESS = "access";
export const REFRESH = "refresh";
/** What the vendor just sent, until it is stored. */
export const NEW_ACCESS = "newAccess";
export const NEW_REFRESH = "newRefresh";

export const TOKEN_PATH = "/token";
export const MESSAGES_PATH = "/cloudMessages";

/** From us, without a secret in it. */
export type CloudRequest = {
  readonly kind: "request";
  readonly method: "GET" | "POST" | "PATCH";
  /** With the query. */
  readonly path: string;
  /** A UUID. Where money hangs on the request it is made of the transaction's id: the cloud knows a repeat by it (poynt.md 2.6). */
  readonly requestId: string;
  readonly content:
    | { readonly kind: "none" }
    | { readonly kind: "json"; readonly body: JsonObject }
    | { readonly kind: "form"; readonly fields: Readonly<Record<string, string>> };
  /** The name of the token that it goes with; asking for one goes without. */
  readonly access?: string;
};

/** One transaction as the cloud tells it, without card data. */
export type Found = {
  readonly tender: Tender;
  /** The ids in its references: ours is one of them where it was made for us. */
  readonly references: readonly string[];
  /** Of the terminal that made it, in lower case. */
  readonly deviceId?: string;
  /** By the vendor's clock, milliseconds since 1970. */
  readonly createdAt?: number;
};

export type CloudError = {
  readonly kind: "error";
  /** Of HTTP. */
  readonly status: number;
  /** The vendor's; empty where it is not the vendor who answered, or not in its form. */
  readonly code: string;
  readonly text: string;
};

/** From the cloud. */
export type CloudAnswer =
  /** To a cloud message: taken for delivery, no more. */
  | { readonly kind: "accepted" }
  /** The labels stand for what was taken out of it. */
  | { readonly kind: "token"; readonly access: string; readonly refresh?: string; readonly expiresInS: number }
  /** `isWhole`: there is no further page. */
  | { readonly kind: "transactions"; readonly found: readonly Found[]; readonly isWhole: boolean }
  | { readonly kind: "transaction"; readonly found: Found }
  | CloudError;

/** The terminal called: a hint, and nobody has signed it (poynt.md 2.5). */
export type Callback = {
  readonly kind: "callback";
  readonly referenceId: string;
  readonly status: string;
  readonly transactionIds: readonly string[];
};

/** Between the account machine and the machines of its terminals. */
type AccountWord =
  /** Is the account there? */
  | { readonly kind: "probe" }
  | { readonly kind: "reached" }
  | { readonly kind: "notReached"; readonly why: string }
  /** The cloud did not take the token. `version`: which one it was, where that is known. */
  | { readonly kind: "accessRefused"; readonly version?: string };

export type CloudMessage = CloudRequest | CloudAnswer | Callback | AccountWord;
