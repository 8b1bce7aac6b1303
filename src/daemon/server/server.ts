import { PROTOCOL_PATH } from "../../protocol/version.ts";
import type { Family } from "../metrics/family.ts";
import { createDoorstep, readInTurns } from "./doorstep.ts";
import { loopbackDoor, ownOriginsOf, type Door } from "./doors.ts";
import { createEncryptedDoors } from "./encrypted-doors.ts";
import { attend } from "./entrance.ts";
import { familiesOf } from "./families.ts";
import { listenOnLoopback, type Listener } from "./listen.ts";
import type { ServerPorts, ServerSettings } from "./ports.ts";
import { createRateLimit } from "./rate.ts";
import { openReception } from "./reception.ts";
import { closed } from "./secure-door.ts";
import { createUpgrade } from "./socket.ts";

/** The WebSocket protocol and `GET /health` on the loopback, with a certificate also as wss, and for the shop's other machines. */
export interface Server {
  /** The one that is really listened on. */
  readonly port: number;
  /** `ws://127.0.0.1:8455/v1` */
  readonly url: string;
  /** From here on nothing new is begun: no connection, no session, no payment. What runs can be followed to its end. */
  stopAccepting(): void;
  /** All that is measured, at this moment. */
  families(): Promise<readonly Family[]>;
  /** Answers what is open, closes every socket with 1012 and frees the ports. */
  close(): Promise<void>;
}

/** Health checks, and those that are refused, beside as many as may become sockets. */
const SPARE_CONNECTIONS = 32;

/** Each begins with a computation that costs us more than the other side. */
const LAN_CONNECTIONS_PER_SECOND = 50;

/** Rejects with `ListenFailure` where the port of the loopback cannot be had; the other doors are tried until they can. */
export async function startServer(ports: ServerPorts, settings: ServerSettings): Promise<Server> {
  const { host, port } = settings;
  const listener = await listenOnLoopback(
    { host, port, setting: "server.port in the configuration, or --port" },
    ports.log,
  );
  const door = loopbackDoor("http", listener.port, settings.allowedOrigins);
  const ownOrigins = [...ownOriginsOf(door)];
  const certificate = { reload: () => encrypted.reload() };
  const url = `ws://127.0.0.1:${listener.port}${PROTOCOL_PATH}`;
  const openDoors = () => [{ from: "thisMachine", url } as const, ...encrypted.open()];
  const reception = openReception(ports, settings, { ownOrigins, certificate, openDoors });
  const { limits } = reception.context;
  const upgrade = createUpgrade(limits.messageBytes);
  const standing = limits.sockets + SPARE_CONNECTIONS;
  const admit = createRateLimit(ports.clock, LAN_CONNECTIONS_PER_SECOND);
  const { log, clock } = ports;
  const doorsteps = {
    plain: createDoorstep({ limit: standing, log, watch: (connection) => readInTurns(connection, clock) }),
    thisMachine: createDoorstep({ limit: standing, log }),
    lan: createDoorstep({ limit: standing, log, isTaken: () => admit() === "admitted" }),
  };
  const serve = (served: Listener, through: Door) => {
    const doorstep = doorsteps[through.scheme === "http" ? "plain" : through.from];
    for (const server of served.servers) attend(server, through, { reception, upgrade, doorstep });
  };
  serve(listener, door);
  const encrypted = createEncryptedDoors(ports, settings, (served, through) => {
    if (through.from === "thisMachine") ownOrigins.push(...ownOriginsOf(through));
    serve(served, through);
  });
  await encrypted.reload();
  return {
    port: listener.port,
    url,
    families: () => familiesOf(reception.context),
    stopAccepting: () => {
      reception.stopAccepting();
    },
    close: async () => {
      reception.close();
      for (const each of Object.values(doorsteps)) each.clear();
      await Promise.all([...listener.servers.map(closed), encrypted.close()]);
    },
  };
}
