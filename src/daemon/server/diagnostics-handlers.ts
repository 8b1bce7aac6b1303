import { done, refused, type Result } from "../../core/errors.ts";
import { timestamp } from "../../core/ports.ts";
import type { MethodName, ParamsOf, ResultOf } from "../../protocol/methods.ts";
import { day } from "./day.ts";
import type { Asked, Handlers } from "./handler.ts";
import { healthOf } from "./health.ts";

type DiagnosticsMethod = Extract<MethodName, `diagnostics.${string}`>;

export const diagnosticsHandlers: Handlers<DiagnosticsMethod> = {
  "diagnostics.health": (_params, { server }) => done(healthOf(server)),
  "diagnostics.day": day,
  "diagnostics.doctor": doctor,
  "diagnostics.trace": trace,
};

async function doctor(
  _params: ParamsOf<"diagnostics.doctor">,
  { server }: Asked,
): Promise<Result<ResultOf<"diagnostics.doctor">>> {
  if (server.doctor === undefined) return refused("unsupportedOperation", "This daemon examines nothing.");
  return done({ checks: [...(await server.doctor.examine())] });
}

async function trace(
  { terminal, enable }: ParamsOf<"diagnostics.trace">,
  { server, session, caller }: Asked,
): Promise<Result<Record<string, never>>> {
  if (server.recorder === undefined) {
    return refused("unsupportedOperation", "This daemon records no trace.");
  }
  if (terminal !== undefined && server.terminals.get(terminal) === undefined) {
    return refused("terminalNotFound", `There is no terminal ${terminal}.`, { terminal });
  }
  const mayHear = () => allows(server.doorkeeper.scopesOf(session.identity), "trace");
  const stop = enable
    ? server.recorder.listen(terminal, (source, entry) => {
        // The scope may have been taken away meanwhile.
        if (mayHear())
          session.stream.push({ at: timestamp(server.clock), body: { type: "trace", terminal: source, entry } });
      })
    : undefined;
  session.keepTrace(stop);
  if (enable) await record(server, "trace turned on", caller.pos, terminal ?? "every terminal");
  return done({});
}
