import type { Clock } from "../core/ports.ts";
import type { Config } from "../home/config-schema.ts";
import type { HomePaths } from "../home/paths.ts";
import type { Account } from "./machine/account.ts";

/** What is examined: this installation, on this machine. */
export type Patient = {
  readonly paths: HomePaths;
  readonly config: Config;
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
  /** As whom the service runs, or would. Undefined on Windows, which counts rights another way. */
  readonly account: Account | undefined;
  /** Of the service. Undefined where it does not run. */
  readonly daemonPid: number | undefined;
};
