import { done, refused, type Result } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import { PAGE_POS } from "../../core/pos.ts";
import type { Clock } from "../../core/ports.ts";
import { isPractice, practiceRequestId, PRACTICE_TERMINAL } from "../../core/practice.ts";
import type { TerminalState } from "../../core/terminal.ts";
import { isOpen } from "../../core/transaction.ts";
import type { Vendor } from "../../drivers/driver.ts";
import type { Caller, Practised, PracticeRequest, Seen, TransactionsApi } from "../api.ts";
import type { HousePorts } from "../built-terminals.ts";
import { Keyring, type SecretValues } from "../terminal/keyring.ts";
import { settleSurely } from "../terminal/settling.ts";
import { Terminal } from "../terminal/terminal.ts";
import { checkedTerminal } from "../terminal-check.ts";
import { NoSimulator, type PracticeSimulator, type StartSimulator } from "./simulator.ts";

export type PracticePorts = Omit<HousePorts, "accounts" | "secretValues" | "recorder"> & {
  readonly transactions: TransactionsApi;
  readonly startSimulator: StartSimulator;
};

/** Where the practice terminal stands while it is there. */
type Stage = { enter(terminal: Terminal): Disposable };

const READY_LIMIT_MS = 20_000;
const PAYMENT_LIMIT_MS = 60_000;

const PAGE: Caller = { pos: PAGE_POS, seesAll: false };

/** Takes a payment at a simulated terminal that is there for it alone. Whatever happens, it is gone afterwards and nothing is left open. */
export async function practise(
  request: PracticeRequest,
  ports: PracticePorts,
  stage: Stage,
  ended: AbortSignal,
): Promise<Result<Practised>> {
  const { vendors, startSimulator, log } = ports;
  const practised = [...vendors.values()].filter(canBePractised);
  const vendor = request.vendor === undefined ? practised[0] : practised.find(({ id }) => id === request.vendor);
  if (vendor === undefined) {
    const known = practised.map(({ id }) => id).join(", ");
    return refused("invalidParams", `Nobody can practise with ${request.vendor ?? "any vendor"}: there is ${known}.`, {
      field: "vendor",
    });
  }
  try {
    await using simulator = await startSimulator(vendor, ended);
    const terminal = await practiceTerminal(vendor, request, simulator, ports);
    if (terminal.kind === "refused") return terminal;
    return await payAt(terminal.value, request, simulator, { ports, stage, ended });
  } catch (error) {
    if (!(error instanceof NoSimulator)) throw error;
    log.warn("practice.noSimulator", "the simulated terminal of a practice payment is not there", {
      why: error.message,
    });
    return refused(
      "terminalOffline",
      `The simulated terminal could not be started: ${error.message}. No payment was begun.`,
    );
  }
}

/** A vendor's cloud has accounts and devices, which a person would have to invent first. */
function canBePractised({ links }: Vendor): boolean {
  return links.some((link) => link !== "cloud");
}

type Standing = {
  readonly terminal: Terminal;
  /** Whether it came to one of these states, before it was given up or took too long. */
  readonly reaches: (states: readonly TerminalState[], givenUp: Promise<unknown>) => Promise<boolean>;
};

async function practiceTerminal(
  vendor: Vendor,
  { amount }: PracticeRequest,
  { link }: PracticeSimulator,
  { bindLink, vendors, records, clock, crypto, log, limits, emit }: PracticePorts,
): Promise<Result<Standing>> {
  const config = { id: PRACTICE_TERMINAL, vendor: vendor.id, link, settings: { currency: amount.currency } };
  const checked = checkedTerminal(vendors, bindLink)(config);
  if (checked.kind === "faulty") {
    const [fault] = checked.faults;
    return refused("invalidParams", `Practising with ${vendor.name}: ${fault?.field} ${fault?.why}.`, {
      field: "amount",
    });
  }
  let look = () => {};
  const terminal: Terminal = new Terminal({
    config,
    vendor,
    settings: checked.settings,
    place: { link, medium: checked.medium },
    find: () => Promise.resolve([]),
    isFree: () => false,
    ownerOf: () => undefined,
    metNeighbour: () => false,
    keep: () => undefined,
    keyring: await Keyring.open(PRACTICE_TERMINAL, secretsInMemory(), crypto, log),
    seat: undefined,
    records,
    clock,
    crypto,
    log,
    limits,
    // Who watches terminals never sees it.
    emit: (event) => {
      if (event.kind === "terminalState") look();
      else if (event.kind !== "pairing") emit(event);
    },
  });
  const reaches: Standing["reaches"] = async (states, givenUp) => {
    const there = Promise.withResolvers<undefined>();
    const isThere = () => states.includes(terminal.state);
    look = () => {
      if (isThere()) there.resolve(undefined);
    };
    look();
    await within(READY_LIMIT_MS, Promise.race([there.promise, givenUp]), clock);
    return isThere();
  };
  return done({ terminal, reaches });
}

type Around = { readonly ports: PracticePorts; readonly stage: Stage; readonly ended: AbortSignal };

async function payAt(
  { terminal, reaches }: Standing,
  { amount }: PracticeRequest,
  simulator: PracticeSimulator,
  { ports, stage, ended }: Around,
): Promise<Result<Practised>> {
  const { transactions, clock, crypto } = ports;
  const givenUp = Promise.race([simulator.gone, whenAborted(ended)]).then(() => false as const);
  using standing = stage.enter(terminal);
  let started: string | undefined;
  try {
    terminal.start([]);
    if (!(await reaches(["ready", "unpaired"], givenUp))) return notThere();
    // Nobody stands at it: the simulated terminal agrees by itself.
    if (terminal.state === "unpaired") {
      const paired = await Promise.race([terminal.deviceRequests.pair(undefined), givenUp]);
      if (paired === false) return notThere();
      if (paired.kind === "refused") return paired;
      if (!(await reaches(["ready"], givenUp))) return notThere();
    }
    const requestId = practiceRequestId(newId(clock, crypto));
    const operation = { type: "sale", amount } as const;
    const start = await transactions.start(PAGE, { terminal: PRACTICE_TERMINAL, requestId, operation });
    if (start.kind === "refused") return start;
    started = start.value.transaction.id;
    const settled = transactions.whenSettled(PAGE, { transaction: started }).then(() => undefined);
    await within(PAYMENT_LIMIT_MS, Promise.race([settled, givenUp]), clock);
  } finally {
    // Nobody begins anything else there from here on.
    standing[Symbol.dispose]();
    await terminal.close(0);
    await leaveNothingOpen(ports);
  }
  const seen = await toldAlready(started, ports);
  return seen.kind === "refused" ? seen : done({ seen: seen.value, vendor: terminal.vendor.id });
}

/**
 * With its simulator the only evidence is gone, and what it had in hand was never money. The page may have begun more there than
 * this payment.
 */
async function leaveNothingOpen({ records, clock, log }: PracticePorts): Promise<void> {
  const left = [...records.open()].filter(({ transaction }) => isPractice(transaction));
  for (const { id } of left) {
    await records.use(id, async (record) => {
      if (record === undefined || !isOpen(record.transaction)) return;
      const why = "it was a practice, and its simulated terminal has gone: no money can have moved";
      await settleSurely(record, { kind: "notPerformed", reason: "noRecord" }, { clock, log }, why);
    });
  }
}

/** Whoever asked gets it as an answer: it need not be told the page again with its next session. */
async function toldAlready(transaction: string, { transactions }: PracticePorts): Promise<Result<Seen>> {
  const seen = await transactions.get(PAGE, { transaction });
  const revision = seen.kind === "done" ? seen.value.transaction.outcome?.revision : undefined;
  return revision === undefined ? seen : transactions.acknowledge(PAGE, { transaction }, revision);
}

function notThere() {
  return refused(
    "terminalOffline",
    "The simulated terminal was started, and did not come to be ready. No payment was begun; try again.",
  );
}

/** Resolves with what is awaited, or when that takes too long. */
async function within(limitMs: number, awaited: Promise<unknown>, clock: Clock): Promise<void> {
  const late = Promise.withResolvers<undefined>();
  const timer = clock.after(limitMs, () => late.resolve(undefined));
  try {
    await Promise.race([awaited, late.promise]);
  } finally {
    timer.cancel();
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** What is paired for a practice is forgotten with it. */
function secretsInMemory(): SecretValues {
  const values = new Map<string, string>();
  return {
    read: async (name) => values.get(name),
    set: async (name, value) => void values.set(name, value),
    remove: async (name) => values.delete(name),
  };
}
