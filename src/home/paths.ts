import { posix, win32 } from "node:path";

/** Where everything of one installation lies. Absolute paths; nothing is looked up or made. */
export type HomePaths = {
  readonly configFile: string;
  readonly dataDirectory: string;
  readonly logsDirectory: string;
  /** The local administrator's token: whoever can read it may do everything. */
  readonly adminTokenFile: string;
  /** Written by a daemon that is ready, `{pid, host, port}`, and removed when it ends in order. */
  readonly runningDaemonFile: string;
};

/**
 * The home folder: `--home`, else `TILLBRIDGE_HOME`, each holding all three of `config.json`, `data/` and `logs/`; else the
 * places that the system has for a service.
 *
 * @param home as given with `--home`; relative to the working directory
 */
export function resolveHome(
  home: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): HomePaths {
  const path = platform === "win32" ? win32 : posix;
  const chosen = home ?? (environment["TILLBRIDGE_HOME"] === "" ? undefined : environment["TILLBRIDGE_HOME"]);
  if (chosen !== undefined) return inOneFolder(path.resolve(chosen), path);
  if (platform === "win32") {
    return inOneFolder(path.join(environment["ProgramData"] ?? "C:\\ProgramData", "tillbridge"), path);
  }
  return paths("/etc/tillbridge", "/var/lib/tillbridge", "/var/log/tillbridge", path);
}

function inOneFolder(folder: string, path: typeof posix): HomePaths {
  return paths(folder, path.join(folder, "data"), path.join(folder, "logs"), path);
}

function paths(configDirectory: string, dataDirectory: string, logsDirectory: string, path: typeof posix): HomePaths {
  return {
    configFile: path.join(configDirectory, "config.json"),
    dataDirectory,
    logsDirectory,
    adminTokenFile: path.join(dataDirectory, "admin.token"),
    runningDaemonFile: path.join(dataDirectory, "daemon.json"),
  };
}
