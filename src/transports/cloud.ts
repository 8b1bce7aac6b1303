import { isLoopback } from "../core/loopback.ts";
import { Type, type ValueOf } from "../core/schema.ts";
import type { ExchangeConnection, ExchangeTransport, OpenedExchange } from "./exchange.ts";
import type { HttpAddress } from "./http.ts";
import type { Explained } from "./socket.ts";
import { TlsSchema } from "./tls-settings.ts";

/** A vendor's servers. Many terminals stand behind one such address. */
export const CloudAddressSchema = Type.Object(
  {
    type: Type.Literal("cloud"),
    baseUrl: Type.String({
      maxLength: 2_048,
      description: "where the vendor's interface begins, as https://HOST/PATH",
    }),
    tls: Type.Optional(
      Type.Object(
        { ca: TlsSchema.properties.ca },
        {
          additionalProperties: false,
          description: "for a test system whose certificate no public authority has signed",
        },
      ),
    ),
  },
  { additionalProperties: false },
);
export type CloudAddress = ValueOf<typeof CloudAddressSchema>;

/** Why this cannot be the base of a cloud's addresses, in words that complete "this field ..."; undefined where it can. */
export function whyNoBaseUrl(text: string): string | undefined {
  const url = /^https?:\/\/[^/\\]/i.test(text) && !/[\s\\]/.test(text) ? URL.parse(text) : null;
  if (url === null) return "must be https://HOST, with a port or a path behind it where there is one";
  // The text itself is not repeated: it may hold a secret.
  if (url.username !== "" || url.password !== "") return "must not hold a user's name or password";
  if (/[?#]/.test(text)) return "must end with the path: no question mark, no #";
  if (url.protocol === "https:" || isLoopback(url.hostname)) return undefined;
  return "must begin with https://, because an access token never travels in clear; http:// is for a simulator on this machine alone, as http://127.0.0.1:8080";
}

/** Requests below a base URL, over connections of `http`; what goes wrong is told in words about the way to the internet. */
export function cloudTransport(http: ExchangeTransport<HttpAddress>): ExchangeTransport<CloudAddress> {
  return {
    kind: "cloud",
    open: async (address, listener, limits, signal): Promise<OpenedExchange> => {
      const fault = whyNoBaseUrl(address.baseUrl);
      if (fault !== undefined) return { kind: "failed", why: `\`link.baseUrl\` ${fault}` };
      const url = new URL(address.baseUrl);
      const opened = await http.open(placeOf(url, address), listener, limits, signal);
      if (opened.kind === "open") {
        const connection = below(url.pathname.replace(/\/+$/, ""), opened.connection);
        return { kind: "open", connection };
      }
      const { code = "", why, remedy } = opened;
      // That a port refuses says nothing of a cloud's programs: whatever stands in between does that as well.
      return { kind: "failed", why, ...(remedy === undefined ? {} : { remedy }), ...explained(code, url, limits) };
    },
  };
}

function placeOf({ protocol, hostname, port }: URL, { tls = {} }: CloudAddress): HttpAddress {
  if (protocol === "http:") return { type: "http", host: hostname, port: Number(port || 80) };
  return { type: "http", host: hostname, port: Number(port || 443), tls };
}

function below(basePath: string, connection: ExchangeConnection): ExchangeConnection {
  return {
    name: connection.name,
    get isOpen() {
      return connection.isOpen;
    },
    send: (request, sendTimeoutMs) => {
      // What is no path is left as it is, to be refused.
      const path = request.path.startsWith("/") ? `${basePath}${request.path}` : request.path;
      return connection.send({ ...request, path }, sendTimeoutMs);
    },
    close: () => connection.close(),
  };
}

/** For a technician in a shop; undefined for codes that mean the same everywhere. */
function explained(
  code: string,
  { host, protocol, hostname }: URL,
  { openTimeoutMs }: { readonly openTimeoutMs: number },
): Explained | undefined {
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        why: `the name ${hostname} is not known here (${code})`,
        remedy:
          "Check that this machine is on the internet: does a browser on it show other pages? If it does, check the spelling in `baseUrl`, and the DNS server of this network.",
      };
    case "ETIMEDOUT":
      return { why: `${host} did not answer within ${openTimeoutMs} ms`, remedy: REMEDY_NO_WAY };
    case "EHOSTUNREACH":
    case "EHOSTDOWN":
    case "ENETUNREACH":
      return { why: `there is no way to ${host} (${code})`, remedy: REMEDY_NO_WAY };
    case "ECONNREFUSED":
      return {
        why: `${host} refuses the connection`,
        remedy: isLoopback(hostname)
          ? "Check that the simulator runs, and that its port is the one in `baseUrl`."
          : "Check the host and the port in `baseUrl`. If they are right, a firewall is in between: have it let this machine out to there.",
      };
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return {
        why: `what answers as ${host} has a certificate for another name (${code})`,
        remedy: `A hotspot's login page or a proxy is in between. Open a page in a browser on this machine and log in, or have the proxy let ${hostname} through as it is. If nothing is in between, the host in \`baseUrl\` is wrong.`,
      };
    case "CERT_HAS_EXPIRED":
    case "CERT_NOT_YET_VALID":
      return {
        why: `the certificate of ${host} is not valid today (${code})`,
        remedy:
          "Check the date of this machine. If it is right, something else answers in the vendor's place: a hotspot's login page or a proxy.",
      };
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return {
        why: `the certificate of ${host} is signed by nobody who is trusted here (${code})`,
        remedy: `Something in between reads along: a virus scanner, a proxy or a hotspot's login page. Have it leave ${hostname} alone. For a test system of your own, enter its authority as \`tls.ca\`.`,
      };
    case "ECONNRESET":
    case "EPROTO":
      return protocol === "https:" ? notEncrypted(code, host) : undefined;
    default:
      return code.startsWith("ERR_SSL_") ? notEncrypted(code, host) : undefined;
  }
}

function notEncrypted(code: string, host: string): Explained {
  return {
    why: `no encrypted connection with ${host} came about (${code})`,
    remedy:
      "A firewall, a proxy or a hotspot's login page is in between: open a page in a browser on this machine and log in, or have this connection let through. If nothing is in between, check the port in `baseUrl`.",
  };
}

const REMEDY_NO_WAY =
  "Check that this machine is on the internet: does a browser on it show other pages? If it does, have the firewall let it out to this host and port.";
