import { existsSync } from "node:fs";
import { certificateFile } from "../../home/certificate/certificate.ts";
import type { Config } from "../../home/config-schema.ts";
import { fault, ok, warning, type Examination, type Finding } from "../check.ts";
import type { Listener, Listeners } from "./listeners.ts";

type Door = { readonly port: number; readonly setting: string; readonly what: string };

/** The ports that this configuration needs. One that is 0 is whichever is free. */
export function doorsOf({ server, callbacks }: Config, dataDirectory: string): readonly Door[] {
  const hasCertificate = existsSync(certificateFile(dataDirectory));
  const doors: readonly (Door | undefined)[] = [
    { port: server.port, setting: "server.port", what: "POS programs of this machine" },
    hasCertificate
      ? { port: server.tls.port, setting: "server.tls.port", what: "web pages of this machine, with a certificate" }
      : undefined,
    server.lan.host === undefined
      ? undefined
      : { port: server.lan.port, setting: "server.lan.port", what: "the shop's other machines" },
    callbacks.host === undefined
      ? undefined
      : { port: callbacks.port, setting: "callbacks.port", what: "vendors' clouds and terminals" },
  ];
  return doors.filter((door) => door !== undefined).filter(({ port }) => port !== 0);
}

type Look = {
  readonly doors: readonly Door[];
  readonly listeners: Listeners;
  /** Of the service. Undefined where it does not run. */
  readonly daemonPid: number | undefined;
  /** Of its account: where the program behind a port is not told, its user may be. */
  readonly user: string | undefined;
  /** Where it says that it listens for POS programs: `daemon --port` goes before the configuration. */
  servedPort(): Promise<number | undefined>;
};

/** Whether each port is the service's own, or who has it. */
export function portExaminations({ doors, listeners, daemonPid, user, servedPort }: Look): readonly Examination[] {
  if (doors.length === 0) return [];
  const examine = async (signal: AbortSignal): Promise<readonly Finding[]> => {
    const [heard, served] = await Promise.all([listeners(signal), servedPort()]);
    return doors.map((door) => {
      const its = heard.filter(({ port }) => port === door.port);
      const stranger = its.find((listener) => !isOwn(listener, daemonPid, user));
      if (stranger !== undefined) return taken(door, stranger);
      return its.length === 0 && isElsewhere(door, served, daemonPid)
        ? elsewhere(door, served)
        : free(door, its, daemonPid);
    });
  };
  return [{ id: "port", examine }];
}

function isOwn({ pid, user }: Listener, daemonPid: number | undefined, account: string | undefined): boolean {
  if (daemonPid === undefined) return false;
  return pid === undefined ? user !== undefined && user === account : pid === daemonPid;
}

function isElsewhere(
  { port, setting }: Door,
  served: number | undefined,
  daemonPid: number | undefined,
): served is number {
  return daemonPid !== undefined && setting === "server.port" && served !== undefined && served !== port;
}

function elsewhere({ port, setting }: Door, served: number): Finding {
  return warning(
    `port.${port}`,
    `Tillbridge listens on port ${served}, and not on ${port} (${setting}): it was started with --port, or the setting was changed since.`,
    `That is right for a trial. POS programs that look for port ${port} find it after a start without --port.`,
  );
}

function free({ port, what, setting }: Door, its: readonly Listener[], daemonPid: number | undefined): Finding {
  const id = `port.${port}`;
  if (its.length > 0) return ok(id, `Tillbridge listens on port ${port} (${setting}), for ${what}.`);
  if (daemonPid === undefined) return ok(id, `Port ${port} (${setting}) is free, for ${what}.`);
  return fault(
    id,
    `Nobody listens on port ${port} (${setting}), so ${what} find nobody there.`,
    "The log tells why the service does not: `tillbridge service status`, and the file in logs/. Start it again when that is mended.",
  );
}

function taken({ port, setting, what }: Door, { program, pid, user }: Listener): Finding {
  const process = pid === undefined ? "" : ` (process ${pid}${user === undefined ? "" : ` of ${user}`})`;
  const who = program ?? (user === undefined ? "Another program" : `A program of the user ${user}`);
  return fault(
    `port.${port}`,
    `${who}${process} listens on port ${port}, which is Tillbridge's (${setting}), for ${what}.`,
    `End it, or give Tillbridge another one: \`tillbridge config set ${setting} NUMBER\`. Then start the service again.`,
  );
}
