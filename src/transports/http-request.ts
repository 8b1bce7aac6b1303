import type { HttpRequest } from "../core/http.ts";

/** How a message is cut and where it goes: nobody but the transport may say that (RFC 9110 7.6.1, RFC 9112 6). */
const TRANSPORTS_OWN = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "expect",
  "keep-alive",
  "te",
  "trailer",
  "upgrade",
]);

/** Why a request cannot be sent as it is; undefined where it can. */
export function requestFault({ path, headers }: HttpRequest): string | undefined {
  if (!/^\/[\x21-\x7e]*$/.test(path)) return `the path ${JSON.stringify(path)} is not one that can be sent`;
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return `${JSON.stringify(name)} is no name of a header`;
    if (TRANSPORTS_OWN.has(name.toLowerCase())) return `the header ${name} is the transport's own`;
    // HTTP does not say how other characters are written (RFC 9110 5.5). The value may be a secret: it is not repeated.
    if (!/^[\t\x20-\x7e]*$/.test(value)) return `the header ${name} has characters other than plain ASCII`;
  }
  return undefined;
}

/** Names and values in turn, as they leave. */
export function headersAsSent({ method, headers, body }: HttpRequest, authority: string): readonly string[] {
  const lengthMatters = body.length > 0 || (method !== "GET" && method !== "DELETE");
  return [
    ...["Host", authority],
    ...Object.entries(headers).flat(),
    ...(lengthMatters ? ["Content-Length", String(body.length)] : []),
    ...["Connection", "close"],
  ];
}
