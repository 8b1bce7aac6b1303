import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Json } from "../../../src/core/json.ts";
import { schemaFaults, withDefaults } from "../../../src/core/schema.ts";
import { getnetSimulator } from "../../../src/drivers/getnet/simulator.ts";

const page = readFileSync(new URL("../../../docs/simulator.md", import.meta.url), "utf8");

test("the scenario in the documentation is one", () => {
  const scenarios = [...page.matchAll(/```json\n(.*?)```/gs)]
    .map(([, text]) => JSON.parse(text ?? "") as Record<string, Json>)
    .filter((example) => "rules" in example);

  assert.equal(scenarios.length, 1);
  for (const scenario of scenarios) {
    const { scenarioSchema } = getnetSimulator;
    assert.deepEqual(schemaFaults(scenarioSchema, withDefaults(scenarioSchema, scenario)), []);
  }
});

test("every field, reaction and command of a scenario is in the documentation", () => {
  const schema = JSON.stringify(getnetSimulator.scenarioSchema);
  const fields = Object.keys((getnetSimulator.scenarioSchema as unknown as { readonly properties: object }).properties);
  const kinds = [...schema.matchAll(/"const":"(\w+)"/g)].map(([, kind]) => kind ?? "");

  assert.ok(fields.length > 10 && kinds.length > 15);
  for (const word of [...fields, ...kinds]) assert.ok(page.includes(`\`${word}`), `${word} is not on the page`);
});
