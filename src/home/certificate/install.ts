import { randomBytes, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { isIP } from "node:net";
import { dirname, join } from "node:path";
import { makeOwnerOnly } from "../secrets.ts";
import { createFile, failureOf, HomeFailure, syncDirectory } from "../store.ts";
import { certificateFile, certificateFolder, SETTLING_MS } from "./certificate.ts";
import { asOwnerOf } from "../owner.ts";

export type InstallPlan = {
  /** Beside those of the loopback. */
  readonly names: readonly string[];
  /** Of this machine, for people. */
  readonly machine: string;
  readonly nowMs: number;
};

const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

const DAY_MS = 86_400_000;
const LEAVES = 10;
/** Browsers refuse what is valid for longer. */
const VALID_MS = 397 * DAY_MS - 1_000;
const EACH_AFTER_MS = 330 * DAY_MS;
/** Of a certificate's common name (RFC 5280, ub-common-name), with what stands around it. */
const MAX_MACHINE_CHARACTERS = 24;

const NEW = ".new";
const LEFTOVER_AFTER_MS = 60_000;

const MAX_NAMES = 16;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Makes an authority and what it signs in advance, and puts it in place of what was installed before: all of it or nothing.
 * The key of the authority is gone when this returns.
 *
 * @returns the certificate of the new authority
 */
export async function installCertificate(dataDirectory: string, plan: InstallPlan): Promise<X509Certificate> {
  const { openAuthority } = await import("./authority.ts");
  const names = [...new Set([...LOOPBACK, ...plan.names.map(certificateName)])];
  if (names.length > LOOPBACK.length + MAX_NAMES)
    throw new HomeFailure(`A certificate has at most ${MAX_NAMES} names beside those of this machine itself.`);
  const begin = Math.floor((plan.nowMs - SETTLING_MS) / 1_000) * 1_000;
  const validities = Array.from({ length: LEAVES }, (_leaf, index) => {
    const notBeforeMs = begin + index * EACH_AFTER_MS;
    return { notBeforeMs, notAfterMs: notBeforeMs + VALID_MS };
  });
  const authority = await openAuthority({
    commonName: commonNameOf(plan),
    names,
    validity: { notBeforeMs: begin, notAfterMs: validities.at(-1)?.notAfterMs ?? begin },
  });
  let text = authority.certificate;
  for (const validity of validities) {
    const { certificate, key } = await authority.sign(names, validity);
    text += certificate + key;
  }
  await asOwnerOf(dataDirectory, async () => {
    await makeOwnerOnly(certificateFolder(dataDirectory));
    await putInPlace(certificateFile(dataDirectory), text);
    await putInPlace(authorityFile(dataDirectory), authority.certificate);
    await removeLeftovers(certificateFolder(dataDirectory), plan.nowMs);
  });
  return new X509Certificate(authority.certificate);
}

/** The certificate of the authority alone, for people who take it to another device or into a browser by hand. */
export function authorityFile(dataDirectory: string): string {
  return join(certificateFolder(dataDirectory), "authority.pem");
}

/** Takes everything away. Whether there was anything. */
export async function removeCertificate(dataDirectory: string): Promise<boolean> {
  const folder = certificateFolder(dataDirectory);
  if (!existsSync(folder)) return false;
  return asOwnerOf(dataDirectory, async () => {
    try {
      await rm(folder, { recursive: true });
      await syncDirectory(dataDirectory);
      return true;
    } catch (error) {
      throw failureOf(error, folder, "removed");
    }
  });
}

/** Whole or as it was. The house's other writer loads a package, which the owner of this folder may not be able to read. */
async function putInPlace(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(8).toString("hex")}${NEW}`;
  await createFile(temporary, text);
  try {
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw failureOf(error, path, "written");
  }
}

/** What installs that were cut short left behind holds keys. One that is a minute old may be somebody's at this moment. */
async function removeLeftovers(folder: string, nowMs: number): Promise<void> {
  let path = folder;
  try {
    for (const name of await readdir(folder)) {
      if (!name.endsWith(NEW)) continue;
      path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined && Math.abs(nowMs - found.mtimeMs) > LEFTOVER_AFTER_MS) await rm(path, { force: true });
    }
  } catch (error) {
    throw failureOf(error, path, path === folder ? "read" : "removed");
  }
}

/**
 * A name or an address as it stands in a certificate.
 *
 * @throws HomeFailure where it is none
 */
export function certificateName(typed: string): string {
  const name = typed.toLowerCase().replace(/\.$/, "");
  if (isIP(name) === 4) return name;
  if (isIP(name) === 6 && !name.includes("%")) return new URL(`http://[${name}]`).hostname.slice(1, -1);
  const labels = name.split(".");
  const isName = labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? "") && name.length <= 253;
  if (isName) return name;
  throw new HomeFailure(
    `${typed} is no name of a machine and no address: till-pc.local or 192.168.1.20 is meant, without a port and without a star.`,
  );
}

function commonNameOf({ machine, nowMs }: InstallPlan): string {
  const readable = machine.replaceAll(/[^A-Za-z0-9.-]/g, "-").slice(0, MAX_MACHINE_CHARACTERS) || "this machine";
  const day = new Date(nowMs).toISOString().slice(0, "yyyy-mm-dd".length);
  return `Tillbridge on ${readable} ${day} ${randomBytes(4).toString("hex")}`;
}
