import { createHash } from "node:crypto";

/** What all names below are in: an identity of ours, made once at random. */
const NAMESPACE = "b1f2a6a4-0c57-4b2e-9c39-7a5d0c1f8e63";

/** Of all versions. By it a newer one finds the older one on a machine, so it never changes. */
export const UPGRADE_CODE = "5AB6A5EE-6F3C-5D1C-9A1F-0D8FB2A7C9E1";

/** A UUID that is the same for the same name (version 5, RFC 9562). */
export function stableUuid(name: string): string {
  const bytes = createHash("sha1")
    .update(Buffer.from(NAMESPACE.replaceAll("-", ""), "hex"))
    .update(name)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    .join("-")
    .toUpperCase();
}

/** Windows Installer compares three numbers, each with a largest one, and knows nothing of `-rc.1`. */
export function installerVersion(version: string): string {
  const [numbers = ""] = version.split("-");
  const [major = 0, minor = 0, build = 0] = numbers.split(".").map(Number);
  if (major > 255 || minor > 255 || build > 65_535) {
    throw new Error(`Windows Installer has no version ${version}: the largest is 255.255.65535.`);
  }
  return `${major}.${minor}.${build}`;
}
