// The reference for whoever filters the log, counts lines or wants to be told of some.
import { logEvents } from "../../src/core/log-events.ts";

export function logEventsDocument(): string {
  return [
    "# Events of the log",
    "Each line of `logs/tillbridge.log` is a JSON document with `at`, `level` (`error`, `warn`, `info` or `debug`), `event`, `message` and " +
      "fields of its own, such as `terminal` and `transaction`. The journal of systemd and the event log of Windows have the same line as text: " +
      "`event: message name=value ...`. **Look for `event`**: a name is never changed or used for something else. Messages and fields can change.",
    [
      "| event | means |",
      "| --- | --- |",
      ...Object.entries(logEvents).map(([event, means]) => `| \`${event}\` | ${means} |`),
    ].join("\n"),
    "",
  ].join("\n\n");
}
