import { Type, type ValueOf } from "../core/schema.ts";

/** Whom to believe. Without any of these: a certificate for the host, signed by an authority that everybody trusts. */
export const TlsSchema = Type.Object(
  {
    fingerprint: Type.Optional(
      Type.String({
        pattern: "^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$",
        description:
          "SHA-256 fingerprint of the terminal's certificate: this one and no other, whoever signed it, whatever name and dates it has",
      }),
    ),
    ca: Type.Optional(
      Type.String({
        pattern: "-----BEGIN CERTIFICATE-----",
        maxLength: 65_536,
        description:
          "the authorities that sign the terminal's certificate, in place of the public ones, as PEM text (`-----BEGIN CERTIFICATE-----` and so on)",
      }),
    ),
    serverName: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?$",
        description: "the name that the certificate has to hold, where it is not the host of this address",
      }),
    ),
  },
  { additionalProperties: false },
);
export type TlsSettings = ValueOf<typeof TlsSchema>;
