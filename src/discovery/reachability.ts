import { connect } from "node:net";
import type { Clock } from "../core/ports.ts";

/** Whether somebody listens there: connects, sends nothing, and closes at once. */
export function listensAt(host: string, port: number, timeoutMs: number, clock: Clock): Promise<boolean> {
  const socket = connect({ host, port });
  return new Promise((resolve) => {
    const answer = (listens: boolean): void => {
      timer.cancel();
      socket.destroy();
      resolve(listens);
    };
    const timer = clock.after(timeoutMs, () => answer(false));
    socket.on("connect", () => answer(true)).on("error", () => answer(false));
  });
}
