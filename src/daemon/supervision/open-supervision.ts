import { unsupervised, type Supervision, type SupervisionPorts } from "./supervision.ts";

/** By what the environment says. Whoever cannot be spoken to is logged, and the service runs all the same. */
export async function openSupervision(
  environment: Readonly<Record<string, string | undefined>>,
  ports: SupervisionPorts,
): Promise<Supervision> {
  const hostPipe = environment["TILLBRIDGE_HOST_PIPE"];
  if (hostPipe !== undefined && hostPipe !== "") {
    return (await import("./windows-host.ts")).superviseByHost(hostPipe, ports);
  }
  const socket = environment["NOTIFY_SOCKET"];
  if (socket === undefined || socket === "") return unsupervised;
  const [{ loadNotify }, { superviseBySystemd }] = await Promise.all([
    import("./libsystemd.ts"),
    import("./systemd.ts"),
  ]);
  const loaded = await loadNotify();
  if (loaded.kind === "missing") {
    ports.log.error(
      "daemon.supervisorUnheard",
      "systemd cannot be told that the service runs, and will take it for stuck. Install libsystemd0, or the package of the service again.",
      { why: loaded.why },
    );
    return unsupervised;
  }
  return superviseBySystemd(loaded.notify, environment, ports);
}
