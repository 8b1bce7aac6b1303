import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { logEvents, type LogEvent } from "../../src/core/log-events.ts";
import type { LogFields } from "../../src/core/ports.ts";
import type { LogLine } from "../../src/daemon/log-line.ts";
import { personSink } from "../../src/daemon/log-sinks.ts";
import { createLog, writeLastWords, type LogSettings } from "../../src/daemon/logging.ts";
import { realClock } from "../support/clock.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import { freshFolder } from "../support/home-folder.ts";

const settings: LogSettings = { level: "info", maxFileBytes: 200_000, maxFiles: 3 };

/** More than the lines of one event that are let through in a minute. */
const numbered = Object.keys(logEvents) as LogEvent[];

const shownTo = (show: (line: string) => void) => {
  const stream = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      show(line);
      done();
    },
  });
  return personSink(stream);
};

const linesOf = (folder: string) =>
  readFileSync(join(folder, "tillbridge.log"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("the log", () => {
  it("writes what was said before its files were open, in order, one document a line", async (context) => {
    const directory = freshFolder(context);
    {
      await using log = createLog({ directory, settings, clock: realClock });
      log.info("daemon.ready", "first", { terminal: "counter-1" });
      await log.open();
      log.warn("tls.ended", "second");
    }

    const lines = linesOf(directory);
    assert.deepEqual(
      lines.map(({ level, event, message, terminal }) => [level, event, message, terminal]),
      [
        ["info", "daemon.ready", "first", "counter-1"],
        ["warn", "tls.ended", "second", undefined],
      ],
    );
    assert.match(String(lines[0]?.["at"]), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it("has every line on the disk when it is closed, also when it was never opened", async (context) => {
    const directory = freshFolder(context);
    {
      await using log = createLog({ directory, settings, clock: realClock });
      for (let line = 0; line < 500; line += 1)
        log.info(numbered[line % numbered.length] ?? "daemon.ready", `line ${line}`);
    }

    assert.equal(linesOf(directory).length, 500);
  });

  it("takes what is said after its end as well: that is no mistake, and is not lost", async (context) => {
    const directory = freshFolder(context);
    const log = createLog({ directory, settings, clock: realClock });
    log.info("daemon.ready", "in time");
    const ended = log[Symbol.asyncDispose]();
    log.error("request.journalFailed", "while it ends");
    await ended;

    log.error("request.journalFailed", "after its end");

    const said = linesOf(directory).map(({ message }) => message);
    assert.deepEqual(said.toSorted(), ["after its end", "in time", "while it ends"]);
  });

  it("keeps to its level", async (context) => {
    const directory = freshFolder(context);
    {
      await using log = createLog({ directory, settings, clock: realClock });
      log.debug("daemon.ready", "too much");
      log.error("daemon.ready", "enough");
    }

    assert.deepEqual(
      linesOf(directory).map(({ message }) => message),
      ["enough"],
    );
  });

  it("begins another file at the size limit, and keeps no more than its number of files", async (context) => {
    const directory = freshFolder(context);
    {
      await using log = createLog({ directory, settings, clock: realClock });
      await log.open();
      for (let line = 0; line < 900; line += 1)
        log.info(numbered[line % numbered.length] ?? "daemon.ready", `${line} ${"x".repeat(900)}`);
    }

    const files = readdirSync(directory);
    assert.deepEqual(files.sort(), ["tillbridge.1.log", "tillbridge.2.log", "tillbridge.log"]);
    for (const file of files) assert.ok(statSync(join(directory, file)).size <= settings.maxFileBytes);
    assert.match(String(linesOf(directory).at(-1)?.["message"]), /^899 /, "the newest one keeps its name");
  });

  it("hides card numbers and secrets, from the file and from the person", async (context) => {
    const directory = freshFolder(context);
    let echoed = "";
    {
      await using log = createLog({
        directory,
        settings,
        clock: realClock,
        sinks: [shownTo((line) => (echoed += line))],
      });
      log.info("daemon.ready", "card 4111 1111 1111 1111 was read", {
        track: "5500005555555559=2512",
        accessToken: "APP_USR-77",
      });
    }

    for (const text of [readFileSync(join(directory, "tillbridge.log"), "utf8"), echoed]) {
      assert.doesNotMatch(text, /4111|55000|APP_USR/);
      assert.match(text, /card \*{4} \*{4} \*{4} 1111 was read/);
    }
  });

  it("hides a card number that stands where a long value is cut off", () => {
    const echoed: string[] = [];
    const sinks = [shownTo((line) => echoed.push(line))];
    const log = createLog({ directory: "unused", settings, clock: createVirtualClock(), sinks });

    log.info("daemon.ready", "read", { what: `${"x".repeat(985)}4111111111111111` });

    assert.doesNotMatch(echoed.join(""), /4111/);
  });

  it("leaves numbers alone that are no card's", async () => {
    const echoed: string[] = [];
    const log = createLog({
      directory: "unused",
      settings,
      clock: createVirtualClock(),
      sinks: [shownTo((line) => echoed.push(line))],
    });
    const fields: LogFields = { amountMinor: 1250, ticket: "4111111111111112", transaction: "01KBG5T4W4RJ8QXK2M3N" };

    log.info("transaction.resolved", "approved", fields);

    assert.match(echoed.join(""), /amountMinor=1250 ticket=4111111111111112 transaction=01KBG5T4W4RJ8QXK2M3N/);
  });

  it("writes one line for a person, whatever was in a value, and no more of it than a person reads", () => {
    const echoed: string[] = [];
    const sinks = [shownTo((line) => echoed.push(line))];
    const log = createLog({ directory: "unused", settings, clock: createVirtualClock(), sinks });

    log.info("transaction.resolved", "resolved", {
      operator: "eve\n2026-01-02 info  paid\u001b[2K\u009b1A\u202e",
      origin: "x".repeat(70_000),
    });

    assert.equal(echoed.length, 1);
    assert.match(echoed[0] ?? "", /operator=eve\\u\{a\}2026-01-02 info {2}paid\\u\{1b\}\[2K\\u\{9b\}1A\\u\{202e\} /);
    assert.match(echoed[0] ?? "", /^[\x20-\x7e]{1000,1300}\n$/);
    assert.match(echoed[0] ?? "", /x\.\.\. \(70000 characters\)\n$/);
  });

  it("is not washed out by a flood of lines alike: they are counted, and others are written", async () => {
    const clock = createVirtualClock();
    const echoed: string[] = [];
    const log = createLog({ directory: "unused", settings, clock, sinks: [shownTo((line) => echoed.push(line))] });
    const count = (text: string) => echoed.filter((line) => line.includes(text)).length;

    for (let line = 0; line < 5_000; line += 1)
      log.warn("connection.unreadable", "A connection was refused.", { line });
    log.error("transaction.inDoubt", "A payment is in doubt");
    for (let line = 0; line < 200; line += 1)
      log.warn("terminal.linkLost", "Noise", { terminal: `counter-${line % 2}` });

    assert.equal(count("A connection was refused."), 100);
    assert.equal(count("A payment is in doubt"), 1);
    assert.equal(count("Noise"), 200, "of each terminal");
    await clock.advance(60_000);
    assert.equal(count("like=connection.unreadable leftOut=4900"), 1);
    log.warn("connection.unreadable", "A connection was refused.");
    assert.equal(count("A connection was refused."), 101);
    assert.equal(clock.pendingTimers(), 0);
  });

  it("says before it ends what it left out", async (context) => {
    const directory = freshFolder(context);
    {
      await using log = createLog({ directory, settings, clock: realClock });
      for (let line = 0; line < 150; line += 1) log.warn("access.refused", "A session was refused.");
    }

    assert.equal(linesOf(directory).length, 101);
    assert.equal(linesOf(directory).at(-1)?.["leftOut"], 50);
  });

  it("goes on when the files cannot be written, says so once, and counts what was lost", async (context) => {
    const clock = createVirtualClock();
    const directory = freshFolder(context);
    const inTheWay = join(directory, "tillbridge.log");
    mkdirSync(inTheWay);
    const failures: string[] = [];
    let failed: () => void = () => undefined;
    const failure = new Promise<void>((resolve) => (failed = resolve));
    {
      const sink = (line: LogLine) => {
        if (line.event !== "log.notWritten") return;
        failures.push(line.message);
        failed();
      };
      await using log = createLog({ directory, settings, clock, sinks: [sink] });
      await log.open();
      log.info("daemon.ready", "lost");
      log.info("daemon.ready", "lost as well");
      await failure;
      rmdirSync(inTheWay);
      await clock.advance(10_000);
      log.info("daemon.ready", "written");
    }

    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? "", /EISDIR/);
    assert.deepEqual(
      linesOf(directory).map(({ message, lostLines }) => [message, lostLines]),
      [
        ["Lines of the log were lost while it could not be written", 2],
        ["written", undefined],
      ],
    );
  });

  it("holds no more than a thousand lines in memory, and says how many it dropped", async (context) => {
    const directory = freshFolder(context);
    {
      await using log = createLog({ directory, settings, clock: realClock });
      for (let line = 0; line < 1_010; line += 1)
        log.info(numbered[line % numbered.length] ?? "daemon.ready", `${line} before the files are open`);
      await log.open();
      log.info("daemon.ready", "after");
    }

    const lines = linesOf(directory);
    assert.equal(lines.length, 1_002);
    assert.deepEqual([lines.at(-2)?.["dropped"], lines.at(-1)?.["message"]], [10, "after"]);
  });

  it("writes the last words of a process before it returns", (context) => {
    const directory = freshFolder(context);

    writeLastWords({ directory, clock: createVirtualClock() }, "daemon.mistake", "A mistake in the program", {
      why: "invariant",
    });

    assert.deepEqual(linesOf(directory), [
      {
        why: "invariant",
        at: "2026-01-02T03:04:05.000Z",
        level: "error",
        event: "daemon.mistake",
        message: "A mistake in the program",
      },
    ]);
  });
});
