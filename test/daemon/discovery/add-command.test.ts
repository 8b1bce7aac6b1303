import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import { addCommand } from "../../../src/daemon/discovery/add-command.ts";
import { viewsOf } from "../../../src/daemon/discovery/views.ts";
import { sighting, terminal, VENDORS } from "./seen.ts";

const views = (sightings: Parameters<typeof viewsOf>[0], terminals: readonly ReturnType<typeof terminal>[] = []) =>
  viewsOf(sightings, { vendors: VENDORS, terminals, listening: new Map(), shell: "posix" });

test("the command adds what was seen, with capitals where a person has to fill in a setting", () => {
  const [seen] = views([sighting()]);

  assert.equal(
    seen?.command,
    "tillbridge terminals add acme-1 --vendor acme --http 192.168.1.40:7000 --setting currency=CURRENCY",
  );
  assert.deepEqual(seen.missing, ["currency"]);
});

test("settings that were seen are in it, and nothing is left to fill in", () => {
  const [seen] = views([sighting({ settings: { currency: "CLP", note: "5", quietMs: 5 } })]);

  assert.match(String(seen?.command), / --setting currency=CLP --setting 'note="5"' --setting quietMs=5$/);
  assert.equal(seen?.missing, undefined);
});

test("each has an id that no terminal has and no other one gets", () => {
  const terminals = [terminal("acme-1", { type: "tcp", host: "10.0.0.1", port: 1 })];
  const commands = views([sighting(), sighting({ port: 7001 }), sighting({ port: 7002 })], terminals);

  assert.deepEqual(
    commands.map(({ command }) => /add (\S+)/.exec(command ?? "")?.[1]),
    ["acme-2", "acme-3", "acme-4"],
  );
});

test("what is configured is named and has no command; nor has what nobody knows how to reach, or whose vendor is gone", () => {
  const terminals = [terminal("counter-1", { type: "http", host: "192.168.1.40", port: 7000 })];
  const { link: _link, ...unreachable } = sighting();

  assert.deepEqual(views([sighting()], terminals), [{ sighting: sighting(), terminal: "counter-1" }]);
  assert.deepEqual(views([unreachable]), [{ sighting: unreachable }]);
  assert.equal(views([sighting({ vendor: "other" })])[0]?.command, undefined);
});

test("no name of a stranger is in it, and a link with more than a place is one quoted word", () => {
  const name = "'; reboot #\n";
  const link = { type: "http", host: "192.168.1.40", port: 7000, tls: { verify: false } };
  const [seen] = views([sighting({ name, host: name, link })]);

  assert.equal(seen?.command?.includes("reboot"), false);
  assert.ok(seen.command.includes(` --link '${JSON.stringify(link)}' `));
  const addition = { terminal: "t", vendor: "acme", link, settings: {}, missing: [] };
  assert.ok(addCommand(addition, "windows").endsWith(`--link "${JSON.stringify(link).replaceAll('"', '\\"')}"`));
});

test("a terminal behind a cloud is added in words without quotation marks, which every shell reads", () => {
  const addition = {
    terminal: "t",
    vendor: "acme",
    settings: { terminalId: "PAX_A910__SMARTPOS1", accessToken: { secret: "mp" } },
    missing: [],
  };
  const settings = "--setting terminalId=PAX_A910__SMARTPOS1 --secret-setting accessToken=mp";
  for (const shell of ["posix", "windows"] as const) {
    const command = (link: JsonObject) => addCommand({ ...addition, link }, shell);
    assert.equal(command({ type: "cloud" }), `tillbridge terminals add t --vendor acme --cloud ${settings}`);
    const baseUrl = "https://api.vendor.test/v1";
    assert.equal(
      command({ type: "cloud", baseUrl }),
      `tillbridge terminals add t --vendor acme --cloud ${baseUrl} ${settings}`,
    );
    for (const link of [{ baseUrl: "--yes" }, { baseUrl, tls: {} }, { tls: {} }])
      assert.match(command({ type: "cloud", ...link }), / --link .*cloud/);
  }
});

test("a setting that only looks like a reference to a secret is written as it is", () => {
  const settings = { a: { secret: "mp", more: 1 }, b: { secret: 5 } };
  const command = addCommand(
    { terminal: "t", vendor: "acme", link: { type: "cloud" }, settings, missing: [] },
    "posix",
  );
  assert.ok(command.endsWith(` --setting 'a={"secret":"mp","more":1}' --setting 'b={"secret":5}'`));
});
