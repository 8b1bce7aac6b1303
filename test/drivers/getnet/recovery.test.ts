import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Doubt } from "../../../src/drivers/driver.ts";
import { recoverMachine } from "../../../src/drivers/getnet/recovery.ts";
import {
  BASELINE_RECORD,
  Bench,
  CLOSE,
  doubtOf,
  IDENTITY,
  memoryAnswers,
  NOT_RECEIVED,
  orderOf,
  play,
  RECEIVED,
  record,
  REFUND_ORDER,
  reply,
  SALE_ORDER,
  SERIAL,
  settingsWith,
  TCP,
  TRANSACTION,
  VOID_ORDER,
} from "./support.ts";

const QUIET_MS = 180_000;
const LONG_MS = 400_000;

const saleDoubt = (changes: Partial<Doubt["dispatched"]> = {}, canceled = false): Doubt =>
  doubtOf(SALE_ORDER, TRANSACTION, changes, canceled);
const VOID_DOUBT = doubtOf(VOID_ORDER, "void 17");
const REFUND_DOUBT = doubtOf(REFUND_ORDER, "refund 250349");

function resumed(doubt: Doubt, claimed: readonly string[] = [], settings: JsonObject = {}, link = SERIAL): Bench {
  const bench = new Bench(recoverMachine(doubt, settingsWith(settings)), claimed);
  bench.give({ kind: "resumed", link, pending: [] });
  return bench;
}

const BASELINE_VOUCHER = [100, BASELINE_RECORD] as const;
const OURS = [100, record()] as const;
/** A sale that another transaction of this journal made and claims. */
const CLAIMED = [100, record({ Ticket: "OTHER", OperationId: 17, AuthorizationCode: "250349" })] as const;
const CLAIM = "getnet/100/597029/70012345/17/250349/OTHER";
const UNCHANGED = [BASELINE_VOUCHER];

function assertGaveUp(bench: Bench, why: RegExp): void {
  assert.equal(bench.settled, undefined);
  assert.match(bench.all("giveUp")[0]?.why ?? "nothing was given up", why);
  assert.equal(bench.all("giveUp").length, 1);
}

function assertFound(bench: Bench): void {
  assert.deepEqual([bench.settled?.kind, bench.all("settle").length, bench.ended], ["approved", 1, true]);
}

describe("a sale in doubt", () => {
  it("is approved as soon as LastVoucher tells our ticket, with the movement that its reply would have had", () => {
    const bench = resumed(saleDoubt());
    play(bench, memoryAnswers([...UNCHANGED, OURS]), 2_000);
    assertFound(bench);
    assert.equal(bench.all("settle")[0]?.movement, `getnet/100/597029/70012345/18/250360/${TRANSACTION}`);
    assert.deepEqual(bench.commands, [106, 101]);
  });

  it("is found in Details when another voucher came after it", () => {
    const bench = resumed(saleDoubt());
    play(bench, memoryAnswers([...UNCHANGED, OURS, CLAIMED]), 2_000);
    assertFound(bench);
    assert.deepEqual(bench.commands, [106, 101, 105]);
  });

  it("is found by the ticket that was dispatched, whatever the settings say by now", () => {
    const bench = resumed(doubtOf(SALE_ORDER, TRANSACTION.slice(-12)), [], { ticketLength: 20 });
    play(bench, memoryAnswers([[100, record({ Ticket: TRANSACTION.slice(-12) })]]), 2_000);
    assertFound(bench);
  });

  it("asks without printing, one command at a time, with a rest between two", () => {
    const bench = resumed(saleDoubt());
    assert.deepEqual(bench.commands, []);
    bench.elapse(250);
    bench.elapse(2_000);
    assert.deepEqual(bench.commands, [106]);
    bench.hear(RECEIVED);
    bench.hear(reply(106, 0));
    bench.elapse(249);
    assert.deepEqual(bench.commands, [106]);
    bench.elapse(1);
    assert.deepEqual(bench.commands, [106, 101]);
    assert.equal(bench.requests[1]?.fields["PrintOnPos"], false);
  });

  it("asks at least every 5 s, also a terminal that does not answer", () => {
    for (const answers of [memoryAnswers(UNCHANGED), () => undefined]) {
      const bench = resumed(saleDoubt());
      for (let second = 0; second < 60; second += 5) {
        const before = bench.commands.length;
        play(bench, answers, 5_000);
        assert.ok(bench.commands.length > before, `asked nothing after ${second} s`);
      }
    }
  });

  for (const [what, fields, why] of [
    ["another amount", { Amount: 12_501 }, /approved 12501, and 12500/],
    ["another terminal", { TerminalId: "70099999" }, /another merchant or terminal/],
    ["another merchant", { CommerceCode: 597030 }, /another merchant or terminal/],
  ] as const) {
    it(`goes to a person when its voucher tells ${what}`, () => {
      const bench = resumed(saleDoubt());
      play(bench, memoryAnswers([[100, record(fields)]]), 2_000);
      assertGaveUp(bench, why);
    });
  }

  it("goes to a person when it was made and taken back", () => {
    const bench = resumed(saleDoubt());
    play(bench, memoryAnswers([...UNCHANGED, OURS, [102, record()]]), 2_000);
    assertGaveUp(bench, /took it back/);
  });

  it("goes to a person when Details lists its ticket twice", () => {
    const bench = resumed(saleDoubt());
    play(bench, memoryAnswers([OURS, [100, record({ OperationId: 19 })], CLAIMED]), 2_000);
    assertGaveUp(bench, /cannot be told apart/);
  });

  it("takes a terminal's leading zeros for what they are", () => {
    const bench = resumed(saleDoubt({ identity: { terminalId: "0070012345", commerceCode: "0597029" } }));
    play(bench, memoryAnswers([OURS]), 2_000);
    assertFound(bench);
  });
});

describe("that a sale was never made", () => {
  it("is proved by two looks after the quiet time, and not before", () => {
    const bench = resumed(saleDoubt());
    play(bench, memoryAnswers(UNCHANGED), QUIET_MS);
    assert.deepEqual([bench.settled, bench.all("giveUp")], [undefined, []]);
    const before = bench.commands.length;
    play(bench, memoryAnswers(UNCHANGED), 20_000);
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
    assert.deepEqual(bench.all("settle")[0]?.movement, undefined);
    const decisive = bench.commands.slice(before);
    assert.deepEqual(decisive.slice(decisive.indexOf(114) - 1), [106, 114, 101, 105, 106, 101, 105]);
  });

  it("is proved as well when the newer vouchers are those of our other transactions", () => {
    const bench = resumed(saleDoubt(), [CLAIM]);
    play(bench, memoryAnswers([...UNCHANGED, CLAIMED]), LONG_MS);
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
  });

  it("is proved after a close of ours, since what we did afterwards is still listed", () => {
    const bench = resumed(saleDoubt(), [CLAIM]);
    play(bench, memoryAnswers([CLAIMED]), LONG_MS);
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
  });

  it("is proved by an unchanged last voucher of an earlier batch", () => {
    const bench = resumed(saleDoubt());
    play(bench, memoryAnswers(UNCHANGED, { 105: [RECEIVED, reply(105, 0, { SaleDetails: [] })] }), LONG_MS);
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
  });

  it("does not need records that tell their function", () => {
    const refund = record({ Ticket: "OTHER", OperationId: 20, AuthorizationCode: "250349" });
    const claims = ["getnet/108/597029/70012345/20/250349/-"];
    const bench = resumed(saleDoubt(), claims);
    play(bench, memoryAnswers([...UNCHANGED, [108, refund]]), LONG_MS);
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
  });

  it("needs the quiet time anew after a reconnect", () => {
    const first = resumed(saleDoubt());
    play(first, memoryAnswers(UNCHANGED), QUIET_MS - 1_000);
    const again = resumed(saleDoubt());
    play(again, memoryAnswers(UNCHANGED), QUIET_MS - 1_000);
    assert.deepEqual([first.settled, again.settled], [undefined, undefined]);
  });

  it("needs two absences in a row: one that is followed by an unanswered look counts for nothing", () => {
    const bench = resumed(saleDoubt(), [], { quietMs: 0 });
    let asked = 0;
    const answers = (command: number) => {
      const isSecond = command === 105 && ++asked === 3;
      return isSecond ? undefined : memoryAnswers(UNCHANGED)(command);
    };
    play(bench, answers, LONG_MS);
    assert.equal(bench.settled?.kind, "notPerformed");
    // The look that the quiet time ended in, one absence, the unanswered one, and two absences.
    assert.equal(asked, 5);
  });

  for (const [what, vouchers, doubt, why] of [
    [
      "an unknown voucher is newer",
      [...UNCHANGED, [100, record({ Ticket: "MANUAL2", OperationId: 10 })]],
      saleDoubt(),
      /operation 10 since/,
    ],
    [
      "a voucher without number is unknown",
      [...UNCHANGED, [100, record({ Ticket: "X", OperationId: null })]],
      saleDoubt(),
      /since/,
    ],
    [
      "a void that nobody knows is newer",
      [...UNCHANGED, [102, record({ Ticket: "X", OperationId: 3 })]],
      saleDoubt(),
      /since/,
    ],
    ["the baseline is gone: the batch was closed", [], saleDoubt(), /closed/],
    [
      "the terminal had no voucher before, and has none now",
      [],
      saleDoubt({ baseline: { version: 1, movement: null } }),
      /closed/,
    ],
    ["no baseline is known", UNCHANGED, saleDoubt({ baseline: {} }), /since/],
    [
      "a baseline of another version cannot be read",
      UNCHANGED,
      saleDoubt({ baseline: { ...saleDoubt().dispatched.baseline, version: 2 } }),
      /since/,
    ],
    [
      "another terminal answers",
      UNCHANGED,
      saleDoubt({ identity: { ...IDENTITY, serialNumber: "SN-2" } }),
      /another terminal/,
    ],
    ["nobody knows which terminal it was", UNCHANGED, saleDoubt({ identity: {} }), /cannot be told/],
  ] as const) {
    it(`is not proved when ${what}`, () => {
      const bench = resumed(saleDoubt(doubt.dispatched));
      play(bench, memoryAnswers(vouchers), LONG_MS);
      assertGaveUp(bench, why);
    });
  }

  it("is not proved where the dispatch knew no identity", () => {
    const { identity: _unknown, ...dispatched } = saleDoubt().dispatched;
    const bench = resumed({ ...saleDoubt(), dispatched });
    play(bench, memoryAnswers(UNCHANGED), LONG_MS);
    assertGaveUp(bench, /cannot be told/);
  });

  it("an older voucher that nobody claims does not stand in the way, while the baseline is in the same batch", () => {
    const older = [100, record({ Ticket: "MANUAL0", OperationId: 8 })] as const;
    const bench = resumed(saleDoubt());
    play(bench, memoryAnswers([older, BASELINE_VOUCHER]), LONG_MS);
    assert.equal(bench.settled?.kind, "notPerformed");
    const closed = resumed(saleDoubt(), [CLAIM]);
    play(closed, memoryAnswers([older, CLAIMED]), LONG_MS);
    assertGaveUp(closed, /operation 8 since/);
  });

  it("is not proved by a terminal that only answers the poll", () => {
    const bench = resumed(saleDoubt());
    play(bench, memoryAnswers([], { 101: undefined, 105: undefined }), LONG_MS);
    assertGaveUp(bench, /does not answer/);
  });

  it("is not proved by Details that are no list, or an error", () => {
    for (const details of [
      reply(105, 0, {}),
      reply(105, 0, { SaleDetails: ["x"] }),
      reply(105, 3),
      reply(0, 0, {}, "Mensaje mal formado"),
      NOT_RECEIVED,
    ]) {
      const bench = resumed(saleDoubt());
      play(bench, memoryAnswers(UNCHANGED, { 105: [RECEIVED, details] }), LONG_MS);
      assertGaveUp(bench, /does not/);
    }
  });

  it("is proved without a serial number where merchant and terminal are known from the vouchers", () => {
    for (const answer of [undefined, [NOT_RECEIVED], [RECEIVED, reply(0, 0, {}, "Mensaje mal formado")]]) {
      const { serialNumber: _none, ...identity } = IDENTITY;
      const bench = resumed(saleDoubt({ identity }));
      play(bench, memoryAnswers(UNCHANGED, { 114: answer }), LONG_MS);
      assert.equal(bench.settled?.kind, "notPerformed");
    }
  });
});

describe("the terminal's late word", () => {
  it("settles at once, is acknowledged, and takes the link along when an answer is still owed", () => {
    const bench = resumed(saleDoubt());
    bench.elapse(300);
    const effects = bench.hear(reply(100, 0, record())).map(({ kind }) => kind);
    assert.deepEqual(effects, ["settle", "arm", "send", "dropLink"]);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("leaves the link when nothing is owed", () => {
    const bench = resumed(saleDoubt());
    bench.hear(reply(100, 0, record()));
    assert.deepEqual([bench.settled?.kind, bench.all("done").length], ["approved", 1]);
  });

  it("is told after a person was asked, too", () => {
    const bench = resumed(saleDoubt());
    play(bench, memoryAnswers([]), LONG_MS);
    assertGaveUp(bench, /closed/);
    bench.hear(reply(100, 0, record()));
    assertFound(bench);
  });

  for (const [canceled, by] of [
    [true, "pos"],
    [false, "operator"],
  ] as const) {
    it(`of a cancel is ${by}'s`, () => {
      const bench = resumed(saleDoubt({}, canceled));
      bench.hear(reply(100, 1, { Ticket: TRANSACTION }, "Operacion Cancelada"));
      assert(bench.settled?.kind === "canceled");
      assert.equal(bench.settled.by, by);
    });
  }

  it("is a decline with our ticket, also while LastVoucher is asked", () => {
    const bench = resumed(saleDoubt());
    play(bench, memoryAnswers([], { 101: [RECEIVED, reply(100, 5, { Ticket: TRANSACTION })] }), 1_000);
    assert.equal(bench.settled?.kind, "declined");
  });

  for (const [what, message] of [
    ["a refusal without a ticket", reply(100, 5)],
    ["a refusal of another ticket", reply(100, 5, { Ticket: "OTHER" })],
    ["an approval of another ticket", reply(100, 0, record({ Ticket: "OTHER" }))],
    ["another device's voucher", reply(100, 0, record({ TerminalId: "1" }))],
    ["a reply without ResponseCode", { kind: "reply", functionCode: 100, text: "", fields: record() }],
    ["another command's reply", reply(102, 0, record())],
    ["FunctionCode 0", reply(0, 0, record(), "Mensaje mal formado")],
    ["a refused question", NOT_RECEIVED],
  ] as const) {
    it(`is not: ${what}`, () => {
      const bench = resumed(saleDoubt());
      bench.hear(message);
      assert.deepEqual([bench.settled, bench.all("giveUp")], [undefined, []]);
    });
  }

  it("with another amount goes to a person", () => {
    const bench = resumed(saleDoubt());
    bench.hear(reply(100, 0, record({ Amount: 1 })));
    assertGaveUp(bench, /approved 1, and 12500/);
  });

  it("is not acknowledged on TCP", () => {
    const bench = resumed(saleDoubt(), [], {}, TCP);
    bench.hear(reply(100, 0, record()));
    assert.equal(bench.acknowledgements, 0);
  });
});

describe("a void in doubt", () => {
  const ORIGINAL_SALE = [100, record({ Ticket: "OLD", OperationId: 17, AuthorizationCode: "250349" })] as const;
  const SALE_CLAIM = "getnet/100/597029/70012345/17/250349/OLD";
  const VOIDED = [102, record({ Ticket: "OLD", OperationId: 17, AuthorizationCode: "250349" })] as const;

  it("is found by its function and OperationId", () => {
    const bench = resumed(VOID_DOUBT, [SALE_CLAIM]);
    play(bench, memoryAnswers([...UNCHANGED, ORIGINAL_SALE, VOIDED]), 2_000);
    assertFound(bench);
    assert.equal(bench.all("settle")[0]?.movement, "getnet/102/597029/70012345/17/250349/-");
  });

  it("is found although its number is below the baseline's: it is the original's", () => {
    const baseline = { version: 1, movement: "getnet/100/597029/70012345/30/9/MANUAL", operationId: 30 };
    const newest = [100, record({ Ticket: "MANUAL", OperationId: 30, AuthorizationCode: "9" })] as const;
    const bench = resumed(doubtOf(VOID_ORDER, "void 17", { baseline }), [SALE_CLAIM]);
    play(bench, memoryAnswers([ORIGINAL_SALE, newest, VOIDED]), 2_000);
    assertFound(bench);
  });

  it("is not the void that was there before", () => {
    const baseline = { version: 1, movement: "getnet/102/597029/70012345/17/250349/-", operationId: 17 };
    const bench = resumed(doubtOf(VOID_ORDER, "void 17", { baseline }), [SALE_CLAIM]);
    play(bench, memoryAnswers([ORIGINAL_SALE, VOIDED]), LONG_MS);
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
  });

  it("was never made when the last voucher is still one of ours", () => {
    const bench = resumed(VOID_DOUBT, [SALE_CLAIM]);
    play(bench, memoryAnswers([...UNCHANGED, ORIGINAL_SALE]), LONG_MS);
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
  });

  it("goes to a person when only Details answers, since it need not tell voids", () => {
    const bench = resumed(VOID_DOUBT, [SALE_CLAIM]);
    const mute = { 101: [RECEIVED, reply(101, 2, {}, "No disponible")] };
    play(bench, memoryAnswers([...UNCHANGED, ORIGINAL_SALE], mute), LONG_MS);
    assertGaveUp(bench, /last operation/);
  });

  it("goes to a person when the amount differs", () => {
    const bench = resumed(VOID_DOUBT);
    play(bench, memoryAnswers([[102, record({ OperationId: 17, Amount: 1 })]]), 2_000);
    assertGaveUp(bench, /approved 1/);
  });

  it("hears its own late reply", () => {
    const bench = resumed(VOID_DOUBT);
    bench.hear(reply(102, 0, { OperationId: 17, AuthorizationCode: "250349", Success: true }));
    assertFound(bench);
  });
});

describe("a refund in doubt", () => {
  const refunded = (operationId: number) =>
    [108, record({ Ticket: "OLD", OperationId: operationId, AuthorizationCode: "250349" })] as const;
  const claimOf = (operationId: number): string => `getnet/108/597029/70012345/${operationId}/250349/-`;

  it("is found by its function, AuthorizationCode and amount, newer than the baseline", () => {
    const bench = resumed(REFUND_DOUBT);
    play(bench, memoryAnswers([...UNCHANGED, refunded(31)]), 2_000);
    assertFound(bench);
    assert.equal(bench.all("settle")[0]?.movement, claimOf(31));
  });

  it("is told from a twin that another transaction claims", () => {
    const bench = resumed(REFUND_DOUBT, [claimOf(30)]);
    play(bench, memoryAnswers([...UNCHANGED, refunded(30), refunded(31)]), 2_000);
    assertFound(bench);
    assert.equal(bench.all("settle")[0]?.movement, claimOf(31));
  });

  it("goes to a person when there are equal twins", () => {
    const bench = resumed(REFUND_DOUBT);
    play(bench, memoryAnswers([...UNCHANGED, refunded(30), refunded(31)]), 2_000);
    assertGaveUp(bench, /cannot be told apart/);
  });

  it("is not an equal one in Details that may be from before", () => {
    const listed = [108, { FunctionCode: 108, ...refunded(5)[1] }] as const;
    for (const [newest, claimed] of [
      [BASELINE_VOUCHER, []],
      [CLAIMED, [CLAIM]],
    ] as const) {
      const nothingNew = resumed(REFUND_DOUBT, claimed);
      play(nothingNew, memoryAnswers([BASELINE_VOUCHER, listed, newest]), LONG_MS);
      assertGaveUp(nothingNew, /operation 5 since/);
    }
    const stranger = [100, record({ Ticket: "KEYPAD", OperationId: 32 })] as const;
    const newer = resumed(REFUND_DOUBT);
    play(newer, memoryAnswers([BASELINE_VOUCHER, listed, stranger]), 2_000);
    assertGaveUp(newer, /may be from before/);
  });

  it("is not denied where its number is one that another refund had: numbers may start again", () => {
    const bench = resumed(REFUND_DOUBT, [claimOf(31)]);
    play(bench, memoryAnswers([...UNCHANGED, refunded(31)]), LONG_MS);
    assertGaveUp(bench, /equal to another refund's/);
  });

  it("is not a refund of another amount, which goes to a person", () => {
    const bench = resumed(REFUND_DOUBT);
    const other = [108, record({ OperationId: 31, AuthorizationCode: "250349", Amount: 300 })] as const;
    play(bench, memoryAnswers([...UNCHANGED, other]), LONG_MS);
    assertGaveUp(bench, /operation 31 since/);
  });

  it("is not the refund that was there before", () => {
    const baseline = { version: 1, movement: claimOf(31), operationId: 31 };
    const bench = resumed(doubtOf(REFUND_ORDER, "refund 250349", { baseline }));
    play(bench, memoryAnswers([refunded(31)]), LONG_MS);
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
  });

  it("hears its own late reply, which carries no amount", () => {
    const bench = resumed(REFUND_DOUBT);
    bench.hear(reply(108, 0, { OperationId: 31, AuthorizationCode: "250349", Success: true }));
    assertFound(bench);
    const withAmount = resumed(REFUND_DOUBT);
    withAmount.hear(reply(108, 0, record({ OperationId: 31, AuthorizationCode: "250349" })));
    assert.equal(withAmount.settled, undefined);
  });

  it("is left to a person where the terminal does not tell the original", () => {
    const bench = resumed(REFUND_DOUBT, [], { referencesEchoed: false });
    play(bench, memoryAnswers([...UNCHANGED, refunded(31)]), LONG_MS);
    assertGaveUp(bench, /since/);
  });

  it("is left to a person there, too, where the last refund has the name of one that is ours: numbers may start again", () => {
    const untold = { referencesEchoed: false };
    const claimed = resumed(REFUND_DOUBT, [claimOf(31)], untold);
    play(claimed, memoryAnswers([...UNCHANGED, refunded(31)]), LONG_MS);
    assertGaveUp(claimed, /does not tell whether it is the one/);
    const baseline = { version: 1, movement: claimOf(31), operationId: 31 };
    const before = resumed(doubtOf(REFUND_ORDER, "refund 250349", { baseline }), [], untold);
    play(before, memoryAnswers([refunded(31)]), LONG_MS);
    assertGaveUp(before, /does not tell whether it is the one/);
    const sold = resumed(REFUND_DOUBT, [CLAIM], untold);
    play(sold, memoryAnswers([...UNCHANGED, CLAIMED]), LONG_MS);
    assert.deepEqual(sold.settled, { kind: "notPerformed", reason: "noRecord" });
  });
});

describe("a reconciliation in doubt", () => {
  const closing = (): Bench => resumed(doubtOf(orderOf(CLOSE), TRANSACTION));

  it("is a person's, with the totals as evidence", () => {
    const bench = closing();
    play(bench, memoryAnswers([]), 1_000);
    assertGaveUp(bench, /0 transactions, 900/);
    assert.deepEqual(bench.commands, [104]);
  });

  it("is a person's without totals, once the terminal answers anything: no question is left behind", () => {
    const bench = closing();
    play(bench, memoryAnswers([], { 104: undefined }), 59_000);
    assert.deepEqual(bench.all("giveUp"), []);
    play(bench, memoryAnswers([], { 104: undefined }), 10_000);
    assertGaveUp(bench, /could not be read/);
    assert.deepEqual(bench.commands, [104, 106]);
  });

  it("hears its own late reply", () => {
    const bench = closing();
    bench.hear(reply(103, 0, { Success: true }));
    assertFound(bench);
    const after = closing();
    play(after, memoryAnswers([]), 1_000);
    after.hear(reply(103, 0, { Success: true }));
    assertFound(after);
  });

  it("takes the link along when the totals are still owed", () => {
    const bench = closing();
    bench.elapse(300);
    bench.hear(reply(103, 5));
    assert.deepEqual([bench.settled?.kind, bench.all("dropLink").length], ["declined", 1]);
  });
});

describe("the recovery's link", () => {
  it("is dropped when the terminal is silent for as long as a sale may take, not before", () => {
    for (const doubt of [saleDoubt(), doubtOf(orderOf(CLOSE), TRANSACTION)]) {
      const bench = resumed(doubt);
      bench.elapse(129_999);
      assert.deepEqual(bench.all("dropLink"), []);
      bench.elapse(1);
      assert.equal(bench.all("dropLink").length, 1);
    }
  });

  it("that closes after each reply allows one question: found, or a person's", () => {
    const found = resumed(saleDoubt(), [], { closesAfterReply: true }, TCP);
    play(found, memoryAnswers([OURS]), 1_000);
    assertFound(found);
    const notFound = resumed(saleDoubt(), [], { closesAfterReply: true }, TCP);
    play(notFound, memoryAnswers(UNCHANGED), 1_000);
    assertGaveUp(notFound, /closes the link/);
    assert.deepEqual(notFound.commands, [101]);
  });

  it("lost, it does nothing more", () => {
    const bench = resumed(saleDoubt());
    bench.give({ kind: "linkLost", loss: "failed" });
    assert.deepEqual(bench.hear(reply(100, 0, record())), []);
  });
});

describe("a doubt that can no longer be read", () => {
  it("is a person's", () => {
    const { original: _gone, ...order } = VOID_ORDER;
    const bench = resumed(doubtOf(order, "void 17"));
    assertGaveUp(bench, /can no longer be read/);
  });
});
