import type { Mutant } from "../mutant.ts";

const START_VERSION = "test/installers/start-version.test.ts";
const SCRIPT = "installers/linux/start-version";

/** What starts the service decides which program takes money. */
export const startVersionMutants: readonly Mutant[] = [
  {
    id: "start-version-counts-no-start",
    rule: "access",
    breaks: "A version that falls at its start is started for ever, and the one that worked never comes back.",
    file: SCRIPT,
    find: "printf 'from=%s\\nto=%s\\nstarts=1\\nlimitSeconds=%s'",
    replace: "printf 'from=%s\\nto=%s\\nstarts=0\\nlimitSeconds=%s'",
    killedBy: {
      file: START_VERSION,
      name: "given a version on trial that was started once, when the service starts again, then the version before runs",
    },
  },
  {
    id: "start-version-trusts-the-unproven",
    rule: "access",
    breaks: "A version that did not prove itself goes on, and its trial is over: it takes money.",
    file: SCRIPT,
    find: 'elif replace "$here/current" "$from"; then\n    current=$from\n',
    replace: "elif true; then\n",
    killedBy: {
      file: START_VERSION,
      name: "given a version on trial that was started once, when the service starts again, then the version before runs",
    },
  },
  {
    id: "start-version-guesses-the-unproven",
    rule: "access",
    breaks: "Where the file that names the version is damaged, the newest one is taken, although it is on trial.",
    file: SCRIPT,
    find: 'elif [ -z "$current" ]; then',
    replace: "elif false; then",
    killedBy: {
      file: START_VERSION,
      name: "given a file that names no version while one is on trial, when the service starts, then the version before runs",
    },
  },
];
