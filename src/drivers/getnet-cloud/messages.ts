import type { JsonObject } from "../../core/json.ts";
import { COMMANDS, type Reply } from "../getnet/messages.ts";

/** Of printing, which the cable does not know (getnet.md 6). */
const PRINT_SERVICE = 117;

/** What can be asked of a terminal through the cloud: where it is posted to, and its number (getnet.md 6). */
export const PATHS = {
  sale: COMMANDS.sale,
  lastvoucher: COMMANDS.lastVoucher,
  refund: COMMANDS.void,
  close: COMMANDS.close,
  totals: COMMANDS.totals,
  details: COMMANDS.details,
  poll: COMMANDS.poll,
  normalmode: COMMANDS.setNormalMode,
  return: COMMANDS.refund,
  duplicate: COMMANDS.duplicate,
  params: COMMANDS.parameters,
  cancelsale: COMMANDS.cancelSale,
  printservice: PRINT_SERVICE,
} as const;

export type CommandPath = keyof typeof PATHS;

/** Where access is asked for. */
export const AUTH_PATH = "/auth";

/** By this name the house keeps the secret that a person gave. */
export const CLIENT_SECRET = "clientSecret";
/** By this name it keeps the access token. */
export const ACCESS = "access";
/** A new token, until it is stored. */
export const NEW_ACCESS = "newAccess";

type Country = "CL" | "AR";

/** From us. */
export type CloudRequest =
  | { readonly kind: "auth"; readonly country: Country; readonly clientId: string; readonly env: string }
  | { readonly kind: "command"; readonly path: CommandPath; readonly body: JsonObject }
  /** What became of a command. */
  | { readonly kind: "look"; readonly idPosTxs: string };

/** From the cloud; card data ended before this. */
export type CloudAnswer =
  | { readonly kind: "token"; readonly label: string }
  | { readonly kind: "credentialsRefused"; readonly status: number; readonly text: string }
  /** To a command: the terminal will be told, and this is what it is called. */
  | { readonly kind: "accepted"; readonly idPosTxs: string; readonly customId: string | undefined }
  | { readonly kind: "pending" }
  /** `reply`: what the terminal said, as it says it on a cable; missing where nobody said anything. */
  | {
      readonly kind: "finished";
      readonly idPosTxs: string | undefined;
      readonly customId: string | undefined;
      readonly reply: Reply | undefined;
    }
  /** The token is not good any more. */
  | { readonly kind: "accessRefused"; readonly text: string }
  /** `idPosTxs`: it was taken all the same. */
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly text: string;
      readonly idPosTxs: string | undefined;
    }
  /** Too much at once, or a failure on their side: it says nothing about what was asked. */
  | { readonly kind: "unavailable"; readonly status: number };

/** Between a machine of a terminal and the one of its account. */
type AccountWord = {
  readonly kind: "accessLost";
  /** Of the token that was refused. */
  readonly version: string;
};

export type CloudMessage = CloudRequest | CloudAnswer | AccountWord;
