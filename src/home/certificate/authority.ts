import "reflect-metadata"; // before the library, which looks for it when it is loaded
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from "@peculiar/asn1-x509";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  type JsonName,
} from "@peculiar/x509";
import { KeyObject, randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";

/** From when until when, of the Unix epoch. Certificates know whole seconds. */
type Validity = { readonly notBeforeMs: number; readonly notAfterMs: number };

type Issued = { readonly certificate: string; readonly key: string };

/** An authority that lives as long as this value does: its key cannot be written anywhere. */
type Authority = {
  /** PEM. */
  readonly certificate: string;
  /** A certificate for a server, with a key of its own; both PEM. */
  sign(names: readonly string[], validity: Validity): Promise<Issued>;
};

type AuthorityPlan = {
  /** What tells it from every other one, in lists of authorities that people look through. */
  readonly commonName: string;
  /** The only names and addresses that it can sign for. */
  readonly names: readonly string[];
  readonly validity: Validity;
};

/** What all our authorities have in their subject. */
const ORGANIZATION = "Tillbridge local authority";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };
const SERIAL_BYTES = 16;

/** Makes an authority in memory. */
export async function openAuthority({ commonName, names, validity }: AuthorityPlan): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  const subject: JsonName = [{ O: [ORGANIZATION] }, { CN: [commonName] }];
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: newSerialNumber(),
      name: subject,
      ...datesOf(validity),
      signingAlgorithm: SIGNING,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        nameConstraints(names),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return {
    certificate: `${certificate.toString("pem")}\n`,
    sign: async (leafNames, leafValidity) => {
      const leafKeys = await webcrypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
      const leaf = await X509CertificateGenerator.create(
        {
          serialNumber: newSerialNumber(),
          subject: [{ O: ["Tillbridge"] }, { CN: [leafNames[0] ?? "localhost"] }],
          issuer: certificate.subjectName,
          ...datesOf(leafValidity),
          signingAlgorithm: SIGNING,
          publicKey: leafKeys.publicKey,
          signingKey: keys.privateKey,
          extensions: [
            new BasicConstraintsExtension(false, undefined, true),
            new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
            new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
            new SubjectAlternativeNameExtension(
              leafNames.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value })),
            ),
            await SubjectKeyIdentifierExtension.create(leafKeys.publicKey, false, webcrypto),
            await AuthorityKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
          ],
        },
        webcrypto,
      );
      return {
        certificate: `${leaf.toString("pem")}\n`,
        key: KeyObject.from(leafKeys.privateKey).export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
}

/** Critical: a client that does not understand it trusts nothing of this authority. */
function nameConstraints(names: readonly string[]): Extension {
  const permitted = names.map((name) => {
    const version = isIP(name);
    const base = version === 0 ? { dNSName: name } : { iPAddress: `${name}/${version === 4 ? 32 : 128}` };
    return new GeneralSubtree({ base: new GeneralName(base) });
  });
  const constraints = new NameConstraints({ permittedSubtrees: new GeneralSubtrees(permitted) });
  return new Extension(id_ce_nameConstraints, true, AsnConvert.serialize(constraints));
}

function datesOf({ notBeforeMs, notAfterMs }: Validity): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(notBeforeMs), notAfter: new Date(notAfterMs) };
}

/** Positive and never the same again. */
function newSerialNumber(): string {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}
