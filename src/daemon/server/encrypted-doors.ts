import { PROTOCOL_PATH } from "../../protocol/version.ts";
import { inHostHeader, loopbackDoor, type Door } from "./doors.ts";
import { listenForLan, listenOnLoopback, type Listener } from "./listen.ts";
import type { OpenDoor } from "./handler.ts";
import type { LanSettings, ServerPorts, ServerSettings } from "./ports.ts";
import { createSecureDoor, type SecureDoor } from "./secure-door.ts";

/** wss on the loopback, and the door for the shop's other machines: each opens where there is a certificate for it. */
export interface EncryptedDoors {
  /** Looks at the certificates now. Answers where programs of this machine are served, and until when; undefined where they are not. */
  reload(): Promise<{ readonly url: string; readonly notAfter: string } | undefined>;
  /** Those that are open now. */
  open(): readonly OpenDoor[];
  close(): Promise<void>;
}

type Serve = (listener: Listener, door: Door) => void;

export function createEncryptedDoors(ports: ServerPorts, settings: ServerSettings, serve: Serve): EncryptedDoors {
  const wss = settings.tls && doorOfThisMachine(settings.tls, ports, settings, serve);
  const lan = settings.lan && doorToLan(settings.lan, ports, serve);
  return {
    reload: async () => {
      const [shown] = await Promise.all([wss?.reload(), lan?.reload()]);
      return shown && { url: urlAt("localhost", shown.port), notAfter: shown.notAfter };
    },
    open: () => {
      const lanName = settings.lan && (settings.lan.names[0] ?? settings.lan.host);
      return [...openDoor("thisMachine", "localhost", wss), ...openDoor("lan", lanName ?? "", lan)];
    },
    close: async () => {
      await Promise.all([wss?.close(), lan?.close()]);
    },
  };
}

function openDoor(from: OpenDoor["from"], name: string, door: SecureDoor | undefined): readonly OpenDoor[] {
  const shown = door?.shown;
  return shown === undefined ? [] : [{ from, url: urlAt(name, shown.port), certificateUntil: shown.notAfter }];
}

function urlAt(name: string, port: number): string {
  return `wss://${inHostHeader(name)}:${port}${PROTOCOL_PATH}`;
}

function doorOfThisMachine(
  { port, certificate }: NonNullable<ServerSettings["tls"]>,
  { clock, log }: ServerPorts,
  { host, allowedOrigins }: ServerSettings,
  serve: Serve,
): SecureDoor {
  return createSecureDoor({
    place: { host, port, setting: "server.tls.port in the configuration" },
    certificate,
    listen: (place) => listenOnLoopback(place, log),
    opened: async (listener) => {
      serve(listener, loopbackDoor("https", listener.port, allowedOrigins));
      return undefined;
    },
    clock,
    log,
  });
}

function doorToLan(
  { host, port, names, allowedOrigins, certificate, announce }: LanSettings,
  { clock, log }: ServerPorts,
  serve: Serve,
): SecureDoor {
  return createSecureDoor({
    place: { host, port, setting: "server.lan.port in the configuration" },
    certificate,
    listen: listenForLan,
    opened: async (listener) => {
      const door = { scheme: "https", port: listener.port, names: names.map(inHostHeader), allowedOrigins } as const;
      serve(listener, { ...door, from: "lan" });
      return announce(listener.port);
    },
    clock,
    log,
  });
}
