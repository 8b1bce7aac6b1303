import type { Mutant } from "../mutant.ts";

const SERVICE = "test/cli/service.test.ts";

/** What an administrator's command may do to payments that run, and who may change the installed program. */
export const supervisionMutants: readonly Mutant[] = [
  {
    id: "stop-under-a-payment",
    rule: 8,
    breaks: "An administrator stops the service while a customer holds a card to the terminal, and nobody has asked.",
    file: "src/cli/commands/service-payments.ts",
    find: "if (!(await isAgreed(call, session, pause))) return false;",
    replace: "",
    killedBy: {
      file: SERVICE,
      name: "given a payment that does not end, then it refuses without --yes, and the service runs on",
    },
  },
  {
    id: "purge-without-a-question",
    rule: 5,
    breaks: "The journal, with payments in it that nobody has decided, goes away by a word too many in a script.",
    file: "src/cli/commands/service.ts",
    find: "if (purges && !(await isLossAgreed(call))) return EXIT.refused;",
    replace: "",
    killedBy: { file: SERVICE, name: "given undecided payments, when purged, then the question counts them" },
  },
  {
    id: "program-that-others-change",
    rule: "access",
    breaks: "Whoever unpacked the program can change afterwards what the service runs.",
    file: "src/cli/supervision/durable-files.ts",
    find: "if (linked.isFile() && linked.uid === process.getuid?.() && (linked.mode & OTHERS_MAY_WRITE) === 0) return true;",
    replace: "if (linked.isFile()) return true;",
    killedBy: {
      file: SERVICE,
      name: "given a file that others may change, then the installed one is a copy that they may not",
    },
  },
  {
    id: "installed-into-somebodys-folder",
    rule: "access",
    breaks:
      "A user made /opt/tillbridge beforehand, and puts another program in the place of the one that the service runs.",
    file: "src/cli/supervision/durable-files.ts",
    find: "    await mustBeOwn(path);\n",
    replace: "",
    killedBy: { file: SERVICE, name: "given what somebody else put in its place, then it does not touch it" },
  },
];
