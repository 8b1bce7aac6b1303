import { existsSync } from "node:fs";
import { certificateFile } from "../../home/certificate/certificate.ts";
import type { Config } from "../../home/config-schema.ts";
import { fault, ok, warning, type Examination, type Finding, type Said } from "../check.ts";
import type { DoorUse } from "../words/machine-words.ts";
import type { Listener, Listeners } from "./listeners.ts";

type Door = { readonly port: number; readonly setting: string; readonly use: DoorUse };

/** The ports that this configuration needs. One that is 0 is whichever is free. */
export function doorsOf({ server, callbacks }: Config, dataDirectory: string): readonly Door[] {
  const hasCertificate = existsSync(certificateFile(dataDirectory));
  const doors: readonly (Door | undefined)[] = [
    { port: server.port, setting: "server.port", use: "pos" },
    hasCertificate ? { port: server.tls.port, setting: "server.tls.port", use: "pages" } : undefined,
    server.lan.host === undefined ? undefined : { port: server.lan.port, setting: "server.lan.port", use: "lan" },
    callbacks.host === undefined ? undefined : { port: callbacks.port, setting: "callbacks.port", use: "callbacks" },
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
    ({ port: words }) => words.elsewhere(served, port, setting),
    ({ port: words }) => words.trial(port),
  );
}

function free({ port, use, setting }: Door, its: readonly Listener[], daemonPid: number | undefined): Finding {
  const id = `port.${port}`;
  if (its.length > 0) return ok(id, ({ port: words }) => words.listens(port, setting, words.uses[use]));
  if (daemonPid === undefined) return ok(id, ({ port: words }) => words.free(port, setting, words.uses[use]));
  return fault(
    id,
    ({ port: words }) => words.nobody(port, setting, words.uses[use]),
    ({ port: words }) => words.seeLog,
  );
}

function taken({ port, setting, use }: Door, { program, pid, user }: Listener): Finding {
  const name: Said = ({ port: words }) =>
    program ?? (user === undefined ? words.anotherProgram : words.programOf(user));
  const who: Said = (words) => {
    if (pid === undefined) return name(words);
    return user === undefined ? words.port.process(name(words), pid) : words.port.processOf(name(words), pid, user);
  };
  return fault(
    `port.${port}`,
    (words) => words.port.taken(who(words), port, setting, words.port.uses[use]),
    ({ port: words }) => words.end(setting),
  );
}
