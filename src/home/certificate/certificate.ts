import { createPrivateKey, X509Certificate } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { failureOf, HomeFailure, readIfThere } from "../store.ts";

/** What is shown to those who connect with TLS. */
export type ServerCertificate = {
  /** PEM, the leaf first, its authority after it. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  readonly names: readonly string[];
  /** RFC 3339. */
  readonly notAfter: string;
};

/** One of the certificates that were signed in advance. Times are of the Unix epoch. */
export type Leaf = {
  readonly certificate: X509Certificate;
  readonly key: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
};

/** An installed certificate: its authority, whose key is gone, and the leaves in the order in which they begin. */
export type CertificateSet = { readonly authority: X509Certificate; readonly leaves: readonly [Leaf, ...Leaf[]] };

/** Clocks of clients that are late still know a leaf that began so long ago. */
export const SETTLING_MS = 86_400_000;

const PEM_BLOCK = /-----BEGIN (CERTIFICATE|PRIVATE KEY)-----[A-Za-z0-9+/=\s]+-----END \1-----/g;

export function certificateFolder(dataDirectory: string): string {
  return join(dataDirectory, "certificate");
}

/** All of it is one file, so that an install replaces it whole or not at all. */
export function certificateFile(dataDirectory: string): string {
  return join(certificateFolder(dataDirectory), "installed.pem");
}

/**
 * The certificate that is to be shown now; undefined where none is installed.
 *
 * @throws HomeFailure where what is there cannot be used
 */
export async function readServerCertificate(
  dataDirectory: string,
  nowMs: number,
): Promise<ServerCertificate | undefined> {
  const set = await readCertificateSet(dataDirectory);
  if (set === undefined) return undefined;
  const leaf = shownAt(set, nowMs);
  return {
    certificate: `${leaf.certificate.toString()}${set.authority.toString()}`,
    key: leaf.key,
    names: namesOf(leaf.certificate),
    notAfter: new Date(leaf.notAfterMs).toISOString(),
  };
}

/** @throws HomeFailure where what is there cannot be used */
export async function readCertificateSet(dataDirectory: string): Promise<CertificateSet | undefined> {
  const path = certificateFile(dataDirectory);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  // Windows gives the rights of the folder, which is the service's and the administrators'.
  if (process.platform !== "win32" && (await isOpenToOthers(path)))
    throw unusable(path, "other users of this machine can read it, so its keys are no secret any more");
  try {
    return setIn(text);
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error), error);
  }
}

async function isOpenToOthers(path: string): Promise<boolean> {
  try {
    return ((await stat(path)).mode & 0o077) !== 0;
  } catch (error) {
    throw failureOf(error, path, "read"); // It may have been removed a moment ago.
  }
}

/** The leaf that began last, and at least a day ago. With a clock that is wrong, the one that is nearest. */
export function shownAt({ leaves }: CertificateSet, nowMs: number): Leaf {
  return leaves.findLast(({ notBeforeMs }) => notBeforeMs + SETTLING_MS <= nowMs) ?? leaves[0];
}

/** DNS names and addresses, as they are written in the configuration. */
export function namesOf(certificate: X509Certificate): readonly string[] {
  const listed = certificate.subjectAltName?.split(", ") ?? [];
  return listed.map((entry) => {
    const value = entry.slice(entry.indexOf(":") + 1);
    return value.includes(":") ? new URL(`http://[${value}]`).hostname.slice(1, -1) : value;
  });
}

function setIn(text: string): CertificateSet {
  const [authority, ...blocks] = [...text.matchAll(PEM_BLOCK)].map(([block]) => block);
  if (authority === undefined) throw new Error("there is no certificate in it");
  const issuer = new X509Certificate(authority);
  const [first, ...others] = pairsOf(blocks).map(([certificate, key]) => leafOf(certificate, key, issuer));
  if (first === undefined) throw new Error("it ends behind its authority");
  return { authority: issuer, leaves: [first, ...others] };
}

function pairsOf(blocks: readonly string[]): readonly (readonly [certificate: string, key: string])[] {
  return blocks.flatMap((certificate, index) => {
    if (index % 2 === 1) return [];
    const key = blocks[index + 1];
    if (key === undefined) throw new Error("a certificate in it has no key");
    return [[certificate, key] as const];
  });
}

function leafOf(pem: string, key: string, authority: X509Certificate): Leaf {
  const certificate = new X509Certificate(pem);
  if (!certificate.verify(authority.publicKey)) throw new Error("a certificate in it is of another authority");
  if (!certificate.checkPrivateKey(createPrivateKey(key))) throw new Error("a key in it is of another certificate");
  return {
    certificate,
    key: `${key}\n`,
    notBeforeMs: Date.parse(certificate.validFrom),
    notAfterMs: Date.parse(certificate.validTo),
  };
}

function unusable(path: string, why: string, cause?: unknown): HomeFailure {
  return new HomeFailure(
    `The certificate for wss in ${path} cannot be used: ${why}. Install it anew with \`tillbridge certificate install\`.`,
    { cause },
  );
}
