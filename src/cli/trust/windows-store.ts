import { complaintOf, runFound, type Machine, type Ran } from "./machine.ts";
import type { Looked, Trouble, TrustStore } from "./store.ts";

/** In the subject of every authority of ours, in whatever language the program speaks. */
const OURS = "Tillbridge local authority";
/** SHA-1, with or without a gap between the bytes. Serial numbers of ours are shorter. */
const THUMBPRINT = /(?<![0-9a-f])(?:[0-9a-f]{2} ?){19}[0-9a-f]{2}(?![0-9a-f])/i;
const CERTUTIL = "certutil";

/** Of the machine, where an administrator runs this; else of the user, whom Windows asks. */
type Scope = { readonly what: string; readonly flags: readonly string[] };

const MACHINE: Scope = { what: "Windows, for all users", flags: [] };
const USER: Scope = { what: "Windows, for this user", flags: ["-user"] };

/** The roots that Windows trusts, and with it every browser there. */
export function windowsStore(machine: Machine): TrustStore {
  const certutil = ({ flags }: Scope, args: readonly string[]) =>
    runFound(machine, CERTUTIL, { args: [...flags, ...args] });

  const look = async (): Promise<Looked> => {
    const names = new Set<string>();
    for (const scope of [MACHINE, USER]) {
      const listed = await certutil(scope, ["-store", "Root"]);
      const why = complaintOf(listed);
      if (why !== undefined) return { kind: "unknown", why, remedy: BY_HAND };
      for (const name of thumbprintsIn(listed)) names.add(name);
    }
    return { kind: "known", ours: [...names].map((name) => ({ name, trusted: true })) };
  };

  return {
    what: "the store of Windows",
    nameOf: ({ thumbprint }) => thumbprint,
    look,
    add: async ({ file }) => {
      for (const scope of [MACHINE, USER]) {
        if (complaintOf(await certutil(scope, ["-addstore", "-f", "Root", file])) === undefined) return undefined;
      }
      return { why: `neither ${MACHINE.what} nor ${USER.what} took it`, remedy: AS_ADMINISTRATOR };
    },
    remove: async (names): Promise<Trouble | undefined> => {
      for (const scope of [MACHINE, USER]) {
        const there = thumbprintsIn(await certutil(scope, ["-store", "Root"])).filter((name) => names.includes(name));
        for (const name of there) {
          const why = complaintOf(await certutil(scope, ["-delstore", "Root", name]));
          if (why !== undefined) return { why: `${scope.what}: ${why}`, remedy: AS_ADMINISTRATOR };
        }
      }
      return undefined;
    },
  };
}

/** The list has a line of equals signs before each certificate. */
function thumbprintsIn(listed: Ran): readonly string[] {
  if (listed.kind === "failed") return [];
  return listed.output.split(/^=+.*=+\s*$/m).flatMap((entry) => {
    const thumbprint = THUMBPRINT.exec(entry)?.[0];
    return entry.includes(OURS) && thumbprint !== undefined ? [thumbprint.replaceAll(" ", "").toLowerCase()] : [];
  });
}

const BY_HAND = "Look with `certlm.msc`, in the trusted root authorities.";
const AS_ADMINISTRATOR = "Run the same command in a window that was opened as an administrator.";
