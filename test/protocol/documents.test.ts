import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { asyncApiDocument } from "../../scripts/documents/asyncapi.ts";
import { EXAMPLE } from "../../scripts/documents/example.ts";
import { jsonSchemaDocument } from "../../scripts/documents/schema.ts";
import { schemaFaults } from "../../src/core/schema.ts";
import { eventSchema, HelloSchema, type EventType } from "../../src/protocol/events.ts";
import { METHODS } from "../../src/protocol/methods.ts";

const script = fileURLToPath(new URL("../../scripts/docs.ts", import.meta.url));

function docs(...args: readonly string[]) {
  return spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
}

test("the documents in docs/reference and the udev rules are what the sources say", () => {
  const { status, stderr } = docs("--check");
  assert.equal(status, 0, stderr);
});

test("a document that is not is named, and the check fails", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tillbridge-docs-"));
  t.after(() => rm(folder, { recursive: true }));
  assert.equal(docs(folder).status, 0);
  assert.equal(docs("--check", folder).status, 0);

  await appendFile(join(folder, "websocket.md"), "by hand\n");
  await rm(join(folder, "asyncapi.json"));

  const { status, stderr } = docs("--check", folder);
  assert.equal(status, 1);
  assert.match(stderr, /websocket\.md/);
  assert.match(stderr, /asyncapi\.json/);
  assert.doesNotMatch(stderr, /schema\.json/);
});

test("every reference in the documents leads somewhere", () => {
  for (const document of [jsonSchemaDocument(), asyncApiDocument()]) {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = ""]) => path);
    assert.ok(references.length > 100);
    for (const path of new Set(references)) {
      let found: unknown = document;
      for (const name of path.split("/")) found = (found as Record<string, unknown> | undefined)?.[name];
      assert.equal(typeof found, "object", path);
    }
  }
});

test("the example in the reference is a dialogue of the protocol", () => {
  for (const { message, method } of EXAMPLE) {
    const { params, result } = message as { params?: Record<string, unknown>; result?: unknown };
    const schema =
      method === undefined
        ? params?.["type"] === undefined
          ? HelloSchema
          : eventSchema(params["type"] as EventType)
        : METHODS[method][result === undefined ? "params" : "result"];
    assert.deepEqual(schemaFaults(schema, result ?? params), [], JSON.stringify(message));
  }
});
