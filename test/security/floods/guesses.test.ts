import assert from "node:assert/strict";
import { test } from "node:test";
import { openHall, SOCKETS, type Guest, type Hall } from "./hall.ts";

const LIMIT = { timeout: 110_000 };
const TOKENS = 100_000;
/** A code dies of five wrong tries: more of them are only noise. */
const CODES = 20_000;
/** All that a guesser may hold, with one place for the till. */
const AT_ONCE = SOCKETS - 1;
const GUESSES_A_SOCKET = 5;
const MOST_LINES = 1_000;

/** Guesses on every socket that there is, each guess as soon as the one before was answered; a socket that ends is opened again. */
async function guess(
  { hall, pos, times }: { readonly hall: Hall; readonly pos: Guest; readonly times: number },
  method: string,
  params: object,
): Promise<readonly string[]> {
  const reasons: string[] = [];
  while (reasons.length < times) {
    const guests = Array.from({ length: AT_ONCE }, () => hall.enter()).filter((guest) => guest !== undefined);
    for (const guest of guests) {
      for (let count = 0; count < GUESSES_A_SOCKET + 1; count += 1) guest.send(method, params);
    }
    await hall.clock.advance(2_000);
    assert.deepEqual(new Set(guests.map((guest) => guest.closedWith())), new Set([4002]), "it ends at the fifth");
    for (const { said } of guests) {
      for (const { error } of said) if (error !== undefined) reasons.push(String(error.data["reason"]));
    }
    await hall.sell(pos);
  }
  return reasons;
}

test("100,000 wrong tokens open nothing, lock nobody out, and are told in few words", LIMIT, async (t) => {
  const hall = openHall(t);
  const pos = await hall.enterTill();
  const timers = hall.clock.pendingTimers();

  const reasons = await guess({ hall, pos, times: TOKENS }, "session.open", {
    protocol: 1,
    pos: "till-1",
    token: "guessed",
  });

  assert.deepEqual(new Set(reasons), new Set(["unauthorized"]));
  assert.equal(hall.sockets(), 1);
  assert.ok(hall.clock.pendingTimers() <= timers + 1, "one that tells of the refusals later");
  assert.ok(hall.log.lines.length < MOST_LINES, `${hall.log.lines.length} lines`);
  await hall.sell(await hall.enterTill());
});

test("20,000 wrong pairing codes pair nobody, and a till that is paired does not notice", LIMIT, async (t) => {
  const hall = openHall(t);
  const pos = await hall.enterTill();

  const reasons = await guess({ hall, pos, times: CODES }, "session.pair", { pos: "till-1", code: "ABCDEFGH" });

  assert.deepEqual(new Set(reasons), new Set(["pairingFailed"]));
  assert.equal(hall.sockets(), 1);
  assert.ok(hall.log.lines.length < MOST_LINES, `${hall.log.lines.length} lines`);
  await hall.sell(await hall.enterTill());
});
