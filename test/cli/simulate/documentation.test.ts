import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Json } from "../../../src/core/json.ts";
import { schemaFaults, withDefaults } from "../../../src/core/schema.ts";
import { vendors } from "../../../src/drivers/registry.ts";

const page = readFileSync(new URL("../../../docs/simulator.md", import.meta.url), "utf8");
const sections = page.split(/^## /m);

for (const { id, simulator } of vendors) {
  const section = sections.find((text) => text.toLowerCase().startsWith(`${id.replaceAll("-", " ")}\n`)) ?? "";
  const { scenarioSchema } = simulator;

  test(`${id}: the scenario in the documentation is one`, () => {
    const scenarios = [...section.matchAll(/```json\n(.*?)```/gs)]
      .map(([, text]) => JSON.parse(text ?? "") as Record<string, Json>)
      .filter((example) => "rules" in example);

    assert.equal(scenarios.length, 1);
    for (const scenario of scenarios) {
      assert.deepEqual(schemaFaults(scenarioSchema, withDefaults(scenarioSchema, scenario)), []);
    }
  });

  test(`${id}: every field, reaction and word of a scenario is in the documentation`, () => {
    const schema = JSON.stringify(scenarioSchema);
    const fields = Object.keys((scenarioSchema as unknown as { readonly properties: object }).properties);
    const kinds = [...schema.matchAll(/"const":"(\w+)"/g)].map(([, kind]) => kind ?? "");
    const words = [...schema.matchAll(/"enum":(\[.*?\])/g)].flatMap(([, list]) => JSON.parse(list ?? "") as Json[]);
    const names = words.filter((word) => typeof word === "string");

    assert.ok(fields.length > 10 && kinds.length > 15 && names.length > 15);
    for (const word of [...fields, ...kinds, ...names]) {
      assert.match(section, new RegExp(`\`("\\w+": )?${word}`), `${word} is not in the section`);
    }
  });
}
