import { X509Certificate } from "node:crypto";

/** The authority whose certificates are to be trusted, as the stores need it. */
export type TrustedAuthority = {
  /** Tells our authorities apart: in nicknames and names of files. */
  readonly id: string;
  readonly pem: string;
  /** Where the same lies for people who import it by hand. */
  readonly file: string;
  /** SHA-1 in hexadecimal, which is how Windows names it. */
  readonly thumbprint: string;
};

/** Why something is not as it should be, and what a person can do. */
export type Trouble = { readonly why: string; readonly remedy: string };

/** One of our authorities, as a store calls it. One that is not trusted to sign for servers is of no use. */
type KeptAuthority = { readonly name: string; readonly trusted: boolean };

export type Looked =
  { readonly kind: "known"; readonly ours: readonly KeptAuthority[] } | (Trouble & { readonly kind: "unknown" });

/** A place where a system or a browser keeps whom it trusts. */
export interface TrustStore {
  /** For people: `/home/ana/.pki/nssdb`. */
  readonly what: string;
  /** What this store calls it. */
  nameOf(authority: TrustedAuthority): string;
  look(): Promise<Looked>;
  /** Adds it, or sees to it that it is there as it should be. */
  add(authority: TrustedAuthority): Promise<Trouble | undefined>;
  /** Takes out those of ours that are named, and what was made for them where no use is left. */
  remove(names: readonly string[]): Promise<Trouble | undefined>;
}

const ID_CHARACTERS = 16;

export function authorityIn(pem: string, file: string): TrustedAuthority {
  const certificate = new X509Certificate(pem);
  const plain = (fingerprint: string) => fingerprint.replaceAll(":", "").toLowerCase();
  return {
    id: plain(certificate.fingerprint256).slice(0, ID_CHARACTERS),
    pem,
    file,
    thumbprint: plain(certificate.fingerprint),
  };
}
