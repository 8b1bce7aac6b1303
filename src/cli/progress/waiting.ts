import type { Output } from "../output.ts";
import { isMoving, openLiveLine, type LiveLine, type LiveLinePorts } from "./live-line.ts";

/** On standard error, beside the notes of this command. */
export function liveLine(out: Output): LiveLine {
  return openLiveLine(portsOf(out));
}

/** For what takes its time and tells nothing meanwhile: a terminal shows what is waited for, a script hears nothing of it. */
export async function whileWaiting<Result>(
  out: Output,
  what: string,
  limitMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const ports = portsOf(out);
  if (!isMoving(ports)) return work();
  const line = openLiveLine(ports);
  line.show(what, ports.nowMs() + limitMs);
  try {
    return await work();
  } finally {
    line.stop();
  }
}

function portsOf(out: Output): LiveLinePorts {
  return {
    screen: process.stderr,
    environment: process.env,
    platform: process.platform,
    nowMs: Date.now,
    every: (ms, work) => {
      const timer = setInterval(work, ms);
      return () => clearInterval(timer);
    },
    note: (text) => out.note(text),
  };
}
