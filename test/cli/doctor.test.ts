import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Call } from "../../src/cli/call.ts";
import { doctorCommand } from "../../src/cli/commands/doctor.ts";
import { LANGUAGES } from "../../src/core/language.ts";
import type { Check } from "../../src/doctor/check.ts";
import { resolveHome } from "../../src/home/paths.ts";
import { fault, findingOf, ok, unknown, warning } from "../doctor/told.ts";
import { freshFolder } from "../support/home-folder.ts";
import { homeWithDaemon, requestsOf } from "./command.ts";
import { keptOutput } from "./told.ts";

type Told = { readonly code: number; readonly checks: readonly Check[]; readonly text: string };

/** The command in a home, with what it finds itself. */
async function doctorIn(home: string, own: readonly Check[] = [], terminal?: string, language?: string): Promise<Told> {
  const { out, told } = keptOutput();
  const call: Call = {
    arguments: [],
    text: (name) =>
      new Map([
        ["terminal", terminal],
        ["language", language],
      ]).get(name),
    texts: () => [],
    flag: () => false,
    home: resolveHome(home, {}, "linux"),
    homeOption: home,
    yes: false,
    out,
    composition: {
      ...({} as Call["composition"]),
      homeOf: (typed) => resolveHome(typed, {}, "linux"),
      loadTerminalCheck: () => Promise.resolve(() => []),
    },
  };
  const code = await doctorCommand(() =>
    own.map((check) => ({ id: check.id, examine: async () => [findingOf(check)] })),
  )(call);
  return { code, checks: (told.result as { readonly checks: readonly Check[] }).checks, text: told.text };
}

async function beside(t: TestContext, ...checks: readonly Check[]) {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.answers.set("diagnostics.doctor", () => ({ checks }));
  return { home, daemon };
}

const HELD = fault("terminal.counter-1.holder", "bridge (process 41) has /dev/ttyS0 open.", "End bridge.");

test("what it tells to do is about the home that was named, from the daemon and from here", async (t) => {
  const asked = warning(
    "terminal.counter-1.settings",
    "It is disabled.",
    "`tillbridge terminals update counter-1 --enable`",
  );
  const { home } = await beside(t, asked);

  const { checks, text } = await doctorIn(home, [
    fault("certificate.trust", "No.", "`tillbridge certificate install`"),
  ]);

  for (const command of ["tillbridge certificate install", "tillbridge terminals update counter-1 --enable"]) {
    const whole = `\`${command} --home ${home}\``;
    assert.ok(
      checks.some(({ remedy }) => remedy === whole),
      whole,
    );
    assert.ok(text.includes(whole), whole);
  }
});

test("the daemon is asked, and what the command sees stands beside it; one fault ends with 1", async (t) => {
  const { home, daemon } = await beside(t, ok("disk.space", "9 GB are free."));

  const well = await doctorIn(home, [warning("service.state", "It does not start with the machine.", "Enable it.")]);
  const ill = await doctorIn(home, [HELD]);

  assert.equal(well.code, 0);
  assert.deepEqual(well.checks, [
    warning("service.state", "It does not start with the machine.", "Enable it."),
    ok("disk.space", "9 GB are free."),
  ]);
  assert.equal(ill.code, 1);
  assert.equal(requestsOf(daemon, "diagnostics.doctor").length, 2);
});

test("what both looked at is told once: by the command, where it saw it at all", async (t) => {
  const { home } = await beside(t, unknown("terminal.counter-1.holder", "Not shown."), ok("port.8455", "Its own."));

  const { checks } = await doctorIn(home, [HELD, unknown("port.8455", "Not shown.")]);

  assert.deepEqual(checks, [HELD, ok("port.8455", "Its own.")]);
});

test("with --terminal what concerns it alone; a terminal that nobody knows is refused", async (t) => {
  const its = { ...ok("terminal.counter-1.link", "It is open."), terminal: "counter-1" };
  const { home } = await beside(t, its, fault("disk.space", "0 MB are free.", "Free some."));

  const told = await doctorIn(home, [], "counter-1");

  assert.deepEqual([told.code, told.checks], [0, [its]]);
  await assert.rejects(doctorIn(home, [], "counter-9"), /Nothing is known of a terminal counter-9/);
});

test("a language may be named with its country; one that nobody knows is wrong usage", async (t) => {
  const { home, daemon } = await beside(t, ok("disk.space", "9 GB are free."));

  await doctorIn(home, [], undefined, "de-AT");
  await assert.rejects(doctorIn(home, [], undefined, "ger"), {
    exitCode: 2,
    mistyped: { typed: "ger", known: LANGUAGES },
  });

  const languages = requestsOf(daemon, "session.open").map(({ language }) => language);
  assert.deepEqual(languages, ["de"]);
});

test("given no daemon, then the command looks itself, and says so", async (t) => {
  const home = freshFolder(t);
  writeFileSync(join(home, "config.json"), JSON.stringify({ server: { port: 0 } }), { mode: 0o600 });

  const { checks } = await doctorIn(home);

  const answers = checks.find(({ id }) => id === "daemon.answers");
  assert.deepEqual([answers?.verdict, answers?.remedy], ["unknown", undefined]);
  assert.match(answers?.evidence ?? "", /No daemon is running on this home/);
  assert.equal(checks.find(({ id }) => id === "clock.time")?.verdict, "ok");
});

test("given a daemon that has gone without a word, or does not answer, then that is a fault", async (t) => {
  const gone = freshFolder(t);
  mkdirSync(join(gone, "data"));
  writeFileSync(join(gone, "data", "daemon.json"), JSON.stringify({ pid: 2 ** 22 + 1, host: "127.0.0.1", port: 1 }));
  const { home: silent } = await homeWithDaemon(t);
  rmSync(join(silent, "data", "admin.token"));

  for (const [home, why] of [
    [gone, /has ended/],
    [silent, /admin\.token/],
  ] as const) {
    const { code, checks } = await doctorIn(home);
    const answers = checks.find(({ id }) => id === "daemon.answers");
    assert.deepEqual(
      [code, answers?.verdict, why.test(answers?.evidence ?? "")],
      [1, "fault", true],
      answers?.evidence,
    );
  }
});

test("given a configuration that cannot be used, then that is a fault, and the rest is looked at all the same", async (t) => {
  const { home } = await beside(t, ok("disk.space", "9 GB are free."));
  writeFileSync(join(home, "config.json"), '{"server": {"port": "many"}}');

  const { code, checks } = await doctorIn(home);

  assert.equal(code, 1);
  assert.match(checks[0]?.evidence ?? "", /config\.json cannot be used: server\.port/);
  assert.equal(checks[1]?.id, "disk.space");
});

test("a person reads what is wrong first, and a line break in what a device said begins no check", async (t) => {
  const { home } = await beside(
    t,
    ok("disk.space", "9 GB are free."),
    fault("x.y", "It said\nok  disk.kind", "End it."),
  );

  const { text } = await doctorIn(home);

  assert.equal(
    text,
    [
      "fault    x.y",
      "         It said\\nok  disk.kind",
      "         → End it.",
      "ok       disk.space",
      "         9 GB are free.",
      "",
      "1 fault, 1 ok",
    ].join("\n"),
  );
});
