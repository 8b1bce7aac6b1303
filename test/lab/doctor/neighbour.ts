// What other machines of a shop's network do: `neighbour.ts ADDRESS MANNER PORT ...` prints `listening`, and then what happened.
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { openAuthority } from "../../../src/home/certificate/authority.ts";

const [address = "", ...pairs] = process.argv.slice(2);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const withDate = (aheadMs: number) => ({ Date: new Date(Date.now() + aheadMs).toUTCString() });

/** A cloud that refuses whoever has no access, as all do. */
async function secureServer(fromMs: number, untilMs: number): Promise<Server> {
  const validity = { notBeforeMs: Date.now() + fromMs, notAfterMs: Date.now() + untilMs };
  const forever = { notBeforeMs: Date.now() - 30 * DAY_MS, notAfterMs: Date.now() + 30 * DAY_MS };
  const authority = await openAuthority({ commonName: "Acme Proxy", names: [address], validity: forever });
  const { certificate, key } = await authority.sign([address], validity);
  process.stdout.write(`authority ${JSON.stringify(authority.certificate)}\n`);
  return createSecureServer({ cert: certificate, key }, (_request, response) => response.writeHead(401).end());
}

const manners: Readonly<Record<string, () => Server | Promise<Server>>> = {
  waits: () => createServer(),
  speaks: () => createServer((socket: Socket) => socket.on("error", () => undefined).end("SSH-2.0-OpenSSH_9.2\r\n")),
  hangsUp: () => createServer((socket: Socket) => void socket.destroy()),
  tells: () => createServer(() => process.stdout.write("connected\n")),
  hourAhead: () => createHttpServer((_request, response) => response.writeHead(401, withDate(HOUR_MS)).end()),
  expired: () => secureServer(-10 * DAY_MS, -DAY_MS),
  valid: () => secureServer(-DAY_MS, DAY_MS),
};

for (let at = 0; at < pairs.length; at += 2) {
  const [manner = "", port] = [pairs[at], pairs[at + 1]];
  const server = await manners[manner]?.();
  if (server === undefined) throw new Error(`There is no manner ${manner}`);
  await new Promise<void>((resolve) => void server.listen(Number(port), address, resolve));
}
process.stdout.write("listening\n");
