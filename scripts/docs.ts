// `npm run docs`: writes the documents that are generated from the protocol's schemas into docs/reference.
// `npm run docs:check`: ends with 1 and names each one that is not what it would write.
// A folder as the last argument takes the place of docs/reference.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { asyncApiDocument } from "./documents/asyncapi.ts";
import { referenceDocument } from "./documents/reference.ts";
import { jsonSchemaDocument } from "./documents/schema.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));
const folder =
  process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? join(repository, "docs", "reference");
const checks = process.argv.includes("--check");

const documents = {
  "websocket.md": referenceDocument(),
  "tillbridge.schema.json": JSON.stringify(jsonSchemaDocument()),
  "asyncapi.json": JSON.stringify(asyncApiDocument()),
};

const options = await resolveConfig(join(repository, "package.json"));
await mkdir(folder, { recursive: true });
for (const [name, content] of Object.entries(documents)) {
  const path = join(folder, name);
  const wanted = await format(content, { ...options, filepath: path });
  if (!checks) {
    await writeFile(path, wanted);
  } else if ((await readFile(path, "utf8").catch(() => "")) !== wanted) {
    console.error(`${name} is not what the schemas say: run \`npm run docs\` and commit what it writes.`);
    process.exitCode = 1;
  }
}
