import type { Clock } from "../../core/ports.ts";
import type { Program } from "../../home/program/program.ts";
import type { Supervisor } from "../supervision/supervisor.ts";

/**
 * What an update has done so far, each of it durable. Whatever ends the process, the service or the machine there leaves a program
 * that runs: the old one, or a new one that has proved itself.
 */
export type UpdateStep =
  | "held"
  | "unpacked"
  | "preflightPassed"
  | "inPlace"
  | "trialWritten"
  | "switched"
  | "restarted"
  | "healthy"
  | "proved"
  | "switchedBack"
  | "restartedBack";

export type OpenTransaction = {
  readonly transaction: string;
  readonly pos: string;
  readonly terminal: string;
  readonly operation: string;
};

/** The service as it can be talked to. */
export type ServiceLook =
  /** No process has the home. */
  | { readonly kind: "silent" }
  /** A process has it, and does not answer. */
  | { readonly kind: "deaf"; readonly why: string }
  | {
      readonly kind: "answers";
      readonly version: string;
      readonly intake: string | undefined;
      readonly journalWorks: boolean;
      /** The terminals by their state. */
      readonly terminals: ReadonlyMap<string, string>;
    };

/** New transactions are held back until it is disposed of, or this process ends. */
export interface Held extends AsyncDisposable {
  /** What still runs or waits. */
  open(): Promise<readonly OpenTransaction[]>;
}

/** The daemon of the home that the service serves. */
export interface ServiceDoor {
  look(): Promise<ServiceLook>;
  /** What runs or waits at this moment; holds nothing back. */
  open(): Promise<readonly OpenTransaction[]>;
  /** Rejects with `CommandFailure` where the daemon refuses. */
  hold(reason: string): Promise<Held>;
}

export type Preflight =
  /** `note`: for people, what could not be tried. */
  { readonly kind: "passed"; readonly note?: string } | { readonly kind: "failed"; readonly why: string };

export type UpdatePorts = {
  readonly supervisor: Supervisor;
  readonly service: ServiceDoor;
  /** Asks the program of a folder, which does not run yet, whether it could. */
  readonly preflight: (folder: string) => Promise<Preflight>;
  readonly clock: Clock;
  /** A line for people. */
  readonly tell: (line: string) => void;
  readonly reached: (step: UpdateStep) => Promise<void> | void;
};

export type UpdateSettings = {
  /** How long transactions that run may take to end. */
  readonly waitMs: number;
  /** How long the new version may take to be healthy. */
  readonly limitMs: number;
};

/** A program that could take the place of the one that runs. */
export type Candidate = {
  readonly installation: string;
  /** The version that runs. */
  readonly from: string;
  readonly to: Program;
  /** What its files need on the disk. */
  readonly needs: { readonly bytes: number; readonly entries: number };
  /** Puts its files into an empty folder. */
  readonly fill: (folder: string) => Promise<void>;
};

export type UpdateResult = {
  readonly from: string;
  readonly to: string;
} & (
  | { readonly outcome: "updated" }
  /** It was tried, and the old one runs again. */
  | { readonly outcome: "rolledBack"; readonly why: string }
  /** Nothing was changed. */
  | { readonly outcome: "refused"; readonly why: string }
  /** Nothing was changed, because payments run. */
  | { readonly outcome: "postponed"; readonly why: string; readonly open: readonly OpenTransaction[] }
);
