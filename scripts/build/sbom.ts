import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import type { Part } from "./parts.ts";

/** In CycloneDX. Neither the time nor a random number of the document is told: twice the same parts make the same bytes. */
export function billOfMaterials(version: string, parts: readonly Part[]): string {
  const program = new Models.Component(Enums.ComponentType.Application, "tillbridge", {
    version,
    bomRef: "tillbridge",
    licenses: new Models.LicenseRepository([new Models.SpdxLicense("Apache-2.0")]),
  });
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: program }) });
  for (const part of parts) {
    const component = componentOf(part);
    bom.components.add(component);
    program.dependencies.add(component.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function componentOf({ kind, name, version, license, integrity }: Part): Models.Component {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const hashes = new Models.HashDictionary();
  const sum = /^sha512-(.+)$/.exec(integrity ?? "")?.[1];
  if (sum !== undefined) hashes.set(Enums.HashAlgorithm["SHA-512"], Buffer.from(sum, "base64").toString("hex"));
  const licence = /[ (]/.test(license) ? new Models.LicenseExpression(license) : new Models.SpdxLicense(license);
  const common = { version, purl, bomRef: purl, hashes, licenses: new Models.LicenseRepository([licence]) };
  switch (kind) {
    case "runtime":
      // By this name the known faults of Node are found.
      return new Models.Component(Enums.ComponentType.Platform, name, {
        ...common,
        cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
      });
    case "package": {
      const [, group, rest] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
      return new Models.Component(Enums.ComponentType.Library, rest ?? name, {
        ...common,
        ...(group === undefined ? {} : { group }),
      });
    }
  }
}
