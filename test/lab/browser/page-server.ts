import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { lastFirst, type Ending } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";

/** A page, or whatever else is found under a path. */
type Answer = {
  readonly body?: string | Uint8Array;
  readonly type?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A web site under a made-up name. Chromium takes it for the real one where it is among its sites. */
export type Site = {
  /** As a browser sends it: `https://pos.example.com`. */
  readonly origin: string;
  readonly host: string;
  /** Where a browser asks for it: 443, 80 or what the origin says. */
  readonly askedPort: number;
  /** Where it is served, on 127.0.0.1. */
  readonly port: number;
  /** Of the key of its certificate. */
  readonly keyHash?: string;
  /** Answers this from now on; HTML where no type is given. */
  put(path: string, answer: Answer | string): void;
  /** The paths that were asked for, in their order. */
  readonly asked: readonly string[];
};

/** @param origin `https://pos.example.com`, or with a port */
export async function openSite(whole: Ending, origin: string): Promise<Site> {
  const ending = lastFirst(whole);
  const { protocol, hostname, port: named } = new URL(origin);
  const answers = new Map<string, Answer>();
  const asked: string[] = [];
  const listener: RequestListener = (request, response) => {
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    asked.push(path);
    const { status = 200, type = "text/html; charset=utf-8", headers = {}, body = "" } = answers.get(path) ?? MISSING;
    response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store", ...headers }).end(body);
  };
  const pair = protocol === "https:" ? selfSigned(ending, hostname) : undefined;
  const server = pair === undefined ? createHttpServer(listener) : createHttpsServer(pair, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ending.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => void server.close(() => resolve()));
  });
  return {
    origin,
    host: hostname,
    askedPort: named === "" ? (pair === undefined ? 80 : 443) : Number(named),
    port: (server.address() as AddressInfo).port,
    ...(pair === undefined ? {} : { keyHash: keyHashOf(pair.cert) }),
    put: (path, answer) => void answers.set(path, typeof answer === "string" ? { body: answer } : answer),
    asked,
  };
}

const MISSING: Answer = { status: 404, body: "There is nothing here." };

/** Chromium is told the hash of its key, so that all other certificates are judged as ever. */
function selfSigned(ending: Ending, host: string): { readonly key: string; readonly cert: string } {
  const folder = freshFolder(ending);
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const of = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`, "-days", "2", "-nodes"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  execFileSync("openssl", ["req", "-x509", ...kind, ...of, "-keyout", key, "-out", cert], { stdio: "pipe" });
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
}

function keyHashOf(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}
