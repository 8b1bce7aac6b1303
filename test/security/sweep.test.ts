import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { sweepBytes } from "../../scripts/sweep/bytes.ts";
import type { Known } from "../../scripts/sweep/find.ts";
import { sweepFolder } from "../../scripts/sweep/folder.ts";
import { freshFolder } from "../support/home-folder.ts";

const NUMBER = "4111111111111111";
const TOKEN = "k3y/of+the=house & more";
const nothingKnown: Known = { numbers: [], secrets: [] };
const known: Known = { numbers: [NUMBER], secrets: [{ name: "the token", value: TOKEN }] };

const kindsIn = (bytes: string | Buffer, using: Known = nothingKnown) =>
  sweepBytes(Buffer.from(bytes), using, "elsewhere").map(({ kind }) => kind);

describe("the sweep finds a card number", () => {
  for (const [how, bytes] of [
    ["in a line of a log", `{"message":"read ${NUMBER}"}`],
    ["with blanks", "4111 1111 1111 1111"],
    ["with dots", "4111.1111.1111.1111"],
    ["in wide digits", "４１１１１１１１１１１１１１１１"],
    ["in UTF-16", Buffer.from(NUMBER, "utf16le")],
    ["in UTF-16, the other way round", Buffer.from(NUMBER, "utf16le").swap16()],
    ["packed two digits a byte", Buffer.from(`ff${NUMBER}ff`, "hex")],
    ["packed with a filler", Buffer.from("aa378282246310005fbb", "hex")],
    ["packed, behind its tag", Buffer.concat([Buffer.alloc(5_000, 0xee), Buffer.from(`5a08${NUMBER}ee`, "hex")])],
    [
      "packed, in track 2",
      Buffer.concat([Buffer.alloc(5_000, 0xee), Buffer.from(`5711${NUMBER}d281210100000000fee`, "hex")]),
    ],
    ["compressed", gzipSync(`card ${NUMBER}`)],
    ["compressed, in base64", gzipSync(`card ${NUMBER}`).toString("base64")],
    ["in base64", Buffer.from(`number=${NUMBER};`).toString("base64")],
    ["in hexadecimal", Buffer.from(NUMBER).toString("hex")],
    ["as a tag in hexadecimal", `9F0607A0000000031010` + `5A08${NUMBER}` + "5F24032812"],
    ["escaped in JSON", NUMBER.replace(/./g, (digit) => `\\u003${digit}`)],
    ["escaped in a URL", "4111%201111%201111%201111"],
  ] as const) {
    it(how, () => assert.ok(kindsIn(bytes).includes("card number"), "the number alone"));
    it(`${how}, where it is known`, () => assert.ok(kindsIn(bytes, known).includes("card number")));
  }

  it("that is known, among other digits of a hash", () => {
    const hash = `ab${NUMBER}${"c".repeat(46)}`;
    assert.deepEqual(kindsIn(hash), []);
    assert.ok(kindsIn(hash, known).includes("card number"));
  });

  it("no more where it is masked, and its track where that stayed", () => {
    assert.deepEqual(kindsIn("************1111"), []);
    assert.deepEqual(kindsIn(";************1111=28121010000?"), ["track data"]);
  });
});

describe("the sweep finds a secret", () => {
  for (const [how, bytes] of [
    ["as it is", `token ${TOKEN}!`],
    ["in UTF-16", Buffer.from(TOKEN, "utf16le")],
    ["in base64, wherever it begins", Buffer.from(`Basic:${TOKEN}:x`).toString("base64")],
    ["in hexadecimal", Buffer.from(TOKEN).toString("hex")],
    ["in a URL", `?token=${encodeURIComponent(TOKEN)}`],
    ["compressed", gzipSync(TOKEN)],
  ] as const) {
    it(how, () => assert.ok(kindsIn(bytes, known).includes("secret")));
  }

  it("anywhere but where it belongs", (context) => {
    const home = freshFolder(context);
    mkdirSync(join(home, "data", "secrets"), { recursive: true });
    writeFileSync(join(home, "data", "secrets", "mp"), TOKEN);
    assert.deepEqual(sweepFolder(home, known), []);

    writeFileSync(join(home, "data", "secrets.bak"), TOKEN);
    assert.deepEqual(
      sweepFolder(home, known).map(({ kind }) => kind),
      ["secret"],
    );
  });
});

describe("the sweep of a database", () => {
  it("finds what is a number there, what lies over many pages, and what was deleted", (context) => {
    const folder = freshFolder(context);
    using database = new DatabaseSync(join(folder, "journal.db"));
    database.exec("PRAGMA journal_mode = WAL; CREATE TABLE fact (body, amount)");
    const insert = database.prepare("INSERT INTO fact VALUES (?, ?)");
    insert.run("x".repeat(50_000), BigInt(NUMBER));
    insert.run(Buffer.concat([Buffer.alloc(30_000, 7), Buffer.from(TOKEN)]), 1);
    insert.run("5500005555555559", 2);
    database.exec("DELETE FROM fact WHERE amount = 2");

    const shown = sweepFolder(folder, { ...known, numbers: [] })
      .map((find) => find.shown)
      .join("; ");

    for (const one of [/\.\.\.1111/, /the token/, /\.\.\.5559/]) assert.match(shown, one);
  });
});

describe("the sweep leaves alone", () => {
  for (const text of [
    "2026-11-29T13:04:35.123Z 1764421475125",
    "01KBG5T4W4RJ8QXK2M3N",
    "3f2a4111-1111-4111-8111-111111111111",
    "amount 12.50 3.00 15.50 total 1250 EUR",
    '"hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"',
    "4006381333931",
  ]) {
    it(text, () => assert.deepEqual(kindsIn(text, known), []));
  }
});
