import type { Clock, Log, Timer } from "../core/ports.ts";
import { removeRunningDaemon, writeRunningDaemon, type RunningDaemon } from "../home/running-daemon.ts";
import { HomeFailure } from "../home/store.ts";

type Ports = { readonly clock: Clock; readonly log: Log };

const TRY_AGAIN_MS = 10_000;

/**
 * Writes down where the daemon listens, for the commands of this home, until it is disposed of. A disk that is full hides it from
 * them alone: POS programs are served meanwhile, and it is tried again and again.
 */
export async function writeDownWhereabouts(
  file: string,
  daemon: RunningDaemon,
  { clock, log }: Ports,
): Promise<AsyncDisposable> {
  let retry: Timer | undefined;
  let isOver = false;

  const write = async (): Promise<void> => {
    try {
      await writeRunningDaemon(file, daemon);
    } catch (error) {
      if (!(error instanceof HomeFailure)) throw error;
      if (retry === undefined)
        log.error("daemon.notFindable", "No command finds the service until this is mended", { why: error.message });
      if (isOver) return;
      retry = clock.after(TRY_AGAIN_MS, () => {
        writing = write();
      });
    }
  };
  let writing = write();
  await writing;
  return {
    [Symbol.asyncDispose]: async () => {
      isOver = true;
      retry?.cancel();
      await writing;
      await removeRunningDaemon(file);
    },
  };
}
