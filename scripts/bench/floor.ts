import { end, nextMessage, startPart, temporaryFolder } from "./processes.ts";
import { openEcho } from "./web-sockets.ts";

/** One commit: facts of so many bytes, the event that tells them, and a name that nobody else may take. */
export type FloorAppend = { readonly facts: readonly number[]; readonly isUnique: boolean };

/** The least that any bridge would take that keeps the rules: measured by an echo, with the appends done before it comes back. */
export type Floor<Path extends string> = {
  /** Answers the milliseconds that a text takes to come back on this path. */
  measure(path: Path, text: string): Promise<number>;
  end(): Promise<void>;
};

export async function startFloor<Path extends `/${string}`>(
  appends: Readonly<Record<Path, readonly FloorAppend[]>>,
): Promise<Floor<Path>> {
  const part = startPart("floor-process.ts", [temporaryFolder(), JSON.stringify(appends)]);
  const { port } = await nextMessage<{ readonly port: number }>(part);
  const paths = Object.keys(appends);
  const echoes = await Promise.all(paths.map((path) => openEcho(`ws://127.0.0.1:${port}${path}`)));
  return {
    measure: async (path, text) => echoes[paths.indexOf(path)]?.measure(text) ?? Number.NaN,
    end: async () => {
      for (const echo of echoes) echo.close();
      await end(part);
    },
  };
}
