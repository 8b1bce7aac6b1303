import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { ERROR_REASONS, retryOf } from "../../src/core/errors.ts";
import {
  ADVICE_CODES,
  CANCELED_BY,
  DECLINE_REASONS,
  NOT_PERFORMED_REASONS,
  OUTCOME_KINDS,
  UNKNOWN_CAUSES,
} from "../../src/core/outcome.ts";
import { STAGES } from "../../src/core/terminal.ts";
import { startProgram } from "../support/child-program.ts";
import { createFakeDaemon, FAKE_POS, FAKE_TOKEN } from "../support/fake-daemon.ts";
import { serve } from "../support/fake-daemon-server.ts";
import { freshFolder } from "../support/home-folder.ts";

const PAGE = readFileSync(new URL("../../docs/for-pos-programmers.md", import.meta.url), "utf8");
const SOURCES = new URL("../../src/", import.meta.url).href;

/** The program on the page whose first line names this file, put where it can be run. */
function programOf(t: TestContext, name: string): string {
  const programs = [...PAGE.matchAll(/^```js\n(.*?)^```$/gms)].map(([, text = ""]) => text);
  const program = programs.find((text) => text.startsWith(`// ${name}`));
  assert.ok(program !== undefined, name);
  const folder = freshFolder(t);
  const file = join(folder, name);
  writeFileSync(
    file,
    program
      .replaceAll("./tillbridge/src/", SOURCES)
      .replaceAll(/(["'])(attempt|tillbridge)\.json/g, `$1${folder}/$2.json`),
  );
  return file;
}

for (const name of ["plain.mjs", "with-client.mjs"]) {
  test(`${name} on the page takes a payment, also when the first reply is lost`, async (t) => {
    const daemon = createFakeDaemon();
    let starts = 0;
    daemon.fate = ({ method }) => (method === "transactions.start" && (starts += 1) === 1 ? "replyLost" : undefined);
    daemon.onAccepted = ({ requestId }) => daemon.settle(requestId, { kind: "approved" });
    const { url } = await serve(t, daemon);

    const program = startProgram(t, [programOf(t, name)], { TOKEN: FAKE_TOKEN, URL: url, POS: FAKE_POS });
    const { code, stderr } = await program.ended;

    assert.equal(code, 0, stderr);
    assert.equal(daemon.stored.length, 1);
    assert.equal(daemon.stored[0]?.acknowledged, true);
    assert.ok(starts >= 1);
  });
}

test("every reason, outcome, advice and stage is on the page", () => {
  const named = new Set([...PAGE.matchAll(/`([A-Za-z]+)`/g)].map(([, name = ""]) => name));
  const lists = [
    ERROR_REASONS,
    OUTCOME_KINDS,
    DECLINE_REASONS,
    NOT_PERFORMED_REASONS,
    CANCELED_BY,
    UNKNOWN_CAUSES,
    ADVICE_CODES,
    STAGES,
  ];

  for (const list of lists) {
    assert.deepEqual(
      list.filter((name) => !named.has(name)),
      [],
    );
  }
});

test("what the page says may be sent again, may", () => {
  for (const reason of [
    "timeout",
    "internal",
    "shuttingDown",
    "terminalOffline",
    "queueFull",
    "tooManyRequests",
  ] as const) {
    assert.equal(retryOf(reason), "same");
  }
  for (const reason of ["requestIdReused", "journalChanged"] as const) assert.equal(retryOf(reason), "never");
});
