import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

type Received = { readonly path: string; readonly headers: IncomingMessage["headers"]; readonly body: Buffer };

export type TestCollector = AsyncDisposable & {
  readonly endpoint: string;
  readonly received: readonly Received[];
  /** Resolves with the next one to this path that was not asked for before. */
  next(path: string): Promise<Received>;
};

type Answer = (response: ServerResponse, received: Received) => void;

/** A collector of OpenTelemetry that keeps what it is sent, and answers as the test says. */
export async function openTestCollector(answer: Answer = takes): Promise<TestCollector> {
  const received: Received[] = [];
  const asked = new Map<string, number>();
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const sent = Buffer.concat(chunks);
      const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
      const one = { path: request.url ?? "", headers: request.headers, body };
      received.push(one);
      for (const look of waiting) look();
      answer(response, one);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    next: (path) =>
      new Promise((resolve) => {
        const place = asked.get(path) ?? 0;
        asked.set(path, place + 1);
        const look = () => {
          const found = received.filter((one) => one.path === path)[place];
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function takes(response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
}
