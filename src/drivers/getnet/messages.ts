import type { JsonObject } from "../../core/json.ts";

/** Command numbers (getnet.md 4). A reply carries the number of its command as `FunctionCode`. */
export const COMMANDS = {
  sale: 100,
  lastVoucher: 101,
  /** Called "Refund" by the vendor: takes back an operation of the open batch. */
  void: 102,
  /** Called "Close": ends the batch. */
  close: 103,
  totals: 104,
  details: 105,
  poll: 106,
  setNormalMode: 107,
  /** Called "Return" (devolución): gives money back after the batch was closed as well. */
  refund: 108,
  duplicate: 109,
  salesBySeller: 110,
  tips: 111,
  intermediate: 112,
  defaultSaleType: 113,
  parameters: 114,
  sim: 115,
  cancelSale: 116,
} as const;

/** What a record of the terminal can be about: LastVoucher answers with the `FunctionCode` of the recorded operation. */
export const RECORDED_FUNCTIONS: ReadonlySet<number> = new Set([COMMANDS.sale, COMMANDS.void, COMMANDS.refund]);

/** `MessageCode` of the intermediate messages (getnet.md 3). */
export const MESSAGE_CODES = {
  cardReading: 78,
  confirmAmount: 79,
  installments: 80,
  pin: 81,
  contactingHost: 82,
  tip: 83,
  cashback: 84,
} as const;

/** The bare `{"Received":true}`; false means a bad Sign or format. */
type Acknowledgement = { readonly kind: "acknowledgement"; readonly received: boolean };

/** From us: `fields` are those of the command, with the wire's names. */
export type Request = { readonly kind: "request"; readonly command: number; readonly fields: JsonObject };

/** From the terminal while a sale runs. Some send `FunctionCode` 112 with it, some do not. */
export type Intermediate = {
  readonly kind: "intermediate";
  readonly code: number;
  readonly text: string;
  readonly functionCode?: number;
};

/** From the terminal. `responseCode` is missing where the wire has no integer for it: such a reply proves nothing. */
export type Reply = {
  readonly kind: "reply";
  readonly functionCode: number;
  readonly responseCode?: number;
  readonly text: string;
  /** All other fields, with the wire's names; card data is masked. */
  readonly fields: JsonObject;
};

/** Rightly signed, but neither a request nor an intermediate message nor a reply. */
type Other = { readonly kind: "other"; readonly content: JsonObject };

export type GetnetMessage = Acknowledgement | Request | Intermediate | Reply | Other;

/** `now` is the wall clock in milliseconds; the wire shows it as UTC with milliseconds and Z, as the vendor's Node SDK does. */
export function request(command: number, fields: JsonObject, now: number): Request {
  return { kind: "request", command, fields: { ...fields, DateTime: new Date(now).toISOString() } };
}
