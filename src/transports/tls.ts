import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { checkServerIdentity, connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { Explained } from "./socket.ts";
import type { TlsSettings } from "./tls-settings.ts";

export { connect as connectTls };

export type Trust =
  { readonly kind: "trust"; readonly options: ConnectionOptions } | (Explained & { readonly kind: "failed" });

/** What `tls.connect` needs in order to believe the right machine. */
export function trustFor(settings: TlsSettings, host: string): Trust {
  const { fingerprint, ca, serverName } = settings;
  const authorities = ca === undefined ? [] : certificatesIn(ca);
  // Given nothing that it can read, the library falls back to the public authorities without a word.
  if (ca !== undefined && authorities.length === 0) {
    return {
      kind: "failed",
      why: "the setting `tls.ca` holds no certificate that can be read",
      remedy: "Copy the authority's certificate again, from `-----BEGIN` to the end of `-----END CERTIFICATE-----`.",
    };
  }
  const name = serverName ?? host;
  return {
    kind: "trust",
    options: {
      minVersion: "TLSv1.2",
      servername: isIP(name) === 0 ? name : "", // an address is never asked for by name (RFC 6066 3)
      checkServerIdentity: (_asked, certificate) => checkServerIdentity(name, certificate),
      // A pinned certificate is mostly self-signed; `pinFault` looks at it before anything is sent.
      rejectUnauthorized: fingerprint === undefined || ca !== undefined,
      ...(ca === undefined ? {} : { ca: authorities }),
    },
  };
}

/** Why the certificate is not the pinned one; undefined where it is, or where none is pinned. */
export function pinFault({ fingerprint }: TlsSettings, socket: TLSSocket, place: string): Explained | undefined {
  if (fingerprint === undefined) return undefined;
  const shown = socket.getPeerX509Certificate()?.fingerprint256;
  if (shown !== undefined && plainHex(shown) === plainHex(fingerprint)) return undefined;
  return {
    why: `${place} shows another certificate than the one that is set: its fingerprint is ${shown ?? "not known"}`,
    remedy:
      "Compare it with what the terminal itself shows. If that one was replaced or set up anew, enter the new fingerprint; otherwise another machine has taken its address.",
  };
}

/** For people: what the library's code means here; undefined for codes that have nothing to do with TLS. */
export function explainTlsError(error: NodeJS.ErrnoException, place: string): Explained | undefined {
  const code = error.code ?? "";
  switch (code) {
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return {
        why: `the certificate of ${place} is for another name (${code})`,
        remedy: "Set `tls.serverName` to the name in the certificate, or pin it with `tls.fingerprint`.",
      };
    case "CERT_HAS_EXPIRED":
    case "CERT_NOT_YET_VALID":
      return {
        why: `the certificate of ${place} is not valid today (${code})`,
        remedy: "Check the date of this machine. If it is right, the terminal needs a new certificate.",
      };
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return {
        why: `the certificate of ${place} is signed by nobody who is trusted here (${code})`,
        remedy: "Enter the terminal vendor's authority as `tls.ca`, or the certificate's own `tls.fingerprint`.",
      };
    case "ECONNRESET":
      return {
        why: `${place} broke the connection off before it was encrypted (${code})`,
        remedy: REMEDY_NO_TLS,
      };
    default:
      return code === "EPROTO" || code.startsWith("ERR_SSL_")
        ? { why: `${place} could not agree on an encrypted connection (${code})`, remedy: REMEDY_NO_TLS }
        : undefined;
  }
}

const REMEDY_NO_TLS = "Check the port number, and whether the terminal uses TLS there at all.";

/** Empty where one of them cannot be read. */
function certificatesIn(pem: string): string[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return found.every(isCertificate) ? [...found] : [];
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function plainHex(fingerprint: string): string {
  return fingerprint.replaceAll(":", "").toLowerCase();
}
