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

/** The service manager refuses or is not there. The message says what, and what to do next. */
export class SupervisorFailure extends Error {
  override readonly name = "SupervisorFailure";
}
