import type { Mutant } from "../mutant.ts";

const IN_A_SHOP = "test/daemon/account/account-in-a-shop.test.ts";

const TILL = "test/daemon/till.test.ts";
const LIMITS = "test/daemon/limits.test.ts";

/** Rules 6, 7, 9 and 10: cancels and limits, and what is asked of a terminal that is at rest. */
export const waitingMutants: readonly Mutant[] = [
  {
    id: "queued-sale-of-a-pos-that-is-gone",
    rule: 6,
    breaks: "The till crashed, the customer left, and a minute later the next customer is shown the last one's amount.",
    file: "src/daemon/departures.ts",
    find: "this.#gone(pos);",
    replace: "",
    killedBy: { file: TILL, name: "ends when its POS has been away for too long, and not when it comes back in time" },
  },
  {
    id: "queued-sales-of-everybody-go",
    rule: 6,
    breaks: "One till goes home, and the sales that wait of all the others are dropped with its own.",
    file: "src/daemon/terminal/terminal.ts",
    find: "if (record.transaction.pos === pos && this.#queue.remove(record))",
    replace: "if (record.transaction.pos !== '' && pos !== '' && this.#queue.remove(record))",
    killedBy: { file: LIMITS, name: "is what it has queued, and nothing of another POS" },
  },
  {
    id: "queued-sale-survives-a-restart",
    rule: 6,
    breaks: "What was waiting when the power went is still open in the morning, and the till waits for it.",
    file: "src/daemon/till.ts",
    find: 'if (stateOf(transaction) === "accepted") {',
    replace: 'if (stateOf(transaction) === "accepted" && transaction.cancelRequested) {',
    killedBy: { file: TILL, name: "ends with a restart: the customer has gone" },
  },
  {
    id: "queue-without-a-limit",
    rule: 6,
    breaks: "A sale waits for half an hour behind a broken terminal, and is then shown to whoever stands there.",
    file: "src/daemon/terminal/queue.ts",
    find: "if (this.remove(record)) expired(record);",
    replace: "void expired;",
    killedBy: { file: TILL, name: "ends after the queue limit as never sent" },
  },
  {
    id: "cancel-of-what-cannot-be-canceled",
    rule: 6,
    breaks:
      "The till is told that its cancel is on its way, at a terminal that cannot be asked: the customer pays in peace.",
    file: "src/daemon/transactions.ts",
    find: 'if (state === "dispatched" && deaf) {',
    replace: 'if (state === "settled" && deaf) {',
    killedBy: { file: LIMITS, name: "is refused, and changes nothing" },
  },
  {
    id: "queued-cancel-only-notes",
    rule: 6,
    breaks: "The cashier cancels a sale that waits, and it goes on waiting until the queue's limit.",
    file: "src/daemon/transactions.ts",
    find: "if (current.dispatched !== undefined) return { facts: [asked] };",
    replace: "if (current.dispatched !== undefined || current.outcome === undefined) return { facts: [asked] };",
    killedBy: {
      file: "test/daemon/races.test.ts",
      name: "a cancel and the queue limit: the first one stands, and nobody is alarmed",
    },
  },
  {
    id: "cancel-beats-the-result",
    rule: 6,
    breaks:
      "The cashier canceled a moment too late, the customer has paid, and the till is told that nothing was paid.",
    file: "src/daemon/terminal/settling.ts",
    find: "outcome: outcomeOf(word, 1) };",
    replace: `outcome: current.cancelRequested
        ? { kind: "canceled", by: "pos", revision: 1, decidedBy: word.decidedBy }
        : outcomeOf(word, 1) };`,
    killedBy: { file: LIMITS, name: "loses: the POS hears that money moved" },
  },
  {
    id: "unknown-is-never-told",
    rule: 7,
    breaks: "The terminal never answers, and the till shows `please wait` until the shop closes.",
    file: "src/daemon/terminal/endings.ts",
    find: "const { doubts, limits, log } = this.#ports;",
    replace: `if (since === "timeout") return;
    const { doubts, limits, log } = this.#ports;`,
    killedBy: { file: TILL, name: "an answer limit that passes settles unknown, and the late result resolves it" },
  },
  {
    id: "late-result-is-noise",
    rule: 7,
    breaks: "The terminal answers a minute late that the customer paid; the till was told `unknown`, and that stays.",
    file: "src/daemon/terminal/settling.ts",
    find: "if (!isDecided(current)) {",
    replace: 'if (!isDecided(current) && standing.kind !== "unknown") {',
    killedBy: { file: TILL, name: "an answer limit that passes settles unknown, and the late result resolves it" },
  },
  {
    id: "no-cancel-at-the-answer-limit",
    rule: 7,
    breaks: "The till gave up, and the terminal goes on asking the customer for a card that nobody waits for.",
    file: "src/daemon/terminal/actor.ts",
    find: 'return mayStop ? this.#give({ kind: "deadline" }) : this.#overdue(record);',
    replace: "return mayStop ? Promise.resolve() : this.#overdue(record);",
    killedBy: { file: LIMITS, name: "the terminal is asked to cancel, and its answer is the end" },
  },
  {
    id: "no-cancel-of-an-order-in-doubt",
    rule: 7,
    breaks:
      "The answer to the order was lost, the till gave up; the order lives on in the cloud, and the customer who is still there pays it.",
    file: "src/daemon/terminal/actor.ts",
    find: "const mayStop = this.runningOperation === record || (this.#running?.record === record && this.#mayOrderLive);",
    replace: "const mayStop = this.runningOperation === record;",
    killedBy: { file: IN_A_SHOP, name: "cancels it at the deadline, as the operation would" },
  },
  {
    id: "clock-set-back-stretches-the-limit",
    rule: 7,
    breaks: "Somebody sets the PC's clock back an hour, and for an hour the till hears nothing about its last sale.",
    file: "src/daemon/terminal/terminal.ts",
    find: "const clockWasSetBack = now < Date.parse(dispatched.at);",
    replace: "const clockWasSetBack = now > Infinity;",
    killedBy: { file: TILL, name: "with a clock that was set back over a restart, the deadline counts as passed" },
  },
  {
    id: "wall-clock-decides-a-limit",
    rule: 7,
    breaks: "The clock is set by the network while a sale is being stored, and the sale is thrown away as too late.",
    file: "src/daemon/terminal/dispatch.ts",
    find: "if (ports.clock.monotonicMs() >= deadlineMs)",
    replace: `if (ports.clock.now() - Date.parse(record.transaction.dispatched?.at ?? "") >= order.answerMs)`,
    killedBy: {
      file: "test/daemon/terminal/dispatch.test.ts",
      name: "given a wall clock that was set forward meanwhile, the answer limit does not notice",
    },
  },
  {
    id: "probe-that-moves-money",
    rule: 9,
    breaks: "Every few seconds an idle terminal is asked for a sale instead of a sign of life.",
    file: "src/drivers/getnet/reports.ts",
    find: "command: COMMANDS.poll,",
    replace: "command: COMMANDS.sale,",
    killedBy: {
      file: "test/drivers/getnet/properties.test.ts",
      name: "the device machine sends nothing that moves money, and answers every question once at most",
    },
  },
  {
    id: "discovery-that-speaks",
    rule: 9,
    breaks:
      "Looking for terminals writes to whatever listens in the shop's network: a scale, a fiscal printer, somebody's payment.",
    file: "src/discovery/reachability.ts",
    find: 'socket.on("connect", () => answer(true))',
    replace: 'socket.on("connect", () => socket.write("?", () => answer(true)))',
    killedBy: { file: "test/daemon/discovery/discovery.test.ts", name: "is asked by connecting, with nothing sent" },
  },
  {
    id: "stale-link-takes-money",
    rule: 10,
    breaks:
      "The terminal was unplugged during lunch: the first sale is sent into a dead cable, and is in doubt for minutes.",
    file: "src/daemon/terminal/freshness.ts",
    find: "return this.#silentMs < this.#limits.probeMs;",
    replace: "return this.#silentMs >= 0;",
    killedBy: {
      file: "test/daemon/terminal/freshness.test.ts",
      name: "is trusted with money for as long after the terminal was heard, and no longer",
    },
  },
  {
    id: "lost-link-takes-an-operation",
    rule: 10,
    breaks: "The link is gone and its loss is not yet noticed: the next customer's sale begins on it.",
    file: "src/daemon/terminal/actor.ts",
    find: "link === undefined || this.#outlet.connection.link !== link) return;",
    replace: "link === undefined) return;",
    killedBy: {
      file: LIMITS,
      name: "that was lost while the disk was slow takes no operation: that waits for the next link",
    },
  },
  {
    id: "no-rest-between-operations",
    rule: 10,
    breaks: "The next sale reaches a terminal that is still printing the last receipt, and it swallows it.",
    file: "src/daemon/terminal/freshness.ts",
    find: "return Math.max(0, this.#limits.restMs - this.#silentMs);",
    replace: "return 0;",
    killedBy: { file: LIMITS, name: "the terminal has its rest" },
  },
];
