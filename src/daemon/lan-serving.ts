import { X509Certificate } from "node:crypto";
import { hostname } from "node:os";
import packageDescription from "../../package.json" with { type: "json" };
import { isEveryAddress } from "../core/every-address.ts";
import type { Clock, Log } from "../core/ports.ts";
import { machineCards } from "../discovery/machine-cards.ts";
import type { ServerCertificate } from "../home/certificate/certificate.ts";
import type { Config } from "../home/config-schema.ts";
import type { Secrets } from "../home/secrets.ts";
import { HomeFailure } from "../home/store.ts";
import type { LanSettings } from "./server/ports.ts";

type Lan = Config["server"]["lan"];

type Ports = {
  /** The certificate that was made on this machine. */
  readonly local: () => Promise<ServerCertificate | undefined>;
  readonly secrets: Pick<Secrets, "read">;
  readonly clock: Clock;
  readonly log: Log;
};

/** How the other machines of the shop are served; undefined where the configuration does not say that they are. */
export function lanSettings(lan: Lan, ports: Ports): LanSettings | undefined {
  const { host, port, names, allowedOrigins } = lan;
  if (host === undefined) return undefined;
  return {
    host,
    port,
    names,
    allowedOrigins,
    certificate: async () => {
      const certificate = await certificateOf(lan, ports);
      if (certificate !== undefined) tellOfStrangeNames(names, certificate, ports.log);
      return certificate;
    },
    announce: (opened) => announceOnLan({ host, port: opened }, ports),
  };
}

/** Undefined where there is none, or none any more: nobody is shown what an administrator took away. */
async function certificateOf(
  { certificate, key }: Lan,
  { local, secrets, log }: Ports,
): Promise<ServerCertificate | undefined> {
  if (certificate === undefined && key === undefined) {
    const made = await local();
    if (made === undefined) {
      const remedy =
        "`tillbridge certificate install` makes one, or name your own in server.lan.certificate and server.lan.key.";
      log.error("lan.noCertificate", "server.lan is set, and there is no certificate: no other machine can connect", {
        remedy,
      });
    }
    return made;
  }
  if (certificate === undefined || key === undefined) {
    throw new HomeFailure(
      "server.lan names a certificate without its key, or a key without its certificate: say both.",
    );
  }
  return readCertificate(
    await given(certificate.secret, secrets),
    await given(key.secret, secrets),
    certificate.secret,
  );
}

async function given(name: string, secrets: Ports["secrets"]): Promise<string> {
  const value = await secrets.read(name);
  if (value !== undefined) return value;
  throw new HomeFailure(
    `server.lan refers to the secret ${name}, which is not there: \`tillbridge secret set ${name}\` reads it from standard input.`,
  );
}

function readCertificate(certificate: string, key: string, name: string): ServerCertificate {
  try {
    const { subjectAltName, validToDate } = new X509Certificate(certificate);
    const names = (subjectAltName ?? "").split(", ").map((entry) => entry.replace(/^(DNS|IP Address):/, ""));
    return { certificate, key, names, notAfter: validToDate.toISOString() };
  } catch {
    // What OpenSSL says of it helps nobody, and may quote it.
    throw new HomeFailure(`The secret ${name} is no certificate: it has to be PEM text, the server's own one first.`);
  }
}

/** A browser would refuse it, and say so in its own words to whoever stands there. */
function tellOfStrangeNames(names: readonly string[], { names: covered, notAfter }: ServerCertificate, log: Log): void {
  const known = covered.map((name) => name.toLowerCase());
  const strange = names.filter((name) => !known.includes(name.toLowerCase()) && !known.includes(wildcardOf(name)));
  if (strange.length === 0) return;
  const remedy = "`tillbridge certificate install` makes one for the names in server.lan.names.";
  log.warn("lan.namesMissing", "The certificate does not know names by which this machine is called", {
    names: strange.join(", "),
    until: notAfter,
    remedy,
  });
}

function wildcardOf(name: string): string {
  return name.toLowerCase().replace(/^[^.]+/, "*");
}

/** Tells the network where the service is. */
async function announceOnLan(
  { host, port }: { readonly host: string; readonly port: number },
  { clock, log }: Ports,
): Promise<AsyncDisposable> {
  const [{ announceBridge, bridgeService }, { advertise }] = await Promise.all([
    import("../discovery/bridge-announcement.ts"),
    import("../discovery/advertise.ts"),
  ]);
  const { version } = packageDescription;
  return announceBridge(bridgeService({ name: hostname(), port, version, scheme: "wss" }), {
    cards: () => {
      const { cards, unlisted } = machineCards();
      if (unlisted !== undefined) return undefined;
      return isEveryAddress(host) ? cards : cards.filter(({ address }) => address === host);
    },
    publish: (service, interfaceAddress) => advertise(service, { interfaceAddress, clock }),
    clock,
    log,
  });
}
