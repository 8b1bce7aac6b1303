/** One HTTP exchange as values. Transports carry it, drivers write and read it. */

export type HttpRequest = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the link's address, with the query: `/devices/cat/ping`. */
  readonly path: string;
  /** As they leave, in this order. Host, Content-Length and Connection are the transport's. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

export type HttpAnswer = {
  readonly status: number;
  /** Names in lower case; a repeated one is joined with a comma and a blank. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};
