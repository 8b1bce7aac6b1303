import { OUTCOME_KINDS } from "../core/outcome.ts";
import { oneOf, Type } from "../core/schema.ts";
import { EVENTS } from "./events.ts";
import { exactly, TerminalId, Time } from "./fields.ts";
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
      configuration: Type.Optional(
        oneOf(["file", "lastGood"], {
          description: "lastGood: config.json was broken at the start, and the last copy that worked is used",
        }),
      ),
      disorderlyEnds: Type.Optional(
        Type.Integer({
          description: "Runs of the service that crashed or were killed within the ten minutes before this one began",
        }),
      ),
      doors: Type.Optional(
        Type.Array(
          Type.Object({
            from: oneOf(["thisMachine", "lan"], { description: "Who may come through it" }),
            url: Type.String(),
            certificateUntil: Type.Optional(Time),
          }),
          { description: "Where programs and pages are served now" },
        ),
      ),
    }),
  }),
  "diagnostics.alarms": method({
    summary:
      "The alarms of which nobody has heard the end, since the service began; the newest first. Those of payments of every POS.",
    scope: "admin",
    params: exactly({}),
    result: Type.Object({
      alarms: Type.Array(Type.Object({ at: Time, ...EVENTS.alarm.fields })),
      missing: Type.Integer({ description: "So many older ones had to make room" }),
    }),
  }),
  "diagnostics.day": method({
    summary: "Payments, how long they took and losses of links, hour by hour. Practice payments are not counted.",
    scope: "admin",
    params: exactly({
      from: Type.Optional(Time),
      to: Type.Optional(Time),
    }),
    result: Type.Object({
      hours: Type.Array(
        Type.Object({
          from: Type.String({ description: "It ends where the next one begins; full hours on the server's clock" }),
          payments: Type.Record(oneOf(OUTCOME_KINDS), Type.Integer(), {
            description: "Accepted in this hour, by the outcome as it is known now",
          }),
          underWay: Type.Optional(Type.Integer({ description: "Accepted in this hour, and not at an end yet" })),
          durationsMs: Type.Optional(
            Type.Object(
              { p50: Type.Number(), p95: Type.Number(), most: Type.Number() },
              { description: "From the order to the outcome, of those that were sent to a terminal" },
            ),
          ),
          linkLosses: Type.Array(Type.Object({ terminal: TerminalId, count: Type.Integer() })),
        }),
      ),
      linkLossesSince: Type.String({ description: "Losses before it are not known: the service has begun since" }),
      incompleteBefore: Type.Optional(
        Type.String({ description: "There were too many payments: those that were accepted before are left out" }),
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
          evidence: Type.String({ description: "The very fact that was seen, in the session's language" }),
          remedy: Type.Optional(
            Type.String({ description: "A command or an action, for a person, in the session's language" }),
          ),
          terminal: Type.Optional(TerminalId),
        }),
      ),
    }),
  }),
  "diagnostics.recording": method({
    summary:
      "What the flight recorder keeps in memory of one terminal, or of all: the oldest first, page by page. docs/recordings.md tells what an entry is.",
    scope: "admin",
    params: exactly({
      terminal: Type.Optional(TerminalId),
      after: Type.Optional(Type.Integer({ minimum: 0, description: "`next` of the page before; 0 for the first" })),
    }),
    result: Type.Object({
      entries: Type.Array(Type.Unknown()),
      next: Type.Optional(Type.Integer({ description: "Where the next page begins; absent behind the last one" })),
      missing: Type.Integer({ description: "So many older entries had to make room" }),
    }),
  }),
  "diagnostics.trace": method({
    summary: "Turns the redacted wire of the terminals on or off: it comes as events of type `trace`.",
    scope: "trace",
    params: exactly({ terminal: Type.Optional(TerminalId), enable: Type.Boolean() }),
    result: Type.Object({}),
  }),
};
