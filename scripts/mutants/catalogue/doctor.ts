import type { Mutant } from "../mutant.ts";

const LINK = "test/doctor/terminals/link.test.ts";
const STANDING = "test/doctor/terminals/standing.test.ts";

/** The doctor looks, and takes no link and no terminal from a payment. */
export const doctorMutants: readonly Mutant[] = [
  {
    id: "doctor-leaves-held-links",
    rule: 9,
    breaks: "A technician looks while a customer pays, and the terminal drops the sale for the second connection.",
    file: "src/doctor/terminals/link.ts",
    find: "if (held !== undefined) return held;",
    replace: "void held;",
    killedBy: {
      file: LINK,
      name: "while the terminal is busy nobody connects with it, and what the service knows is told",
    },
  },
  {
    id: "doctor-knows-whether-a-service-runs",
    rule: 9,
    breaks: "A command that may not ask the service connects beside it, and the terminal drops the sale that runs.",
    file: "src/doctor/terminals/link.ts",
    find: "if (served === undefined && !ports.isNobodyConnected) {",
    replace: "if (false as boolean) {",
    killedBy: { file: LINK, name: "where it is not known whether a service runs nobody connects" },
  },
  {
    id: "doctor-tries-no-place-that-answered",
    rule: 9,
    breaks:
      "Two connect with whoever answers in a terminal's place, and the doctor tells of the collision as of a fact.",
    file: "src/doctor/terminals/link.ts",
    find: "if (turnedAway === undefined) return undefined;",
    replace: "if (turnedAway !== undefined) return undefined;",
    killedBy: {
      file: LINK,
      name: "where somebody answers who is not taken for the terminal nobody connects either, and the reason is told",
    },
  },
  {
    id: "doctor-asks-no-busy-terminal",
    rule: 9,
    breaks: "A terminal that has a customer in front of it is asked whether it is there, and drops what it is at.",
    file: "src/doctor/terminals/probe.ts",
    find: '    case "ready":\n      return [probeCheck',
    replace: '    case "ready":\n    case "busy":\n      return [probeCheck',
    killedBy: { file: STANDING, name: "is not asked of one that is busy" },
  },
  {
    id: "doctor-sees-changed-facts",
    rule: 12,
    breaks: "A fact of the journal was changed by hand, and the doctor calls the memory of money whole.",
    file: "src/journal/verify.ts",
    find: "verifyFacts(id, rows, (fault) => faults.push(fault))",
    replace: "verifyFacts(id, rows, () => undefined)",
    killedBy: {
      file: "test/doctor/machine/journal.test.ts",
      name: "given a fact that was changed, then that is the fault",
    },
  },
];
