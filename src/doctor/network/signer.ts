import { connect } from "node:tls";
import type { Said } from "../check.ts";

const SHOW_LIMIT_MS = 1_500;

/**
 * Who has signed the certificate that is shown there: a proxy that reads along calls itself so. It is not believed and nothing is
 * sent, so that it may be looked at although nobody trusts it.
 */
export function signerAt(host: string, port: number, signal: AbortSignal): Promise<Said | undefined> {
  return new Promise((resolve) => {
    const bare = host.replace(/^\[(.*)\]$/, "$1");
    const socket = connect({ host: bare, port, rejectUnauthorized: false, timeout: SHOW_LIMIT_MS });
    const end = (signer: Said | undefined): void => {
      signal.removeEventListener("abort", giveUp);
      socket.destroy();
      resolve(signer);
    };
    const giveUp = (): void => end(undefined);
    signal.addEventListener("abort", giveUp);
    socket.on("error", giveUp);
    socket.on("timeout", giveUp);
    socket.on("secureConnect", () => {
      const { issuer, validTo } = socket.getPeerX509Certificate() ?? {};
      end(issuer === undefined ? undefined : ({ cloud: words }) => words.signer(plain(issuer), validTo ?? words.noEnd));
    });
  });
}

/** A stranger's words, on one line. */
function plain(issuer: string): string {
  const words = issuer.replaceAll(/[^\x20-\x7e]+/g, ", ");
  return words.length > 160 ? `${words.slice(0, 160)}...` : words;
}
