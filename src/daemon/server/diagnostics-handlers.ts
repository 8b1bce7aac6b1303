import { done, refused, type Result } from "../../core/errors.ts";
import type { MethodName, ParamsOf, ResultOf } from "../../protocol/methods.ts";
import { day } from "./day.ts";
import type { Asked, Handlers } from "./handler.ts";
import { healthOf } from "./health.ts";
import { recording, trace } from "./recording-handlers.ts";

type DiagnosticsMethod = Extract<MethodName, `diagnostics.${string}`>;

export const diagnosticsHandlers: Handlers<DiagnosticsMethod> = {
  "diagnostics.health": (_params, { server }) => done(healthOf(server)),
  "diagnostics.alarms": (_params, { server }) => {
    const { alarms, missing } = server.standingAlarms?.() ?? { alarms: [], missing: 0 };
    return done({ alarms: [...alarms], missing });
  },
  "diagnostics.day": day,
  "diagnostics.doctor": doctor,
  "diagnostics.recording": recording,
  "diagnostics.trace": trace,
};

async function doctor(
  _params: ParamsOf<"diagnostics.doctor">,
  { server, session }: Asked,
): Promise<Result<ResultOf<"diagnostics.doctor">>> {
  if (server.doctor === undefined) return refused("unsupportedOperation", "This daemon examines nothing.");
  return done({ checks: [...(await server.doctor.examine(session.language))] });
}
