import { done, refused, type Result } from "../../core/errors.ts";
import { timestamp } from "../../core/ports.ts";
import type { ParamsOf, ResultOf } from "../../protocol/methods.ts";
import { allows } from "./auth.ts";
import { record, type Asked } from "./handler.ts";

/** What the flight recorder hears from now on, as events. */
export async function trace(
  { terminal, enable }: ParamsOf<"diagnostics.trace">,
  { server, session, caller }: Asked,
): Promise<Result<Record<string, never>>> {
  if (server.recorder === undefined) return refused("unsupportedOperation", "This daemon records no trace.");
  if (terminal !== undefined && server.terminals.get(terminal) === undefined) return noTerminal(terminal);
  const mayHear = () => allows(server.doorkeeper.scopesOf(session.identity), "trace");
  const stop = enable
    ? server.recorder.listen(terminal, (source, entry) => {
        // The scope may have been taken away meanwhile.
        if (!mayHear()) return "taken";
        // Whoever reads slowly misses some of it, and keeps his session.
        if (session.stream.isBehind()) return "behind";
        session.stream.push({ at: timestamp(server.clock), body: { type: "trace", terminal: source, entry } });
        return "taken";
      })
    : undefined;
  session.keepTrace(stop);
  if (enable) await record(server, "trace turned on", caller.pos, terminal ?? "every terminal");
  return done({});
}

/** What the flight recorder has kept. */
export async function recording(
  { terminal, after = 0 }: ParamsOf<"diagnostics.recording">,
  { server, caller }: Asked,
): Promise<Result<ResultOf<"diagnostics.recording">>> {
  if (server.recorder === undefined) return refused("unsupportedOperation", "This daemon records nothing.");
  const page = await server.recorder.page(terminal, after);
  // One that was removed has left something all the same.
  if (page.entries.length === 0 && terminal !== undefined && server.terminals.get(terminal) === undefined)
    return noTerminal(terminal);
  if (after === 0) await record(server, "recording read", caller.pos, terminal ?? "every terminal");
  return done({ ...page, entries: [...page.entries] });
}

function noTerminal(terminal: string) {
  return refused("terminalNotFound", `There is no terminal ${terminal}.`, { terminal });
}
