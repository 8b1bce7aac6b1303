export const PROTOCOL_VERSION = 1;

/** 8455 spells TILL on a phone's keypad. */
export const DEFAULT_PORT = 8455;

export const PROTOCOL_PATH = "/v1";

/** WebSocket close codes that the server uses. A client that sees another one was cut off by the network. */
export const CLOSE_CODES = {
  /** Three messages that were no JSON. */
  malformed: 1007,
  tooLarge: 1009,
  /** The server failed and cannot go on with this socket: connect again. */
  internal: 1011,
  /** The daemon ends or starts again: connect again. */
  restart: 1012,
  tokenRevoked: 4001,
  noSession: 4002,
  /** The client does not read what it is sent. */
  tooSlow: 4003,
  /** The POS was paired anew: this token is no longer the POS's. */
  replaced: 4004,
} as const;

export type CloseReason = keyof typeof CLOSE_CODES;
