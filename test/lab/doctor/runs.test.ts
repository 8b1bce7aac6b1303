// Runs of the service that really ended badly, one that hangs, and a configuration that cannot be read.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { startProgram, type ChildProgram } from "../../support/child-program.ts";
import { doctorOf, homeOf } from "./doctor-run.ts";

const MAIN = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));

/** A mistake that shows when this signal comes, as one in the program would: nobody catches it. */
const WITH_A_MISTAKE = {
  NODE_OPTIONS: `--import=data:text/javascript,process.on('SIGUSR2',()=>{throw(new(Error)('planted'))})`,
  NODE_COMPILE_CACHE: "",
};

async function startDaemon(t: TestContext, home: string, environment = {}): Promise<ChildProgram> {
  const daemon = startProgram(t, [MAIN, "daemon", "--home", home, "--port", "0"], environment);
  assert.match(await daemon.nextLine(), /^ready /);
  return daemon;
}

test("a crash and a kill: the report is named, and how often it ended so; then a service that hangs", async (t) => {
  const home = homeOf(t, { server: { port: 0 } });
  const mistaken = await startDaemon(t, home, WITH_A_MISTAKE);
  mistaken.kill("SIGUSR2");
  assert.equal((await mistaken.ended).code, 70);
  const stopped = await doctorOf(t, home);
  const killed = await startDaemon(t, home);
  killed.kill("SIGKILL");
  await killed.ended;
  const daemon = await startDaemon(t, home);

  const running = await doctorOf(t, home);
  daemon.kill("SIGSTOP");
  const hanging = await doctorOf(t, home);

  for (const { check } of [stopped, running]) {
    const { verdict, evidence } = check("service.crashes");
    assert.equal(verdict, "warning");
    assert.match(evidence, /crash-\d{4}-\d{2}-\d{2}T.*\.json/);
  }
  const left = stopped.check("service.ends");
  assert.deepEqual([left.verdict, left.evidence.includes("did not end in order")], ["warning", true], left.evidence);
  const again = running.check("service.ends");
  assert.deepEqual([again.verdict, again.evidence.startsWith("2 times within ten minutes")], ["warning", true]);
  const answers = hanging.check("daemon.answers");
  assert.deepEqual([answers.verdict, hanging.code], ["fault", 1], answers.evidence);
  assert.match(answers.remedy ?? "", /service status/);
});

test("a configuration that is no JSON any more", async (t) => {
  const home = homeOf(t, {});
  writeFileSync(join(home, "config.json"), '{ "server": { "port": 0 }');

  const { verdict, evidence, remedy } = (await doctorOf(t, home)).check("config.file");

  assert.equal(verdict, "fault");
  assert.match(evidence, /config\.json cannot be used: /);
  assert.match(remedy ?? "", /config check/);
});
