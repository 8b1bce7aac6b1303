import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PlaceFailure, type Place } from "../../src/cli/browser/access.ts";
import { policyExamination, trustExamination } from "../../src/cli/commands/doctor-browsers.ts";
import { journalExamination, type VerifyWhole } from "../../src/cli/commands/doctor-journal.ts";
import { serviceExamination } from "../../src/cli/commands/doctor-service.ts";
import { SupervisorFailure, type ServiceReport } from "../../src/cli/supervision/supervisor.ts";
import type { Verdict } from "../../src/cli/trust/trust.ts";
import { asItIs } from "../../src/doctor/check.ts";
import { installCertificate } from "../../src/home/certificate/install.ts";
import { checkOf, foundBy } from "../doctor/machine/examined.ts";
import { freshFolder } from "../support/home-folder.ts";

const never = () => Promise.reject(new Error("nobody asks for that"));

function service(report: () => Promise<ServiceReport>) {
  const supervisor = { report, state: never, start: never, stop: never, restart: never };
  return checkOf("service.state", [serviceExamination(supervisor)]);
}

const RUNNING = { kind: "running", pid: 42, account: "tillbridge" } as const;

test("the service: what its manager says of it", async () => {
  const says = (report: Partial<ServiceReport>) =>
    service(() => Promise.resolve({ state: RUNNING, startsAtBoot: true, account: "tillbridge", ...report }));

  const well = await says({});
  assert.deepEqual(
    [well.verdict, well.evidence],
    ["ok", "The service runs as tillbridge, process 42, and starts with the machine."],
  );
  assert.equal((await says({ startsAtBoot: false })).verdict, "warning");
  const again = await says({ restarts: 3, lastFailure: "was ended by the signal 9" });
  assert.deepEqual(
    [again.verdict, again.evidence.includes("3 times; it was ended by the signal 9")],
    ["warning", true],
  );
  const stopped = await says({ state: { kind: "stopped", why: "ended with the code 1" } });
  assert.deepEqual([stopped.verdict, stopped.evidence], ["fault", "The service is stopped: it ended with the code 1."]);
  assert.equal((await says({ state: { kind: "starting" } })).verdict, "warning");
  assert.equal((await says({ state: { kind: "notInstalled" } })).verdict, "warning");
  const none = await service(() => Promise.reject(new SupervisorFailure("systemd does not answer.")));
  assert.deepEqual([none.verdict, none.evidence], ["unknown", "systemd does not answer."]);
});

test("the certificate: every browser has to trust it, where one is installed", async (t) => {
  const folder = freshFolder(t);
  const look = (browsers: readonly Verdict[]) => {
    const trust = {
      add: never,
      removeAllBut: never,
      verdicts: () => Promise.resolve({ browsers, system: { browser: "the system", trusts: true } }),
    };
    return trustExamination(folder, () => trust);
  };
  assert.deepEqual(await foundBy(look([])), []);
  await installCertificate(folder, { names: [], machine: "till-pc", nowMs: Date.now() });

  const chrome: Verdict = { browser: "Chrome", user: "maria", trusts: true };
  assert.equal((await checkOf("certificate.trust", [look([chrome])])).verdict, "ok");
  const why = "our authority is not in it";
  const mixed = await checkOf("certificate.trust", [
    look([chrome, { browser: "Firefox", user: "luis", trusts: false, why, remedy: "Install again." }]),
  ]);
  assert.deepEqual(
    [mixed.verdict, mixed.evidence, mixed.remedy],
    ["warning", `The certificate for wss is not trusted by Firefox of luis (${why}).`, "Install again."],
  );
});

test("the policies of browsers: every page that is configured has to be let in", async () => {
  const look = (origins: readonly string[], places: () => Promise<readonly Place[]>) =>
    policyExamination(origins, () => ({ places, origins: never, changesTo: never }));
  const chrome =
    (...allowed: readonly string[]) =>
    () =>
      Promise.resolve([{ browser: "Chrome", where: "/etc/p.json", allowed }]);
  const POS = "https://pos.example.com";

  assert.deepEqual(look(["http://localhost:3000"], never), []);
  assert.equal((await checkOf("browser.policy", look([POS], chrome(POS)))).verdict, "ok");
  assert.equal(
    (await checkOf("browser.policy", look([POS], chrome("pos.example.com")))).verdict,
    "ok",
    "as for Firefox",
  );
  const lacking = await checkOf("browser.policy", look([POS], chrome()));
  assert.deepEqual([lacking.verdict, lacking.remedy], ["warning", `\`sudo tillbridge browser allow ${POS}\``]);
  assert.match(lacking.evidence, /^Chrome does not let in https:\/\/pos\.example\.com \(\/etc\/p\.json\)/);
  const broken = await checkOf(
    "browser.policy",
    look([POS], () => Promise.reject(new PlaceFailure("It is torn."))),
  );
  assert.deepEqual([broken.verdict, broken.evidence], ["unknown", "It is torn."]);
});

test("the whole journal: read in time, damaged, unreadable, or too large", async (t) => {
  const folder = freshFolder(t);
  const look = (answer: Awaited<ReturnType<VerifyWhole>>) => journalExamination(folder, () => Promise.resolve(answer));
  assert.deepEqual(look(undefined), [], "there is none");
  writeFileSync(join(folder, "journal.db"), "x");
  const verdict = async (answer: Awaited<ReturnType<VerifyWhole>>) =>
    (await checkOf("journal.whole", look(answer))).verdict;

  assert.equal(await verdict({ transactions: 1, facts: 2, faults: [] }), "ok");
  assert.equal(await verdict({ transactions: 1, facts: 2, faults: ["a fact is missing", "another one"] }), "fault");
  assert.equal(await verdict(asItIs("journal.db: it is damaged")), "fault");
  assert.equal(await verdict(undefined), "unknown");
});
