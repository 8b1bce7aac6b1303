import assert from "node:assert/strict";
import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openJournalOrWhy, whenJournalOpens } from "../../src/daemon/opened-journal.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import { freshFolder } from "../support/home-folder.ts";

describe("a journal that cannot be opened", () => {
  it("is a reason and no crash", async (context) => {
    const folder = freshFolder(context);
    mkdirSync(join(folder, "journal.db"));

    const opened = await openJournalOrWhy(folder);

    assert.equal(opened.kind, "failed");
    assert.match(opened.why, /journal\.db/);
  });

  it("is opened by itself as soon as it can be", async (context) => {
    const folder = freshFolder(context);
    mkdirSync(join(folder, "journal.db"));
    const clock = createVirtualClock();
    const waiting = whenJournalOpens(folder, clock, new AbortController().signal);
    rmdirSync(join(folder, "journal.db"));

    await clock.advance(10_000);
    const opened = await waiting;

    assert.equal(opened?.kind, "open");
    await opened.close();
  });

  it("is waited for no longer when the daemon ends, and leaves no timer", async (context) => {
    const clock = createVirtualClock();
    const ending = new AbortController();
    const waiting = whenJournalOpens(freshFolder(context), clock, ending.signal);

    ending.abort();

    assert.equal(await waiting, undefined);
    assert.equal(clock.pendingTimers(), 0);
  });
});
