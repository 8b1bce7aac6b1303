import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AuditEntry } from "../../../src/journal/journal.ts";
import { createRefusalAudit } from "../../../src/daemon/server/refusal-audit.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const MINUTE_MS = 60_000;

function opened(write: () => Promise<void> = () => Promise.resolve()) {
  const clock = createVirtualClock();
  const log = createKeptLog();
  const entries: AuditEntry[] = [];
  const audit = async (entry: AuditEntry) => {
    await write();
    entries.push(entry);
  };
  const isKnown = (pos: string) => pos.startsWith("till-");
  const refusals = createRefusalAudit({ clock, log, isKnown, audit });
  const told = () => entries.map(({ what, by, detail }) => ({ what, by, ...(JSON.parse(detail) as object) }));
  return { clock, log, entries, refusals, told };
}

const WRONG_TOKEN = { pos: "till-1", detail: "wrong token" };

describe("A refusal", () => {
  it("is in the audit and in the log at once", async () => {
    const { clock, log, refusals, told } = opened();

    refusals.refused("unauthorized", { ...WRONG_TOKEN, origin: "https://evil.example" });
    await clock.settle();

    const about = { pos: "till-1", origin: "https://evil.example", why: "wrong token" };
    assert.deepEqual(told(), [{ what: "refused: unauthorized", by: "till-1", ...about }]);
    assert.deepEqual(JSON.parse(log.whole[0] ?? ""), {
      level: "warn",
      event: "access.refused",
      message: "Somebody was refused.",
      kind: "unauthorized",
      ...about,
    });
  });

  it("that goes on is told as a number, a minute later, then less and less often, and none is left out", async () => {
    const { clock, refusals, told } = opened();
    for (let seconds = 0; seconds < 3_600; seconds += 1) {
      refusals.refused("unauthorized", WRONG_TOKEN);
      await clock.advance(1_000);
    }
    await clock.advance(20 * MINUTE_MS);

    const times = told().map((entry) => ("times" in entry ? entry.times : 1));
    assert.deepEqual(times, [1, 59, 120, 240, 480, 600, 600, 600, 600, 300]);
    assert.equal(clock.pendingTimers(), 0, "it is forgotten when it was over for a while");
    assert.equal(refusals.counts().unauthorized, 3_600);
  });

  it("of another kind, of another POS or from another page is one of its own", async () => {
    const { clock, refusals, entries } = opened();
    refusals.refused("unauthorized", WRONG_TOKEN);
    refusals.refused("posInUse", WRONG_TOKEN);
    refusals.refused("unauthorized", { ...WRONG_TOKEN, pos: "till-2" });
    refusals.refused("unauthorized", { ...WRONG_TOKEN, origin: "https://evil.example" });
    await clock.settle();

    assert.equal(entries.length, 4);
  });

  it("of a name that nobody gave is one with all such names, and is by nobody", async () => {
    const { clock, refusals, told } = opened();
    for (let count = 0; count < 1_000; count += 1) {
      refusals.refused("unauthorized", { pos: `made-up-${count}`, detail: "unknown" });
    }
    await clock.advance(MINUTE_MS);

    assert.deepEqual(
      told().map((entry) => ({ by: entry.by, times: "times" in entry ? entry.times : 1 })),
      [
        { by: "unknown", times: 1 },
        { by: "unknown", times: 999 },
      ],
    );
  });

  it("from ever other pages fills neither memory nor journal: those that have no room are told together", async () => {
    const { clock, refusals, told } = opened();
    for (let count = 0; count < 10_000; count += 1) {
      refusals.refused("wrongOrigin", { origin: `https://evil-${count}.example`, detail: "not allowed" });
    }
    assert.ok(clock.pendingTimers() < 50, `${clock.pendingTimers()} rows`);
    await clock.advance(MINUTE_MS);

    const entries = told();
    assert.ok(entries.length < 50, `${entries.length} entries`);
    const times = entries.map((entry) => ("times" in entry ? Number(entry.times) : 1));
    assert.equal(
      times.reduce((sum, each) => sum + each, 0),
      10_000,
    );
    assert.ok("others" in (entries.at(-1) ?? {}));
  });

  it("from ever other pages for a whole day fills no disk, is told to the last one, and hides no till that was taken over", async () => {
    const { clock, refusals, entries, told } = opened();
    const [minutes, each] = [24 * 60, 40];
    for (let minute = 0; minute < minutes; minute += 1) {
      for (let count = 0; count < each; count += 1) {
        refusals.refused("wrongOrigin", { origin: `https://evil-${minute}-${count}.example`, detail: "not allowed" });
      }
      await clock.advance(MINUTE_MS);
    }
    const before = entries.length;
    refusals.refused("forbidden", { pos: "till-1", detail: "refund" });
    await clock.settle();
    assert.deepEqual(told().at(-1), { what: "refused: forbidden", by: "till-1", pos: "till-1", why: "refund" });
    refusals.close();
    await clock.settle();

    assert.ok(before < 400, `${before} entries`);
    const bytes = entries.reduce((sum, { detail }) => sum + detail.length, 0);
    assert.ok(bytes < 200_000, `${bytes} bytes`);
    const ofPages = told().filter(({ what }) => what === "refused: wrongOrigin");
    const times = ofPages.map((entry) => ("times" in entry ? Number(entry.times) : 1));
    assert.equal(
      times.reduce((sum, one) => sum + one, 0),
      minutes * each,
    );
  });

  for (const origin of [undefined, "https://evil-now.example"]) {
    it(`of a till's name is told as that till's, whatever strangers make up, with ${origin ?? "no"} origin`, async () => {
      const { clock, refusals, told } = opened();
      for (let count = 0; count < 40; count += 1) {
        refusals.refused("wrongOrigin", { origin: `https://evil-${count}.example`, detail: "not allowed" });
      }
      await clock.advance(5 * MINUTE_MS);
      for (let count = 0; count < 50; count += 1) {
        refusals.refused("unauthorized", { ...WRONG_TOKEN, origin });
        refusals.refused("unauthorized", { pos: `nobody${count}`, detail: "there is no POS of this name" });
      }
      await clock.advance(MINUTE_MS);

      const guesses = told().filter(({ what }) => what === "refused: unauthorized");
      const by = (name: string) =>
        guesses.filter((entry) => entry.by === name).map((entry) => ("times" in entry ? entry.times : 1));
      assert.deepEqual(
        [by("till-1"), by("unknown")],
        [
          [1, 49],
          [1, 49],
        ],
      );
    });
  }

  it("of a till's name takes no stranger's room, and is told to the last one by a few entries a day", async () => {
    const { clock, refusals, entries, told } = opened();
    const [minutes, tills] = [24 * 60, 40];
    for (let minute = 0; minute < minutes; minute += 1) {
      for (let till = 0; till < tills; till += 1) {
        refusals.refused("unauthorized", { ...WRONG_TOKEN, pos: `till-${till}` });
      }
      await clock.advance(MINUTE_MS + 1_000);
    }
    assert.equal(clock.pendingTimers(), tills, "one row of each till");
    refusals.refused("wrongOrigin", { origin: "https://evil.example", detail: "not allowed" });
    await clock.settle();
    const stranger = { by: "unknown", origin: "https://evil.example", why: "not allowed" };
    assert.deepEqual(told().at(-1), { what: "refused: wrongOrigin", ...stranger });
    refusals.close();
    await clock.settle();

    assert.ok(entries.length < 160 * tills, `${entries.length} entries`);
    const times = told()
      .filter(({ by }) => by !== "unknown")
      .map((entry) => ("times" in entry ? Number(entry.times) : 1));
    assert.equal(
      times.reduce((sum, one) => sum + one, 0),
      minutes * tills,
    );
  });

  it("of a till's name every now and then is not told at once each time", async () => {
    const { clock, refusals, entries } = opened();
    for (let count = 0; count < 6 * 60; count += 1) {
      refusals.refused("unauthorized", WRONG_TOKEN);
      await clock.advance(4 * MINUTE_MS);
    }

    assert.ok(entries.length < 160, `${entries.length} entries`);
  });

  it("forges no line and shows no card: what strangers say is cut, on one line, and without long numbers", async () => {
    const { clock, refusals, entries, log } = opened();
    refusals.refused("wrongHost", {
      host: `evil\r\n2026 error Paid\u001b[2J\u202e\u2028${"x".repeat(5_000)}`,
      origin: "https://4111111111111111.example",
      detail: "a \\ b",
    });
    await clock.settle();

    for (const text of [entries[0]?.detail ?? "", log.whole[0] ?? ""]) {
      assert.ok(text.length < 1_000, `${text.length}`);
      assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      assert.doesNotMatch(text, /4111111111111111/);
    }
    const { host } = JSON.parse(entries[0]?.detail ?? "") as { host: string };
    assert.ok(host.startsWith("evil\\u000d\\u000a2026 error Paid\\u001b[2J\\u202e\\u2028xxx"), host);
  });

  it("stands also where the audit cannot be written: the log says so", async () => {
    const { clock, refusals, log } = opened(() => Promise.reject(new Error("disk full")));
    refusals.refused("unauthorized", WRONG_TOKEN);
    await clock.settle();

    assert.deepEqual(log.lines, ["warn Somebody was refused.", "error An entry of the audit could not be written."]);
  });

  it("waits for no slow disk: one entry of a kind is being written, and the others are counted", async () => {
    const disk = Promise.withResolvers<undefined>();
    const { clock, refusals, entries, log } = opened(() => disk.promise.then(() => undefined));
    for (let minutes = 0; minutes < 10; minutes += 1) {
      refusals.refused("unauthorized", WRONG_TOKEN);
      await clock.advance(MINUTE_MS);
    }
    assert.equal(log.lines.length, 1);
    disk.resolve(undefined);
    await clock.advance(10 * MINUTE_MS);

    assert.deepEqual(
      entries.map(({ detail }) => (JSON.parse(detail) as { times?: number }).times ?? 1),
      [1, 9],
    );
  });

  it("that was only counted is told at the end", async () => {
    const { clock, refusals, told } = opened();
    for (let count = 0; count < 5; count += 1) refusals.refused("unauthorized", WRONG_TOKEN);
    refusals.close();
    await clock.settle();

    assert.equal(told().length, 2);
    assert.equal(clock.pendingTimers(), 0);
  });
});
