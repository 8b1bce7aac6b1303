import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Known } from "../../scripts/sweep/find.ts";
import { sweepFolder } from "../../scripts/sweep/folder.ts";
import { startProgram } from "../support/child-program.ts";
import type { Ending } from "../support/ending.ts";
import { freshFolder } from "../support/home-folder.ts";
import { connectProtocol, UpgradeRefused } from "../support/protocol-client.ts";
import { openShop, TERMINAL, type Shop } from "../support/shop.ts";
import { openTalkativeTerminal } from "./talkative-terminal.ts";

const LIMIT = { timeout: 170_000 };
const daemonProcess = fileURLToPath(new URL("../daemon/daemon-process.ts", import.meta.url));

/** The simulated terminals use the first three, the talkative one and the people at the till all. */
const NUMBERS = ["4111111111111111", "5555555555554444", "378282246310005", "6304000000000000000"];
const [NUMBER = ""] = NUMBERS;
const GIVEN = "APP_USR-the-vendor-gave-this-to-the-shop";
const SPELLINGS = [
  ...NUMBERS,
  "4111 1111 1111 1111",
  "4111.1111.1111.1111",
  "4111  1111  1111  1111",
  "4111/1111/1111/1111",
  "４１１１１１１１１１１１１１１１",
  ";4111111111111111=2812101?",
  "%B4111111111111111^DOE/JANE^28121010000?",
];

/** What clients and people got to see, in files of a folder of its own. */
type Seen = { readonly folder: string; keep(name: string, what: string | object): void };

function openSeen(folder: string): Seen {
  return {
    folder,
    keep: (name, what) => {
      appendFileSync(join(folder, name), `${typeof what === "string" ? what : JSON.stringify(what)}\n`);
    },
  };
}

/** A cashier swipes a card where an order number belongs, and a POS program says card numbers wherever it can say anything. */
async function mistakesOfThePos(shop: Shop, seen: Seen): Promise<void> {
  const pos = await shop.openSocket("till-1", { language: "es", client: { name: `till ${NUMBER}`, version: NUMBER } });
  const operation = { type: "sale", amount: { value: 1250, currency: "CLP" } };
  for (const [index, text] of SPELLINGS.entries()) {
    const request = { terminal: TERMINAL, requestId: `mistake-${index}`, operation: { ...operation, reference: text } };
    const { error } = await pos.request("transactions.start", request);
    assert.equal(error?.data["reason"], "invalidParams", text);
    seen.keep("answers", error);
    for (const more of [{ requestId: text }, { operation: { ...operation, vendor: { note: [text] } } }]) {
      const { error: refusal } = await pos.request("transactions.start", { ...request, operation, ...more });
      assert.equal(refusal?.data["reason"], "invalidParams", text);
    }
  }
  const taken = {
    terminal: TERMINAL,
    requestId: "20261129-000123",
    operation: { ...operation, reference: "4111111111111112" },
  };
  assert.ok((await pos.request("transactions.start", taken)).result !== undefined, "a number that no card has is one");
  for (const method of ["transactions.get", "terminals.get"]) {
    seen.keep("answers", await pos.request(method, { requestId: "gone", terminal: "gone", [`x${NUMBER}`]: "unknown" }));
  }
  pos.socket.terminate();
}

/** Strangers at the door. */
async function strangers(shop: Shop, seen: Seen, token: string): Promise<void> {
  for (const options of [{ origin: `http://${NUMBER}.example` }, { headers: { Host: `${NUMBER}.example` } }]) {
    await assert.rejects(connectProtocol(shop.url, options), UpgradeRefused);
  }
  await fetch(`${shop.url.replace("ws:", "http:")}?card=${NUMBER}&token=${token}`).then(async (response) =>
    seen.keep("answers", await response.text()),
  );
  const stranger = await connectProtocol(shop.url);
  seen.keep("answers", await stranger.request("session.open", { protocol: 1, pos: "till-2", token }));
  seen.keep("answers", await stranger.request("session.pair", { protocol: 1, pos: `x${NUMBER}`, code: "ABCD2345" }));
  stranger.sendText(`{"jsonrpc":"2.0","id":9,"method":"session.open","params":{"token":"${token}" ${NUMBER}`);
  await stranger.closed;
}

/** What an administrator does; answers the codes that stand for a POS that is not paired yet. */
async function administration(shop: Shop): Promise<string> {
  const administrator = await shop.openSocket("cli");
  await administrator.request("secrets.set", { name: "mp", value: GIVEN });
  const { result } = await administrator.request("pos.add", { pos: "till-9" });
  administrator.socket.terminate();
  return String(result?.["code"]);
}

async function crash(context: Ending, home: string, seen: Seen): Promise<void> {
  const said = [
    `card ${NUMBER}`,
    ";5555555555554444=28121010000000?",
    "3782.822463.10005",
    `%B${NUMBER}^DOE/JANE^28121010000?`,
  ];
  const { code, stderr } = await startProgram(context, [daemonProcess, home, "0"], { MISTAKE: said.join(" ") }).ended;
  assert.equal(code, 70, stderr);
  seen.keep("stderr", stderr);
}

test("a day in a shop in which everybody says card numbers leaves none, and no secret", LIMIT, async (context) => {
  const seen = openSeen(freshFolder(context));
  const talkative = await openTalkativeTerminal(context, SPELLINGS);
  const link = { type: "tcp", host: "127.0.0.1", port: talkative.port };
  const odd = { id: "odd", vendor: "getnet", link, settings: { currency: "CLP" } };
  const shop = await openShop(context, {
    terminals: { [TERMINAL]: {}, lane: { vendor: "poynt" } },
    config: { logging: { level: "debug" }, terminals: [odd] },
  });
  const lane = await shop.addTill("till-3", "lane");

  for (const till of [shop.till, lane]) {
    const outcomes = await Promise.all([till.sale(1250).ended, till.sale(990).ended]);
    for (const { outcome } of outcomes) assert.equal(outcome?.kind, "approved");
  }
  const token = readFileSync(join(shop.home, "data", "admin.token"), "utf8").trim();
  const pairingCode = await administration(shop);
  await mistakesOfThePos(shop, seen);
  await strangers(shop, seen, token);
  const technician = await shop.openSocket("cli");
  const { result: recording } = await technician.request("diagnostics.recording");
  assert.match(JSON.stringify(recording), /"kind":"step"/);
  seen.keep("recording", JSON.stringify(recording));
  technician.socket.terminate();
  const cut = await shop.till.saleAt("dispatched", 4_200);
  await shop.killDaemon();
  seen.keep("stderr", (await shop.daemon.ended).stderr);
  await shop.startDaemon();
  await cut.ended;
  shop.daemon.kill("SIGTERM");
  seen.keep("stderr", (await shop.daemon.ended).stderr);
  await crash(context, shop.home, seen);
  for (const till of [shop.till, lane]) seen.keep("events", [...till.events]);

  const secrets = [
    { name: "the administrator's token", value: token },
    { name: "the pairing code", value: pairingCode },
    { name: "what a person gave", value: GIVEN },
    ...readdirSync(join(shop.home, "data", "secrets")).map((name) => ({
      name,
      value: readFileSync(join(shop.home, "data", "secrets", name), "utf8"),
    })),
    { name: "the secret of the pairing", value: "the secret of the pairing" },
  ];
  const known: Known = { numbers: NUMBERS, secrets };
  const log = readFileSync(join(shop.home, "logs", "tillbridge.log"), "utf8");
  assert.match(log, /\*{12}1111/, "a number came as far as the last fence, and was seen there");
  assert.deepEqual([...sweepFolder(shop.home, known), ...sweepFolder(seen.folder, known)], []);

  await context.test("and what is planted among it is found", () => {
    const folder = join(shop.home, "planted");
    mkdirSync(folder);
    appendFileSync(join(shop.home, "logs", "tillbridge.log"), `{"message":"read ${NUMBER}"}\n`);
    using journal = new DatabaseSync(join(shop.home, "data", "journal.db"));
    journal.exec("CREATE TABLE planted (value)");
    journal.prepare("INSERT INTO planted VALUES (?)").run(Buffer.from(`pan=5555555555554444;${token}`));
    writeFileSync(join(folder, "utf16"), Buffer.from("378282246310005", "utf16le"));
    writeFileSync(join(folder, "packed"), Buffer.from("ff4111111111111111ff", "hex"));
    writeFileSync(join(folder, "log.gz"), gzipSync(`given ${GIVEN}`));

    const found = sweepFolder(shop.home, known)
      .map(({ file, kind, shown }) => `${file}: ${kind}: ${shown}`)
      .join("\n");

    for (const planted of [
      /tillbridge\.log: card number: .*1111/,
      /journal\.db.*: card number: .*4444/,
      /journal\.db.*: secret: the administrator's token/,
      /utf16: card number: .*0005/,
      /packed: card number: .*1111/,
      /log\.gz: secret: what a person gave/,
    ]) {
      assert.match(found, planted);
    }
    assert.doesNotMatch(found, /4111111|APP_USR/, "what is found is not said once more");
  });
});
