import { isEveryAddress } from "../../core/every-address.ts";
import type { Clock, Crypto, Log } from "../../core/ports.ts";
import type { Config } from "../../home/config-schema.ts";
import { HomeFailure } from "../../home/store.ts";
import {
  openCallbackListener,
  type CallbackLimits,
  type CallbackListener,
} from "../../transports/callback-listener.ts";
import type { SecretValues } from "../terminal/keyring.ts";
import type { Callbacks } from "./callbacks.ts";

export type HouseCallbacks = AsyncDisposable & {
  /** Absent where nobody can call this house: nobody wants to, or the port cannot be opened. */
  readonly callbacks: Callbacks | undefined;
};

type HouseCallbacksPorts = {
  readonly settings: Config["callbacks"];
  readonly secrets: Pick<SecretValues, "read">;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
};

type Tls = { readonly key: string; readonly cert: string };
type Failed = { readonly kind: "failed"; readonly why: string; readonly remedy: string };

/** A Poynt terminal waits for 3 s, and the way there and back is a part of them. The head and the body of what calls are a few kilobytes. */
const LIMITS: CallbackLimits = {
  maxSockets: 64,
  // Behind a proxy all are one address.
  maxSocketsPerAddress: 48,
  headTimeoutMs: 5_000,
  maxHeadBytes: 16_384,
  maxBodyBytes: 262_144,
  bodyTimeoutMs: 5_000,
  answerTimeoutMs: 2_500,
  maxWaitingCalls: 32,
  callsPerSecond: 50,
};

const NOBODY: HouseCallbacks = { callbacks: undefined, [Symbol.asyncDispose]: () => Promise.resolve() };

/** A payment needs no callback: where nobody can call, the cloud is asked. */
export async function openHouseCallbacks(ports: HouseCallbacksPorts): Promise<HouseCallbacks> {
  const { settings, clock, crypto, log } = ports;
  const { host, port } = settings;
  if (host === undefined) return NOBODY;
  const tls = await tlsOf(ports);
  const opened =
    tls.kind === "failed"
      ? tls
      : isEveryAddress(host) && settings.publicUrl === undefined
        ? NO_ADDRESS
        : await openCallbackListener({
            ...{ host, port, limits: LIMITS, clock, crypto, log },
            ...(tls.kind === "none" ? {} : { tls: tls.tls }),
          });
  if (opened.kind === "failed") {
    const { why, remedy } = opened;
    log.error("callback.unavailable", "Nobody can call this house; vendors' clouds are asked instead", {
      why,
      remedy: `${remedy ?? "Look at callbacks in config.json."} Then start the service again.`,
    });
    return NOBODY;
  }
  const { listener } = opened;
  log.info("callback.available", "Vendors' terminals and clouds can call", {
    host,
    port: listener.port,
    encrypted: tls.kind === "tls",
  });
  return {
    callbacks: callbacksAt(publicUrlOf(settings, host, listener.port, tls.kind === "tls"), listener),
    [Symbol.asyncDispose]: () => listener.close(),
  };
}

const NO_ADDRESS: Failed = {
  kind: "failed",
  why: "callbacks.host stands for all addresses of this machine, and nobody can call that",
  remedy: "Say in callbacks.publicUrl what those outside call, or in callbacks.host one of the addresses.",
};

function callbacksAt(base: string, listener: CallbackListener): Callbacks {
  const { pathname } = new URL(base);
  return {
    register: (path, called) => {
      // A proxy passes on the path as it is, or without the part that is its own.
      const paths = pathname === "/" ? [path] : [path, `${pathname.replace(/\/$/, "")}${path}`];
      const registrations = paths.map((one) => listener.register(one, called));
      return {
        url: `${base}${path}`,
        [Symbol.dispose]: () => {
          for (const registration of registrations) registration[Symbol.dispose]();
        },
      };
    },
  };
}

function publicUrlOf({ publicUrl }: Config["callbacks"], host: string, port: number, isEncrypted: boolean): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/$/, "");
  return `${isEncrypted ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

async function tlsOf({ settings, secrets }: HouseCallbacksPorts) {
  const { certificate, key } = settings;
  if (certificate === undefined && key === undefined) return { kind: "none" } as const;
  if (certificate === undefined || key === undefined) {
    const [given, missing] = certificate === undefined ? ["key", "certificate"] : ["certificate", "key"];
    return failed(`callbacks.${given} is said without callbacks.${missing}`, "Say both, or none of them.");
  }
  const [cert, privateKey] = await Promise.all([
    readSecret("certificate", certificate.secret, secrets),
    readSecret("key", key.secret, secrets),
  ]);
  if (cert.kind === "failed") return cert;
  if (privateKey.kind === "failed") return privateKey;
  const tls: Tls = { cert: cert.value, key: privateKey.value };
  return { kind: "tls", tls } as const;
}

async function readSecret(field: string, name: string, secrets: HouseCallbacksPorts["secrets"]) {
  const remedy = `\`tillbridge secret set ${name}\` reads it from standard input.`;
  try {
    const value = await secrets.read(name);
    if (value !== undefined) return { kind: "value", value } as const;
    return failed(`callbacks.${field} refers to the secret ${name}, which is not there`, remedy);
  } catch (failure) {
    if (!(failure instanceof HomeFailure)) throw failure;
    return failed(failure.message, "Look at its rights.");
  }
}

const failed = (why: string, remedy: string): Failed => ({ kind: "failed", why, remedy });
