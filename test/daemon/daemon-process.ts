// Runs the service in this process: `daemon-process.ts HOME [PORT]`. With MISTAKE in the environment it makes one when it is ready, and
// what it holds then is what stands there.
import { runDaemon } from "../../src/daemon/daemon.ts";

const [home = "", port = "0"] = process.argv.slice(2);
const mistake = process.env["MISTAKE"];
if (mistake !== undefined) {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text: string | Uint8Array) => {
    setImmediate(() => {
      throw new Error(`an invariant does not hold: ${mistake}`, { cause: mistake });
    });
    return write(text);
  };
}
process.exitCode = await runDaemon({ home, port: Number(port) });
