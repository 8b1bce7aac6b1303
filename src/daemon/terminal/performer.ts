import { assert } from "../../core/assert.ts";
import type { UnknownCause, Verdict } from "../../core/outcome.ts";
import { isInDoubt } from "../../core/transaction.ts";
import { timestamp, type Clock, type Log } from "../../core/ports.ts";
import type { Commits, Effect, Order } from "../../drivers/driver.ts";
import { JournalFailure } from "../../journal/journal.ts";
import type { DaemonEvent } from "../api.ts";
import type { TransactionRecord } from "../record.ts";
import type { Records } from "../records.ts";
import type { Connection } from "./connection.ts";
import { dispatch, type Dispatch } from "./dispatch.ts";
import type { Performer, Turn } from "./engine.ts";
import { propose, settle, settleSurely } from "./settling.ts";

const GOES_ON: Turn = { kind: "goesOn" };
const DONE: Turn = { kind: "done" };

/** What a machine that works for a transaction can reach. */
export type TransactionPorts<Message> = {
  readonly record: TransactionRecord;
  readonly order: Order;
  readonly role: "operation" | "recovery";
  readonly link: string;
  readonly connection: Connection<Message>;
  readonly records: Records;
  readonly clock: Clock;
  readonly log: Log;
  readonly ackDecides: boolean;
  readonly driver: { readonly id: string; readonly version: string };
  readonly baseline: Dispatch["baseline"];
  readonly answerMs: number;
  readonly lastSeenMs: () => number;
  readonly dispatched: () => void;
  readonly late: (effect: Extract<Effect<Message>, { kind: "late" }>) => Promise<void>;
  readonly emit: (event: DaemonEvent) => void;
};

/** Performs for an operation or recover machine: every word about money passes here. */
export function transactionPerformer<Message>(ports: TransactionPorts<Message>): Performer<Message> {
  const { record, connection, link, role } = ports;
  const deviceOnly = (what: string) => () => {
    assert(false, `a machine of role ${role} said ${what}, which is a device machine's word`);
  };
  return {
    send: async (message, commits) => {
      const bytes = connection.encode(message);
      if (commits?.what === "request") return commit(ports, bytes, commits);
      await connection.send(link, bytes);
      return GOES_ON;
    },
    settle: (effect) => settleWord(ports, effect.verdict, effect.movement),
    propose: (effect) => proposeWord(ports, effect),
    remember: (data) =>
      durably(ports, async () => {
        await record.write((current) => (isInDoubt(current) ? { facts: [{ kind: "remembered", data }] } : undefined));
      }),
    claimed: async (movements) => {
      try {
        return await ports.records.journal.claimed(movements);
      } catch (failure) {
        if (!(failure instanceof JournalFailure)) throw failure;
        alarmJournal(ports, failure.message);
        return undefined;
      }
    },
    late: ports.late,
    show: (effect) => {
      show(ports, effect);
    },
    identified: deviceOnly("identified"),
    baseline: deviceOnly("baseline"),
    ready: deviceOnly("ready"),
    unpaired: deviceOnly("unpaired"),
    reply: deviceOnly("reply"),
  };
}

async function commit<Message>(
  ports: TransactionPorts<Message>,
  bytes: Uint8Array,
  commits: Extract<Commits, { what: "request" }>,
): Promise<Turn> {
  const { record, connection, link, order, clock, driver, baseline, answerMs } = ports;
  assert(ports.role === "operation", "a repeat was asked for on a link whose vendor knows none");
  const result = await dispatch(
    {
      record,
      ticket: commits.ticket,
      bytes,
      link,
      driver,
      answerMs,
      lastSeenMs: ports.lastSeenMs(),
      ...(order.identity === undefined ? {} : { identity: order.identity }),
      ...(baseline === undefined ? {} : { baseline }),
    },
    {
      clock,
      openLink: () => connection.link,
      send: (on, payload) => connection.send(on, payload),
      dispatched: ports.dispatched,
    },
  );
  switch (result.kind) {
    case "sent":
      return GOES_ON;
    case "failed":
      return { kind: "doubt", since: "linkLost", why: result.why };
    case "stopped":
      await settleSurely(ports.record, result.verdict, ports);
      return DONE;
  }
}

async function settleWord<Message>(
  ports: TransactionPorts<Message>,
  verdict: Verdict,
  movement: string | undefined,
): Promise<Turn> {
  const whole = ports.order.original?.approved;
  const settling = await settle(ports.record, {
    verdict,
    decidedBy: { kind: ports.role === "operation" ? "terminal" : "recovery" },
    ...(movement === undefined ? {} : { movement }),
    ...(whole === undefined ? {} : { whole }),
  });
  switch (settling.kind) {
    case "stands":
    case "contradicts":
      return GOES_ON;
    case "notBelieved":
      return ports.role === "operation"
        ? { kind: "doubt", since: "contradiction", why: settling.why }
        : { kind: "gaveUp", why: settling.why };
    case "journalFailed":
      alarmJournal(ports, settling.why);
      // Withheld where withholding reverses; elsewhere the terminal gets its acknowledgement, and the doubt stays with us.
      if (ports.role === "operation")
        return ports.ackDecides ? { kind: "doubt", since: "journal", why: settling.why } : GOES_ON;
      return { kind: "dropLink", why: "the journal could not take what the terminal said" };
  }
}

/** Nothing that follows a proposal is performed unless it stands: what follows is what makes it final. */
async function proposeWord<Message>(
  ports: TransactionPorts<Message>,
  { verdict, movement }: Extract<Effect<Message>, { kind: "propose" }>,
): Promise<Turn> {
  const whole = ports.order.original?.approved;
  const proposing = await propose(ports.record, {
    verdict,
    ...(movement === undefined ? {} : { movement }),
    ...(whole === undefined ? {} : { whole }),
  });
  switch (proposing.kind) {
    case "stands":
      return GOES_ON;
    case "journalFailed":
      alarmJournal(ports, proposing.why);
      return notProposed(ports, "journal", proposing.why);
    case "notBelieved":
      return notProposed(ports, "contradiction", proposing.why);
    case "contradicts":
      return notProposed(ports, "contradiction", "the transaction is decided already");
  }
}

function notProposed<Message>({ role }: TransactionPorts<Message>, since: UnknownCause, why: string): Turn {
  return role === "operation" ? { kind: "doubt", since, why } : { kind: "dropLink", why };
}

async function durably<Message>(ports: TransactionPorts<Message>, write: () => Promise<void>): Promise<Turn> {
  try {
    await write();
    return GOES_ON;
  } catch (failure) {
    if (!(failure instanceof JournalFailure)) throw failure;
    alarmJournal(ports, failure.message);
    return ports.role === "operation"
      ? { kind: "doubt", since: "journal", why: failure.message }
      : { kind: "dropLink", why: failure.message };
  }
}

/** It cannot be kept, since the journal is what failed: told at once, and logged. */
function alarmJournal<Message>(ports: TransactionPorts<Message>, why: string): void {
  const { record, clock, log, emit } = ports;
  log.error("the journal failed while a transaction was running", { transaction: record.id, why });
  emit({
    kind: "alarm",
    pos: record.transaction.pos,
    at: timestamp(clock),
    alarm: {
      severity: "critical",
      code: "journalFailed",
      terminal: record.transaction.terminal,
      transaction: record.id,
      text: `The journal could not store what became of transaction ${record.id}: ${why}`,
      remedy: "Free the disk or mend its rights. The terminal is asked again as soon as the journal works.",
    },
  });
}

function show<Message>(
  ports: TransactionPorts<Message>,
  effect: Extract<Effect<Message>, { kind: "progress" | "prompt" | "receipt" }>,
): void {
  const { record, clock, emit } = ports;
  const { pos, requestId } = record.transaction;
  switch (effect.kind) {
    case "progress": {
      const { kind, stage, text, ...rest } = effect;
      const said = text === undefined ? { stage } : { stage, text };
      record.setProgress(said);
      emit({ kind, pos, transaction: record.id, requestId, ...said, ...rest });
      return;
    }
    case "receipt":
      emit({ kind: "receipt", pos, transaction: record.id, requestId, receipt: effect.receipt });
      return;
    case "prompt": {
      const { expiresInMs, ...prompt } = effect;
      const expiresAt = new Date(clock.now() + expiresInMs).toISOString();
      emit({ ...prompt, pos, transaction: record.id, expiresAt });
    }
  }
}
