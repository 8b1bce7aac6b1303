import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Ending } from "../../support/ending.ts";

type Answer = { readonly id?: number; readonly error?: { readonly desc: string } };

/** QEMU's monitor, which it connects to us as it starts. */
export type QemuMonitor = {
  /** Answers what was refused and why, or nothing. */
  execute(command: string, parameters: object): Promise<string | undefined>;
};

/** Waits on this path for the QEMU that is started next. */
export async function awaitMonitor(ending: Ending, path: string): Promise<QemuMonitor> {
  const server = createServer();
  const connected = new Promise<Socket>((resolve) => server.once("connection", resolve));
  server.listen(path);
  await once(server, "listening");
  ending.after(() => {
    server.close();
    void connected.then((socket) => socket.destroy());
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  const ready = connected.then((socket) => {
    socket.on("error", () => {}); // the guest is gone, which its lines tell
    createInterface({ input: socket }).on("line", (line) => {
      const answer = JSON.parse(line) as Answer;
      if (answer.id === undefined) return; // a greeting or an event
      waiting.get(answer.id)?.(answer);
      waiting.delete(answer.id);
    });
    return send(socket, "qmp_capabilities", {}).then(() => socket);
  });
  const send = (socket: Socket, execute: string, parameters: object): Promise<Answer> =>
    new Promise((resolve) => {
      const id = ++last;
      waiting.set(id, resolve);
      socket.write(`${JSON.stringify({ execute, arguments: parameters, id })}\n`);
    });
  return {
    execute: async (command, parameters) => (await send(await ready, command, parameters)).error?.desc,
  };
}
