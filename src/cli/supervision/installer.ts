import type { Program } from "../../home/program/program.ts";
import type { Run } from "./run.ts";

/** The machine that the service is installed on. */
export type ServiceMachine = {
  readonly platform: NodeJS.Platform;
  /** Stands before the system's own folders; empty on a real machine. */
  readonly root: string;
  readonly run: Run;
  readonly isAdministrator: boolean;
  /** `%ProgramFiles%` and the like. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pause: (ms: number) => Promise<void>;
};

/** What is on the machine already. */
export type Found =
  | { readonly kind: "nothing" }
  /** By a package, which has its own way out: the commands of its manager. */
  | { readonly kind: "package"; readonly remove: string; readonly purge: string }
  /** By `service install`; without a version where that was broken off. */
  | { readonly kind: "folder"; readonly version: string | undefined };

/** What was unpacked, and where. */
export type Unpacked = { readonly folder: string; readonly program: Program };

export type Installed = {
  /** `again`: it was there, and what was missing or broken in it is as it should be. */
  readonly kind: "new" | "again";
  /** The service runs something else than what is there now, until it is started again. */
  readonly wantsRestart: boolean;
  readonly notes: readonly string[];
};

/** Makes a service of an unpacked program, and takes it away again. */
export interface Installer {
  /** Where installed programs lie. */
  readonly installation: string;
  found(): Promise<Found>;
  /** Resolves when the service runs. What failed in the middle leaves nothing. */
  install(unpacked: Unpacked): Promise<Installed>;
  /** With the service stopped. Answers what could not be taken away. */
  remove(): Promise<readonly string[]>;
  /** Configuration, data, logs and the service's user. Answers what could not be taken away. */
  purge(): Promise<readonly string[]>;
}
