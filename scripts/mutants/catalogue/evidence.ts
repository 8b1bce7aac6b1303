import type { Mutant } from "../mutant.ts";

const SETTLING = "test/daemon/terminal/settling.test.ts";
const RECOVERY = "test/drivers/getnet/recovery.test.ts";

/** Rule 5: evidence counts only from the same device, once, and with patience. */
export const evidenceMutants: readonly Mutant[] = [
  {
    id: "evidence-from-another-device",
    rule: 5,
    breaks:
      "The terminal was swapped, the new one knows nothing of the sale, so it is told as never made. The customer had paid.",
    file: "src/drivers/getnet/evidence.ts",
    find: 'if (device === "different") return "another terminal answers than the one that the request was sent to";',
    replace: 'if (device === "different") return undefined;',
    killedBy: {
      file: "test/daemon/fence.test.ts",
      name: "proves nothing, whether it forgets vouchers: a person is asked, over a restart as well",
    },
  },
  {
    id: "voucher-of-another-merchant",
    rule: 5,
    breaks: "A slip of the shop next door is taken for the proof that this customer paid.",
    file: "src/drivers/getnet/evidence.ts",
    find: "if (isOfAnotherDevice(voucher, known.identity))",
    replace: "if (isOfAnotherDevice(voucher, undefined))",
    killedBy: { file: RECOVERY, name: "goes to a person when its voucher tells another merchant" },
  },
  {
    id: "movement-claimed-twice",
    rule: 5,
    breaks:
      "Two customers paid the same amount, one payment went through, and both sales are told as approved with it.",
    file: "src/journal/store.ts",
    find: "if (claim === undefined) return undefined;",
    replace: "if (claim !== null) return undefined;",
    killedBy: {
      file: "test/journal/sqlite.test.ts",
      name: "a movement is claimed by one transaction, once and for ever",
    },
  },
  {
    id: "claimed-movement-settles-all-the-same",
    rule: 5,
    breaks: "The journal says that this payment is another sale's, and the daemon says to the till that it stands.",
    file: "src/daemon/terminal/settling.ts",
    find: `if (written.kind === "claimed") {
      const why =`,
    replace: `if (written.kind === "claimed") {
      if (written.by !== "") return { kind: "stands" };
      const why =`,
    killedBy: { file: SETTLING, name: "cannot claim a movement that another transaction claims" },
  },
  {
    id: "not-found-is-proof-at-once",
    rule: 5,
    breaks:
      "The terminal is still talking to the bank and has no slip yet: told as never made, and then the customer is charged.",
    file: "src/drivers/getnet/recovery.ts",
    find: "if (!isDecisive) return pause(task, state);",
    replace: "",
    killedBy: { file: RECOVERY, name: "is proved by two looks after the quiet time, and not before" },
  },
  {
    id: "not-found-once-is-enough",
    rule: 5,
    breaks: "One look at a terminal that is just busy with something else proves that the customer did not pay.",
    file: "src/drivers/getnet/recovery.ts",
    find: "if (absences < ABSENCES_NEEDED)",
    replace: "if (absences < 1)",
    killedBy: { file: RECOVERY, name: "is proved by two looks after the quiet time, and not before" },
  },
  {
    id: "contradiction-in-silence",
    rule: 5,
    breaks: "A person wrote `not paid`, the slip comes that says `paid`, and nobody is told.",
    file: "src/daemon/terminal/settling.ts",
    find: "const alarms = [contradictionAlarm(current, evidence, verdict)];",
    replace: "const alarms = [contradictionAlarm(current, evidence, verdict)].slice(1);",
    killedBy: {
      file: SETTLING,
      name: "that differs from the one that stands is kept as evidence with an alarm, and changes nothing",
    },
  },
  {
    id: "refusal-that-names-nothing-counts-at-once",
    rule: 5,
    breaks:
      "A late refusal of a damaged message is told as the end of the sale that has just begun, and the customer pays.",
    file: "src/drivers/getnet/operation.ts",
    find: 'return [{ ...state, refusal }, [{ kind: "arm", timer: "refusal", afterMs: settings.receivedMs }]];',
    replace: "void settings;\n  return refused({ ...state, refusal });",
    killedBy: {
      file: "test/drivers/getnet/operation.test.ts",
      name: "refuses the request, where the terminal says nothing else within the time of an acknowledgement",
    },
  },
];
