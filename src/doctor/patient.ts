import type { Clock } from "../core/ports.ts";
import type { Config } from "../home/config-schema.ts";
import type { HomePaths } from "../home/paths.ts";

/** What is examined: this installation, on this machine. */
export type Patient = {
  readonly paths: HomePaths;
  readonly config: Config;
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
};
