import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Gives back what this thread's start needed and will not need again. The runtime collects by itself only when something new is made, and a
 * service at rest makes nothing: it would keep these megabytes for weeks. Once in a life, for some tens of milliseconds.
 */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  // `last-resort` also gives pages back to the system, and drops code that ran once.
  if (typeof collect === "function") Reflect.apply(collect, undefined, [COLLECT]);
}

const COLLECT = { type: "major", execution: "sync", flavor: "last-resort" };
