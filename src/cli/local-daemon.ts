import { readFileSync } from "node:fs";
import { Secret } from "../core/secret.ts";
import { PROTOCOL_PATH } from "../protocol/version.ts";
import type { Home } from "./call.ts";
import { CommandFailure, EXIT } from "./exit.ts";
import { homeWords } from "./home-option.ts";

/** The daemon of a home. */
export type LocalDaemon = { readonly url: string; readonly processId: number };

/** The POS that the command is. */
export const COMMAND_POS = "cli";

/** Where the daemon of this home listens, as it wrote down when it became ready. */
export function findDaemon(home: Home, homeOption: string | undefined): LocalDaemon {
  keepFromProxies();
  const { pid, host, port } = parsed(read(home.runningDaemonFile, homeOption));
  if (typeof pid !== "number" || typeof host !== "string" || typeof port !== "number") {
    throw new CommandFailure(
      EXIT.unreachable,
      `${home.runningDaemonFile} does not say where the daemon listens. ${startIt(homeOption)}`,
    );
  }
  if (!isRunning(pid)) {
    throw new CommandFailure(
      EXIT.unreachable,
      `No daemon is running on this home: ${home.runningDaemonFile} is of process ${pid}, which has ended. ${startIt(homeOption)}`,
    );
  }
  const authority = host.includes(":") ? `[${host}]` : host;
  return { url: `ws://${authority}:${port}${PROTOCOL_PATH}`, processId: pid };
}

/** A daemon that was killed leaves its port to any program of any user, and that one shall not be handed the token. */
function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"; // Another user's.
  }
}

const LOOPBACK = "127.0.0.1,localhost,::1";

/** The daemon is on this machine; a proxy that the environment names would be handed the token on the way to it. */
function keepFromProxies(): void {
  for (const name of ["no_proxy", "NO_PROXY"]) {
    const before = process.env[name] ?? "";
    if (!before.endsWith(LOOPBACK)) process.env[name] = before === "" ? LOOPBACK : `${before},${LOOPBACK}`;
  }
}

/** The local administrator's token: only the service's user and administrators can read it. */
export function readAdminToken(home: Home, homeOption: string | undefined): Secret {
  return new Secret(read(home.adminTokenFile, homeOption).trim());
}

/** What to do where no daemon answers. */
export function startIt(homeOption: string | undefined): string {
  return homeOption === undefined
    ? "Start the service with `tillbridge service start`; without one, `tillbridge daemon` runs in the foreground."
    : `Start it with \`tillbridge daemon${homeWords(homeOption)}\`.`;
}

function read(path: string, homeOption: string | undefined): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EACCES" || code === "EPERM") {
      throw new CommandFailure(
        EXIT.unreachable,
        `This user may not read ${path}. Run the command as the user of the service, or as an administrator.`,
      );
    }
    if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
    throw new CommandFailure(
      EXIT.unreachable,
      `No daemon is running on this home: there is no ${path}. ${startIt(homeOption)}`,
    );
  }
}

function parsed(text: string): { readonly pid?: unknown; readonly host?: unknown; readonly port?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
