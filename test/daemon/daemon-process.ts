// Runs the service in this process: `daemon-process.ts HOME [PORT]`. With MISTAKE in the environment it makes one when it is ready.
import { runDaemon } from "../../src/daemon/daemon.ts";

const [home = "", port = "0"] = process.argv.slice(2);
if (process.env["MISTAKE"] !== undefined) {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text: string | Uint8Array) => {
    setImmediate(() => {
      throw new Error("an invariant does not hold");
    });
    return write(text);
  };
}
process.exitCode = await runDaemon({ home, port: Number(port) });
