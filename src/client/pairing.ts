import type { Clock } from "../core/ports.ts";
import { systemClock } from "./clock.ts";
import { greet } from "./session.ts";
import { connectWebSocket, type ConnectSocket } from "./socket.ts";

export type PairOptions = {
  readonly url: string;
  readonly pos: string;
  /** The 8 characters that `tillbridge pos add` has shown; good for 2 minutes. */
  readonly code: string;
  readonly connect?: ConnectSocket;
  readonly clock?: Clock;
};

const PAIR_LIMIT_MS = 10_000;

/**
 * Pairs a POS: answers its token, which the program keeps like a password. Rejects with `RequestRefused` (`pairingFailed`,
 * `pairingLocked`), `NotConnected`, or `NoAnswer`, after which the code may be used up.
 */
export async function pairPos({
  url,
  pos,
  code,
  connect = connectWebSocket,
  clock = systemClock,
}: PairOptions): Promise<string> {
  const { channel } = await greet({ url, connect, clock }, () => {});
  try {
    return (await channel.request("session.pair", { pos, code }, PAIR_LIMIT_MS)).token;
  } finally {
    channel.close("paired");
  }
}
