import { HomeFailure } from "../../home/store.ts";
import type { ServerCertificate } from "../../home/certificate/certificate.ts";
import type { Clock, Log, Timer } from "../../core/ports.ts";
import { ListenFailure, showCertificate, type KeyPair, type Listener, type Place } from "./listen.ts";

export type SecureDoorOptions = {
  readonly place: Place;
  /** What is to be shown now; undefined where there is none, and then the door is shut. Rejects with `HomeFailure`. */
  readonly certificate: () => Promise<ServerCertificate | undefined>;
  readonly listen: (place: Place & { readonly tls: KeyPair }) => Promise<Listener>;
  /** It is open: serves whoever comes. What it answers ends when the door is shut. */
  readonly opened: (listener: Listener) => Promise<AsyncDisposable | undefined>;
  readonly clock: Clock;
  readonly log: Log;
};

/** A door with a certificate: opened, renewed and shut while the server runs. */
export interface SecureDoor {
  /** Looks at the certificate now. Answers what is shown; undefined where the door is shut. */
  reload(): Promise<Shown | undefined>;
  /** What is shown now; undefined where the door is shut. */
  readonly shown: Shown | undefined;
  close(): Promise<void>;
}

type Shown = { readonly port: number; readonly notAfter: string };

/** Certificates end by the calendar, so they are looked at every hour. */
const LOOK_EVERY_MS = 3_600_000;
/** A port that is taken, or an address that the machine does not have yet. */
const TRY_AGAIN_MS = 30_000;

export function createSecureDoor(options: SecureDoorOptions): SecureDoor {
  const { place, clock, log } = options;
  let open: (Opened & { readonly certificate: ServerCertificate }) | undefined;
  let next: Timer | undefined;
  let before: Promise<unknown> = Promise.resolve();
  let complaint: string | undefined;
  let isEnding = false;

  /** Also of what nobody thought of: it must neither end the plain door's service nor the looking again. */
  const complain = (what: string, error: unknown) => {
    const why = error instanceof HomeFailure || error instanceof ListenFailure ? error.message : wholeOf(error);
    if (complaint !== why) log.error("tls.failed", what, { why, triedAgainMs: TRY_AGAIN_MS });
    complaint = why;
  };
  const leaving = new Set<Promise<unknown>>();
  /** Who was let in goes on, so nobody waits for that before the end. */
  const shut = () => {
    if (open === undefined) return;
    const left = open.shut();
    leaving.add(left);
    void left.then(() => leaving.delete(left));
    open = undefined;
  };
  /** Answers after how long it is to be looked at again. */
  const look = async (): Promise<number> => {
    try {
      const certificate = await options.certificate();
      if (certificate === undefined) shut();
      else if (open === undefined) open = { certificate, ...(await opening(options, certificate)) };
      else if (open.certificate.certificate !== certificate.certificate) {
        showCertificate(open.listener, certificate, place);
        log.info("tls.certificateChanged", "Another certificate is shown from now on", {
          port: open.listener.port,
          until: certificate.notAfter,
        });
        open = { ...open, certificate };
      }
      complaint = undefined;
      return LOOK_EVERY_MS;
    } catch (error) {
      complain(`Nobody can connect with TLS, or only with the certificate of before (${place.setting})`, error);
      return TRY_AGAIN_MS;
    }
  };
  const reload = () => {
    const looked = before.then(async () => {
      if (isEnding) return undefined;
      next?.cancel();
      const againMs = await look();
      next = clock.after(againMs, () => void reload());
      return open === undefined ? undefined : { port: open.listener.port, notAfter: open.certificate.notAfter };
    });
    before = looked.catch(() => undefined);
    return looked;
  };
  return {
    reload,
    get shown() {
      return open === undefined ? undefined : { port: open.listener.port, notAfter: open.certificate.notAfter };
    },
    close: async () => {
      isEnding = true;
      await before;
      next?.cancel();
      shut();
      await Promise.all(leaving);
    },
  };
}

/** For the log alone, where a fault of ours is looked for. */
function wholeOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

type Opened = { readonly listener: Listener; readonly shut: () => Promise<void> };

async function opening({ place, listen, opened, log }: SecureDoorOptions, tls: ServerCertificate): Promise<Opened> {
  const listener = await listen({ ...place, tls });
  const along = await opened(listener);
  log.info("tls.served", "TLS is served", { host: place.host, port: listener.port, until: tls.notAfter });
  return {
    listener,
    shut: async () => {
      log.info("tls.ended", "TLS is not served any more", { host: place.host, port: listener.port });
      await Promise.all([...listener.servers.map(closed), along?.[Symbol.asyncDispose]()]);
    },
  };
}

/** Resolves when also those have left who were let in; plain HTTP connections are simply cut. */
export function closed(server: Listener["servers"][number]): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
