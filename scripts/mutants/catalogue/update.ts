import type { Mutant } from "../mutant.ts";

const UPDATE = "test/cli/update/update.test.ts";

/** A version that has not proved itself takes no money, and leaves no shop without a program. */
export const updateMutants: readonly Mutant[] = [
  {
    id: "update-holds-nothing",
    rule: "access",
    breaks: "A sale begins while the service is being replaced, and nobody waits for its end.",
    file: "src/cli/update/standstill.ts",
    find: "      const ready = readyOf(await service.look());\n",
    replace: "      const ready = readyOf(await service.look());\n      await release();\n",
    killedBy: {
      file: UPDATE,
      name: "given new transactions that are held back, when anything is written of the new version, then they have been held before",
    },
  },
  {
    id: "update-switches-though-the-hold-is-gone",
    rule: "access",
    breaks:
      "The service starts anew while the new version is unpacked, takes a sale, and is replaced in the middle of it.",
    file: "src/cli/update/update.ts",
    find: "    await still.mustLast();\n",
    replace: "",
    killedBy: {
      file: UPDATE,
      name: "given a service that starts anew while the new version is unpacked, when nothing holds payments back any more, then nothing is switched",
    },
  },
  {
    id: "update-signed-by-anybody",
    rule: "access",
    breaks: "Whoever leaves a file on a memory stick at the till decides what program takes the money.",
    file: "src/home/program/signature.ts",
    find: 'if (!verify(null, bytes, publicKeyOf(updateKey), Buffer.from(signature, "base64"))) {',
    replace: 'if (publicKeyOf(updateKey).asymmetricKeyType !== "ed25519" || !verify) {',
    killedBy: {
      file: "test/home/program/package.test.ts",
      name: "given a package that was signed, when it is read, then its bytes come only with the right signature and key",
    },
  },
  {
    id: "update-reports-what-the-host-took-back",
    rule: "access",
    breaks:
      "Windows' host has taken the new version back in the moment of its proof, and the technician hears that it was put in.",
    file: "src/cli/update/trial-run.ts",
    find: " || running === from",
    replace: "",
    killedBy: {
      file: UPDATE,
      name: "given a host that takes a version back and may not write that down, when it does so just before the proof, then the update is told as taken back",
    },
  },
  {
    id: "update-stops-what-takes-payments",
    rule: "access",
    breaks:
      "A service that was stopped is updated, takes a sale as soon as its new version has proved itself, and is stopped in the middle of it.",
    file: "src/cli/update/trial-run.ts",
    find: 'if (still.service === "stopped") await ports.supervisor.stop();',
    replace: "",
    killedBy: {
      file: UPDATE,
      name: "given a stopped service, when a new version is tried, then at no moment there is a payment that its stop would break off",
    },
  },
  {
    id: "update-settles-under-payments",
    rule: "access",
    breaks:
      "Windows' host has taken a version back days ago, the service takes payments and is busy, and the next update begins by starting it anew.",
    file: "src/cli/update/update.ts",
    find: "    if (isUp) mustBeSeen(kind, look);\n",
    replace: "",
    killedBy: {
      file: UPDATE,
      name: "given a host that took a version back, when the next update comes and the service does not answer, then it is not started anew under its payments",
    },
  },
  {
    id: "update-loads-no-native-part",
    rule: "access",
    breaks: "A version whose native part does not load on this machine is put in, and found out by the shop.",
    file: "src/cli/update/preflight.ts",
    find: "      await load();\n",
    replace: "      void load;\n",
    killedBy: {
      file: "test/cli/update/preflight.test.ts",
      name: "given a new version of which one native part does not load, when it is asked, then it says which one, and that it cannot run",
    },
  },
  {
    id: "update-switches-before-the-trial",
    rule: "access",
    breaks: "A power cut between the two files starts the new version as if it were proven.",
    file: "src/cli/update/trial-run.ts",
    find: '  await writeTrial(installation, { from, to, starts: 0, limitSeconds });\n  await ports.reached("trialWritten");\n  await writeCurrent(installation, to);\n',
    replace:
      '  await writeCurrent(installation, to);\n  await ports.reached("trialWritten");\n  await writeTrial(installation, { from, to, starts: 0, limitSeconds });\n',
    killedBy: {
      file: UPDATE,
      name: "given a new version that is healthy, when at any step of an update comes: powerCut, then the old version runs or a proven new one",
    },
  },
  {
    id: "update-trusts-at-once",
    rule: "access",
    breaks: "The trial ends before anybody has looked whether the new version is healthy, and it takes money as it is.",
    file: "src/cli/update/trial-run.ts",
    find: 'if (health.kind === "sick") return await goBack(switched, still, health.why, ports);',
    replace: "void health;",
    killedBy: {
      file: UPDATE,
      name: "given a new version that is not healthy (journalFails), when it is put in, then the old one runs again",
    },
  },
  {
    id: "update-ends-the-trial-of-what-still-runs",
    rule: "access",
    breaks:
      "On the way back the file of the trial goes while the new version runs, which takes that for the word that it is healthy.",
    file: "src/cli/update/trial-run.ts",
    find: "if (running === to || (wasOnTrial && running !== from)) await doing(() => supervisor.restart());",
    replace: "void wasOnTrial;\n    void running;",
    killedBy: {
      file: UPDATE,
      name: "given a new version that is not healthy (journalFails), when it is put in, then the old one runs again",
    },
  },
  {
    id: "update-without-a-way-back",
    rule: "access",
    breaks: "The new version is not healthy, and the old one cannot read the journal any more.",
    file: "src/cli/update/successor.ts",
    find: "if (next.journal.oldestReader > running.journal.schema) {",
    replace: "if (next.journal.oldestReader > next.journal.schema) {",
    killedBy: {
      file: "test/cli/update/successor.test.ts",
      name: "given a version after which the one that runs could not read the journal, when it is asked about, then there is no way back, and so none there",
    },
  },
];
