import { assert, AssertionFailure } from "../../core/assert.ts";
import { formatMoney } from "../../core/money.ts";
import type { NotPerformedReason, UnknownCause, Verdict } from "../../core/outcome.ts";
import { isInDoubt } from "../../core/transaction.ts";
import { timestamp } from "../../core/ports.ts";
import { sameDevice, type DeviceIdentity } from "../../core/terminal.ts";
import type { Effect } from "../../drivers/driver.ts";
import { JournalFailure } from "../../journal/journal.ts";
import { commitExchange, commitMessage } from "./commit.ts";
import type { Dialogue, Performed, Performer } from "./engine.ts";
import { connectionOf } from "./outlet.ts";
import type { Turn } from "./turn.ts";
import { repeat } from "./repeat.ts";
import { propose, settle } from "./settling.ts";
import { momentOf } from "./signs-of-life.ts";
import type { TransactionPorts } from "./transaction-ports.ts";

const GOES_ON: Turn = { kind: "goesOn" };

/** Performs for an operation or recover machine: every word about money passes here. */
export function transactionPerformer<Message>(ports: TransactionPorts<Message>): Performer<Message> {
  const { record, outlet, link, role } = ports;
  let identity: DeviceIdentity | undefined;
  const deviceOnly = (what: string): never => {
    throw new AssertionFailure(`a machine of role ${role} said ${what}, which is a device machine's word`);
  };
  return {
    send: async (message, commits) => {
      assert(outlet.kind === "stream", "a driver sent a message where only exchanges are made");
      if (commits?.what === "request") return commitMessage(ports, outlet.connection, message, commits);
      recountQuestion(ports);
      await outlet.connection.send(link, outlet.connection.encode(message));
      return GOES_ON;
    },
    exchange: async (effect, owner) => {
      assert(outlet.kind === "http", "a driver asked for an exchange on a stream");
      const { exchange, message, commits, replyTimeoutMs, via } = effect;
      const connection = connectionOf(outlet, via);
      if (commits?.what === "request") {
        assert(via === undefined, "what commits goes to the terminal itself");
        return commitExchange(ports, connection, effect, commits, owner);
      }
      recountQuestion(ports);
      owner.own(connection.ask(exchange, message, replyTimeoutMs, role));
      return GOES_ON;
    },
    repeat: (effect, owner) => repeatRequest(ports, effect, identity, owner),
    settle: (effect) => {
      const stranger = strangersWord(ports, effect.verdict, identity);
      return stranger === undefined ? settleWord(ports, effect.verdict, effect.movement) : Promise.resolve(stranger);
    },
    propose: (effect) => proposeWord(ports, effect),
    remember: (data) =>
      durably(ports, async () => {
        await record.write((current) => (isInDoubt(current) ? { facts: [{ kind: "remembered", data }] } : undefined));
      }),
    claimed: async (movements) => {
      try {
        const claimed = await ports.records.journal.claimed(movements);
        return { kind: "answers", input: { kind: "claims", claimed } };
      } catch (failure) {
        if (!(failure instanceof JournalFailure)) throw failure;
        alarmJournal(ports, failure.message);
        return { kind: "dropLink", why: "the journal could not say what is claimed" };
      }
    },
    late: ports.late,
    show: (effect) => {
      show(ports, effect);
    },
    identified: (who, _model, askedAt) => {
      identity = who;
      ports.identified(who);
      const { dispatched } = record.transaction;
      if (sameDevice(dispatched?.identity, who) === "same") ports.signs()?.seen(askedAt ?? momentOf(ports.clock));
    },
    unpaired: ({ why }) => {
      // Whoever it is paired with now, or was in between: the request is not sent to it again.
      ports.signs()?.suspect(why);
      ports.unpaired(why);
    },
    clockTold: (localTime) => {
      // What a recovery is shown may be of long ago.
      assert(role === "operation", "a recover machine told the terminal's clock");
      ports.clockTold({ localTime, at: timestamp(ports.clock) });
    },
    baseline: () => deviceOnly("baseline"),
    ready: () => deviceOnly("ready"),
    pairing: () => deviceOnly("pairing"),
    reply: () => deviceOnly("reply"),
    askAccount: ports.askAccount,
    accountWord: ({ kind }) => {
      throw new AssertionFailure(`a machine of role ${role} said ${kind}, which is an account's word`);
    },
    storeSecrets: () => deviceOnly("storeSecrets"),
    createKeyPair: () => deviceOnly("createKeyPair"),
  };
}

/** In the timeline; what a recovery asks moves no money. */
function recountQuestion<Message>({ role, record }: TransactionPorts<Message>): void {
  if (role === "recovery") record.recount({ kind: "askedAgain", times: 1 });
}

async function repeatRequest<Message>(
  ports: TransactionPorts<Message>,
  effect: Extract<Effect<Message>, { kind: "repeat" }>,
  identity: DeviceIdentity | undefined,
  owner: Dialogue<Message>,
): Promise<Performed<Message>> {
  const { record, outlet, clock, repeats, role } = ports;
  assert(role === "recovery" && outlet.kind === "http", "a repeat is a recovery's, over an exchange");
  assert(repeats !== undefined, "a driver repeated an operation of which its vendor allows none");
  const { exchange, replyTimeoutMs } = effect;
  const signs = ports.signs();
  const order = {
    record,
    rules: repeats,
    identity,
    exchange,
    replyTimeoutMs,
    link: ports.link,
    ...(signs === undefined ? {} : { signs }),
  };
  const result = await repeat(order, { clock, connection: outlet.connection });
  switch (result.kind) {
    case "sent":
      owner.own(result.exchange);
      return GOES_ON;
    case "notSent":
      return { kind: "answers", input: { kind: "notSent", exchange, why: result.why } };
    case "failed":
      return { kind: "answers", input: { kind: "exchangeLost", exchange, why: result.why } };
    case "notRepeated":
      return { kind: "answers", input: { kind: "notRepeated", exchange, why: result.why } };
  }
}

/** `terminalBusy`: the order that keeps it busy is not ours, as far as the account that was asked knows. */
const ABSENCES: ReadonlySet<NotPerformedReason> = new Set(["noRecord", "terminalBusy"]);

/** Rule 5: that there is no record of it counts from the same device alone, where that is asked by exchanges; nobody else would have one. */
function strangersWord<Message>(
  { role, outlet, record }: TransactionPorts<Message>,
  verdict: Verdict,
  identity: DeviceIdentity | undefined,
): Turn | undefined {
  const isAbsence = verdict.kind === "notPerformed" && ABSENCES.has(verdict.reason);
  if (role !== "recovery" || outlet.kind !== "http" || !isAbsence) return undefined;
  if (sameDevice(record.transaction.dispatched?.identity, identity) === "same") return undefined;
  const why = "there is no record of it, and nobody knows whether the same device, or the same account, was asked";
  return { kind: "gaveUp", why };
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
      return GOES_ON;
    case "contradicts":
      ports.log.warn("transaction.contradicted", "the terminal contradicts what stands", {
        transaction: ports.record.id,
        says: verdict.kind,
      });
      return GOES_ON;
    case "notBelieved":
      return ports.role === "operation"
        ? { kind: "doubt", since: "contradiction", why: settling.why }
        : { kind: "gaveUp", why: settling.why };
    case "journalFailed":
      alarmJournal(ports, settling.why, verdict);
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
      alarmJournal(ports, proposing.why, verdict);
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
function alarmJournal<Message>(ports: TransactionPorts<Message>, why: string, verdict?: Verdict): void {
  const { record, clock, log, emit } = ports;
  log.error("transaction.journalFailed", "the journal failed while a transaction was running", {
    transaction: record.id,
    why,
  });
  emit({
    kind: "alarm",
    pos: record.transaction.pos,
    at: timestamp(clock),
    alarm: {
      severity: "critical",
      code: "journalFailed",
      terminal: record.transaction.terminal,
      transaction: record.id,
      text: `The journal could not store what became of transaction ${record.id}: ${why}${evidenceOf(verdict)}`,
      remedy: "Free the disk or mend its rights. The terminal is asked again as soon as the journal works.",
    },
  });
}

/** What the terminal said, for the person who has to know it before the disk is mended. */
function evidenceOf(verdict: Verdict | undefined): string {
  if (verdict === undefined) return "";
  if (verdict.kind !== "approved") return ` The terminal said: ${verdict.kind}.`;
  const amount = verdict.amounts === undefined ? "" : ` ${formatMoney(verdict.amounts.approved)}`;
  const code = verdict.approvalCode === undefined ? "" : `, approval code ${verdict.approvalCode}`;
  return ` The terminal said: approved${amount}${code}.`;
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
