/** What the system's own service manager says of the installed service. */
export type ServiceState =
  | { readonly kind: "notInstalled" }
  | { readonly kind: "stopped"; readonly why?: string }
  | { readonly kind: "starting" | "stopping" }
  | { readonly kind: "running"; readonly pid: number; readonly account: string };

/** The system's service manager (systemd, the Windows one), about one service: `tillbridge`. */
export interface Supervisor {
  state(): Promise<ServiceState>;
  /** Resolves when the service runs, or rejects with a `SupervisorFailure`. */
  start(): Promise<void>;
  /** Resolves when it has ended in order. */
  stop(): Promise<void>;
  restart(): Promise<void>;
}

/** What a person wants to know besides. What the manager does not tell is left out. */
export type ServiceReport = {
  readonly state: ServiceState;
  readonly startsAtBoot: boolean;
  readonly account?: string;
  /** Since when it is in this state. */
  readonly sinceMs?: number;
  /** How often the manager has started it again after it ended by itself, since it was started by a person or the boot. */
  readonly restarts?: number;
  /** How it ended the last time, in words; absent where it has not ended, or in order. */
  readonly lastFailure?: string;
};

/** Also tells more, and sees to the start at boot. */
export interface SystemSupervisor extends Supervisor {
  report(): Promise<ServiceReport>;
}

/** The service manager refuses or is not there. The message says what, and what to do next. */
export class SupervisorFailure extends Error {
  override readonly name = "SupervisorFailure";
}
