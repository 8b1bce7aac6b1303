// `npm run docs`: writes what is generated from the sources: the documents of the protocol's schemas and the log's events into docs/reference, and the
// udev rules of the vendors' fingerprints into installers/linux.
// `npm run docs:check`: ends with 1 and names each one that is not what it would write.
// A folder as the last argument takes the place of both.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { format, getFileInfo, resolveConfig } from "prettier";
import { asyncApiDocument } from "./documents/asyncapi.ts";
import { logEventsDocument } from "./documents/log-events.ts";
import { referenceDocument } from "./documents/reference.ts";
import { jsonSchemaDocument } from "./documents/schema.ts";
import { UDEV_RULES, udevRules } from "./documents/udev-rules.ts";
import { vendors } from "../src/drivers/registry.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));
const elsewhere = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
const checks = process.argv.includes("--check");

const reference = join("docs", "reference");
const documents = [
  { folder: reference, name: "websocket.md", content: referenceDocument() },
  { folder: reference, name: "tillbridge.schema.json", content: JSON.stringify(jsonSchemaDocument()) },
  { folder: reference, name: "asyncapi.json", content: JSON.stringify(asyncApiDocument()) },
  { folder: reference, name: "log-events.md", content: logEventsDocument() },
  { folder: join("installers", "linux"), name: UDEV_RULES, content: udevRules(vendors) },
];

const options = await resolveConfig(join(repository, "package.json"));
for (const { folder, name, content } of documents) {
  const path = join(elsewhere ?? join(repository, folder), name);
  const { inferredParser } = await getFileInfo(path);
  const wanted = inferredParser === null ? content : await format(content, { ...options, filepath: path });
  if (!checks) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, wanted);
  } else if ((await readFile(path, "utf8").catch(() => "")) !== wanted) {
    console.error(`${name} is not what the sources say: run \`npm run docs\` and commit what it writes.`);
    process.exitCode = 1;
  }
}
