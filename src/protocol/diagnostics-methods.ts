import { oneOf, Type } from "../core/schema.ts";
import { exactly, TerminalId } from "./fields.ts";
import { method } from "./method.ts";

/** What a technician asks to see what is, and what was. */
export const diagnosticsMethods = {
  "diagnostics.health": method({
    summary: "How the daemon is.",
    scope: "status",
    params: exactly({}),
    result: Type.Object({
      status: oneOf(["ok", "degraded", "stopping"]),
      intake: Type.Optional(
        oneOf(["open", "held", "trial", "stopping"], {
          description: "Whether new transactions are taken: trial is a new version that has not proved itself",
        }),
      ),
      version: Type.String(),
      uptimeSeconds: Type.Number(),
      journal: Type.Object({ id: Type.String(), state: oneOf(["ok", "unavailable"]) }),
      terminals: Type.Record(Type.String(), Type.Integer(), { description: "How many are in each state" }),
      sessions: Type.Integer(),
      disorderlyEnds: Type.Optional(
        Type.Integer({
          description: "Runs of the service that crashed or were killed within the ten minutes before this one began",
        }),
      ),
    }),
  }),
  "diagnostics.doctor": method({
    summary:
      "What is wrong with the machine, its network and the terminals. Moves no money, and takes no terminal's device.",
    scope: "admin",
    params: exactly({}),
    result: Type.Object({
      checks: Type.Array(
        Type.Object({
          id: Type.String({ description: "What was looked at: disk.space, terminal.counter-1.link" }),
          verdict: oneOf(["ok", "warning", "fault", "unknown"], {
            description: "unknown: it could not be looked at; the evidence says why",
          }),
          evidence: Type.String({ description: "The very fact that was seen" }),
          remedy: Type.Optional(Type.String({ description: "A command or an action, for a person" })),
          terminal: Type.Optional(TerminalId),
        }),
      ),
    }),
  }),
  "diagnostics.trace": method({
    summary: "Turns the redacted wire of the terminals on or off: it comes as events of type `trace`.",
    scope: "trace",
    params: exactly({ terminal: Type.Optional(TerminalId), enable: Type.Boolean() }),
    result: Type.Object({}),
  }),
};
