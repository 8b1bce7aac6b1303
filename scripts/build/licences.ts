import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Part } from "./parts.ts";

const LICENCE_FILE = /^(licen[sc]e|copying|notice|copyright)/i;

/** The texts of everybody's licences. A part without one is not shipped. */
export async function licencesOf(parts: readonly Part[]): Promise<string> {
  const sections: string[] = [];
  for (const part of parts) {
    const { name, version, license } = part;
    const texts = await textsOf(part);
    if (texts.length === 0)
      throw new Error(`${name}@${version} comes without the text of its licence. It cannot be shipped.`);
    sections.push(`${"=".repeat(80)}\n${name} ${version} (${license})\n${"=".repeat(80)}\n\n${texts.join("\n\n")}\n`);
  }
  return `Tillbridge is under the licence in LICENSE. It contains what follows.\n\n${sections.join("\n")}`;
}

async function textsOf({ licenceFolders }: Part): Promise<readonly string[]> {
  for (const folder of licenceFolders) {
    const files = (await readdir(folder)).filter((file) => LICENCE_FILE.test(file)).sort();
    if (files.length === 0) continue;
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
    return texts.map((text) => text.replaceAll("\r\n", "\n").trim());
  }
  return [];
}
