import type { Server } from "node:net";
import { SimulatorFailure } from "./failure.ts";

/** Resolves when the server takes connections. `port` 0 takes a free one. */
export function listening(server: Server, { host, port }: { readonly host: string; readonly port: number }) {
  return new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const why = error.code === "EADDRINUSE" ? "another program uses it; choose another port" : error.message;
      reject(new SimulatorFailure(`The simulated terminal cannot listen on ${host}:${port}: ${why}.`));
    };
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      resolve();
    });
  });
}
