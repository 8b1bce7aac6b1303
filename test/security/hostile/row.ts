/** What a stranger sends before there is a WebSocket, and every HTTP answer that comes: none where the connection is just ended. */
export type KnockRow = {
  readonly what: string;
  /** One character a byte. `PORT` stands for the daemon's own, `HERE` for its loopback address with that port. */
  readonly bytes: string;
  readonly answers: readonly HttpAnswer[];
};

export type HttpAnswer = readonly [status: number, body: string];

/** What is sent over a WebSocket without a session, frame by frame. */
export type FrameRow = {
  readonly what: string;
  readonly bytes: Buffer;
  readonly said?: readonly RpcAnswer[];
  /** The close code, `open` where the socket lives on, `cut` where it ends without a word. */
  readonly end: number | "open" | "cut";
};

/** The error of one reply, or `done`. */
export type RpcAnswer =
  | "done"
  | {
      readonly id: string | number | null;
      readonly code: number;
      readonly reason: string;
      readonly retry: string;
      readonly field?: string;
    };

/** Who speaks: nobody yet, an ordinary POS, another one, one that has no scope but `status`, or the administrator. */
export type Speaker = "stranger" | "till" | "neighbour" | "watcher" | "administrator";

/** One message of a client that keeps the rules of WebSockets. */
export type MessageRow = {
  readonly what: string;
  readonly by: Speaker;
  readonly text: string;
  readonly answer: RpcAnswer;
  /** Where the answer is the last one. */
  readonly end?: number;
};

/** The id of the requests in the tables. */
export const ID = 7;

const CODES: Readonly<Record<string, number>> = {
  invalidMessage: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
};
const AGAIN: ReadonlySet<string> = new Set(["notOpen", "tooManyRequests", "terminalOffline"]);

/** How a request that can be read is refused. */
export function refusal(reason: string, field?: string, id: string | number | null = ID): RpcAnswer {
  return {
    id,
    code: CODES[reason] ?? -32_000,
    reason,
    retry: AGAIN.has(reason) ? "same" : "never",
    ...(field === undefined ? {} : { field }),
  };
}

export const NOT_JSON: RpcAnswer = { id: null, code: -32_700, reason: "invalidMessage", retry: "never" };
export const NO_REQUEST = refusal("invalidMessage", undefined, null);

export function request(method: string, params?: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id: ID, method, params });
}

/** A request that is well formed. */
export function asks(by: Speaker, what: string, method: string, params: unknown, answer: RpcAnswer): MessageRow {
  return { what: `${by}: ${what}`, by, text: request(method, params), answer };
}
