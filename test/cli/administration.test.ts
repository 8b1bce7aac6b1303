import assert from "node:assert/strict";
import { userInfo } from "node:os";
import { test, type TestContext } from "node:test";
import type { TerminalOnWire } from "../../src/protocol/terminal.ts";
import type { TransactionOnWire } from "../../src/protocol/transaction.ts";
import { FAKE_TOKEN, type FakeDaemon } from "../support/fake-daemon.ts";
import { homeWithDaemon, requestsOf, run } from "./command.ts";

const TERMINAL: TerminalOnWire = {
  id: "counter-1",
  vendor: "acme",
  link: { type: "tcp", host: "192.168.1.41", port: 7000 },
  state: "fenced",
  fence: { transaction: "T9", since: "2026-01-02T03:04:05.000Z", advice: { code: "askOperator", text: "Look at it." } },
  capabilities: {
    currencies: ["EUR"],
    operations: {},
    reports: [],
    device: [],
    receipts: "terminal",
    idleProof: false,
  },
  lastSeen: null,
  queue: 2,
};
const HEALTH = {
  status: "ok",
  version: "0.0.0",
  uptimeSeconds: 7500,
  journal: { id: "J1", state: "ok" },
  terminals: { fenced: 1 },
  sessions: 1,
};

const VENDORS = {
  vendors: [
    {
      id: "acme",
      name: "Acme",
      links: ["cloud"],
      settingsSchema: { properties: { clientId: { type: "string" }, quietMs: { type: "integer" } } },
      operations: [],
    },
  ],
};

type Answers = Readonly<Record<string, unknown>>;

/** A daemon that answers these methods, and the command run on its home. */
async function shop(t: TestContext, answers: Answers) {
  const { home, daemon } = await homeWithDaemon(t);
  for (const [method, answer] of Object.entries(answers)) daemon.answers.set(method, () => answer);
  const command = (...args: string[]) => run(t, [...args, "--home", home]);
  return { daemon, command };
}

function only(daemon: FakeDaemon, method: string) {
  const requests = requestsOf(daemon, method);
  assert.equal(requests.length, 1, method);
  return requests[0];
}

test("status says why no payment is taken although all is well, and that the service crashed", async (t) => {
  const answers = (health: object) => ({
    "diagnostics.health": { ...HEALTH, ...health },
    "terminals.list": { terminals: [] },
    "transactions.list": { transactions: [] },
  });
  const { command: usual } = await shop(t, answers({ intake: "open", disorderlyEnds: 0 }));
  assert.doesNotMatch((await usual("status")).stdout, /payments|crashes/);

  const { command: crashed } = await shop(t, answers({ intake: "open", disorderlyEnds: 1 }));
  assert.match((await crashed("status")).stdout, /crashes +the service ended without order once in ten minutes/);

  const { command: broken } = await shop(t, answers({ intake: "open", configuration: "lastGood" }));
  assert.match(
    (await broken("status")).stdout,
    /configuration +config\.json is broken.*`tillbridge config check --home \S+`/,
  );

  const { command: onTrial } = await shop(t, answers({ intake: "trial", disorderlyEnds: 3 }));

  const { stdout } = await onTrial("status");
  assert.match(stdout, /payments +none yet: this version is on trial/);
  assert.match(stdout, /crashes +the service ended without order 3 times in ten minutes/);
});

test("status tells the alarms that stand, the newest ones in full, and the doors with a certificate", async (t) => {
  const alarm = { at: "2026-01-02T03:04:05.000Z", severity: "critical", code: "otherDevice", terminal: "counter-1" };
  const alarms = Array.from({ length: 11 }, (_, nth) => ({ ...alarm, text: `Alarm ${nth}.`, remedy: "Look." }));
  const doors = [
    { from: "thisMachine", url: "ws://127.0.0.1:8455/v1" },
    { from: "thisMachine", url: "wss://localhost:8456/v1", certificateUntil: "2036-01-02T03:04:05.000Z" },
    { from: "lan", url: "wss://10.0.0.2:8457/v1", certificateUntil: "2027-01-02T03:04:05.000Z" },
  ];
  const { command } = await shop(t, {
    "diagnostics.health": { ...HEALTH, doors },
    "diagnostics.alarms": { alarms, missing: 2 },
    "terminals.list": { terminals: [] },
  });

  const { stdout } = await command("status");
  assert.match(stdout, /^2026-01-02T03:04:05\.000Z {2}critical: Alarm 0\. Look\.$/m);
  assert.doesNotMatch(stdout, /Alarm 10\./);
  assert.match(stdout, /and 3 older ones: `tillbridge status --json --home \S+`/);
  assert.match(stdout, /^with certificate +wss:\/\/localhost:8456\/v1, until 2036-01-02$/m);
  assert.match(stdout, /^for the LAN +wss:\/\/10\.0\.0\.2:8457\/v1, until 2027-01-02$/m);
  const json = await command("status", "--json");
  assert.deepEqual((JSON.parse(json.stdout) as { alarms: unknown }).alarms, alarms);
});

test("a line break in an alarm makes no line of status of its own", async (t) => {
  const alarm = { at: "2026-01-02T03:04:05.000Z", severity: "critical", code: "otherDevice", terminal: "counter-1" };
  const { command } = await shop(t, {
    "diagnostics.health": HEALTH,
    "diagnostics.alarms": {
      alarms: [{ ...alarm, text: "Device X\r\nIn doubt\nnone", remedy: "Look.\nAll is well." }],
      missing: 0,
    },
    "terminals.list": { terminals: [] },
  });

  const { stdout } = await command("status");

  assert.match(stdout, /^\S+ {2}critical: Device X\\nIn doubt\\nnone Look\.\\nAll is well\.$/m);
});

test("what others wrote does nothing to the screen, and is unchanged as JSON", async (t) => {
  const name = "Bar\u001b[2K\u001b[1A\nfake-1  acme  ready\u009b31m\u202e";
  const { command } = await shop(t, {
    "terminals.list": { terminals: [{ ...TERMINAL, detail: name, fence: undefined }] },
  });

  const people = await command("terminals");
  const json = await command("terminals", "--json");

  assert.equal(people.stdout.trimEnd().split("\n").length, 2);
  assert.match(people.stdout, /Bar\\u\{1b\}\[2K\\u\{1b\}\[1A\\nfake-1 {2}acme {2}ready\\u\{9b\}31m\\u\{202e\}$/m);
  const { terminals } = JSON.parse(json.stdout) as { terminals: readonly TerminalOnWire[] };
  assert.equal(terminals[0]?.detail, name);
});

test("status tells how many POS programs cannot be read, with the command that says what to do", async (t) => {
  const till = { place: 2, pos: "till-2", why: "limits must be array" };
  const nameless = { place: 5, why: "it is no record" };
  const { daemon, command } = await shop(t, {
    "diagnostics.health": HEALTH,
    "terminals.list": { terminals: [] },
    "pos.list": { pos: [] },
  });
  assert.doesNotMatch((await command("status")).stdout, /POS programs/);

  daemon.answers.set("pos.list", () => ({ pos: [], unreadable: [till] }));
  assert.match(
    (await command("status")).stdout,
    /^POS programs +1 cannot be read and is not let in: `tillbridge pos --home \S+`/m,
  );

  daemon.answers.set("pos.list", () => ({ pos: [], unreadable: [till, nameless] }));
  assert.match((await command("status")).stdout, /^POS programs +2 cannot be read and are not let in/m);
  const { stdout } = await command("status", "--json");
  assert.deepEqual((JSON.parse(stdout) as { unreadablePos: unknown }).unreadablePos, [till, nameless]);
});

test("status tells the daemon, the terminals and what is in doubt, and the same as JSON", async (t) => {
  const unreachable = { ...TERMINAL, detail: "no answer" };
  const { daemon, command } = await shop(t, {
    "diagnostics.health": HEALTH,
    "terminals.list": { terminals: [unreachable] },
  });

  const people = await command("status");
  assert.equal(people.code, 0, people.stderr);
  assert.match(people.stdout, /^daemon +ok, version 0\.0\.0, process \d+, for 2 h 5 min$/m);
  assert.match(
    people.stdout,
    /^counter-1 +acme +tcp 192\.168\.1\.41 7000 +fenced +2 +never +T9: Look at it\. no answer$/m,
  );

  const { stdout } = await command("status", "--json");
  const { daemon: where, ...rest } = JSON.parse(stdout) as { daemon: { processId: number; url: string } };
  assert.deepEqual(rest, {
    health: HEALTH,
    terminals: [unreachable],
    open: [],
    inDoubt: [],
    contradicted: [],
    alarms: [],
    unreadablePos: [],
  });
  assert.ok(people.stdout.includes(`process ${where.processId},`));
  assert.match(people.stdout, new RegExp(`^address +${where.url}$`, "m"));
  const asked = new Set(requestsOf(daemon, "transactions.list").map((query) => JSON.stringify(query)));
  assert.equal(asked.size, 3);
});

test("terminals: each word asks for what was typed", async (t) => {
  const answer = { terminal: TERMINAL };
  const { daemon, command } = await shop(t, {
    "terminals.get": answer,
    "vendors.list": VENDORS,
    "terminals.add": answer,
    "terminals.pair": answer,
    "terminals.liftFence": answer,
    "terminals.remove": {},
  });
  const add = ["terminals", "add", "counter-1", "--vendor", "acme"];

  const [added, shown] = await Promise.all([
    command(
      ...add,
      "--tcp",
      "[::1]:7000",
      "--setting",
      "currency=CLP",
      "--setting",
      "quietMs=5",
      "--name",
      "Bar",
      "--json",
    ),
    command("terminals", "show", "counter-1"),
    command("terminals", "pair", "counter-1", "--code", "12"),
    command("terminals", "remove", "counter-1", "--yes"),
  ]);
  await command("terminals", "lift-fence", "counter-1", "--reason", "seen the slip", "--operator", "Ana");

  assert.deepEqual(JSON.parse(added.stdout), answer);
  assert.match(shown.stdout, /^fence +transaction T9/m);
  assert.deepEqual(only(daemon, "terminals.add"), {
    terminal: "counter-1",
    vendor: "acme",
    link: { type: "tcp", host: "::1", port: 7000 },
    settings: { currency: "CLP", quietMs: 5 },
    name: "Bar",
  });
  assert.deepEqual(only(daemon, "terminals.pair"), { terminal: "counter-1", code: "12" });
  assert.deepEqual(only(daemon, "terminals.remove"), { terminal: "counter-1" });
  assert.deepEqual(only(daemon, "terminals.liftFence"), {
    terminal: "counter-1",
    transaction: "T9",
    operator: "Ana",
    reason: "seen the slip",
  });
});

test("a terminal that was added is shown once it has come up, and paired where it has to be and --pair says so", async (t) => {
  const { fence: _fence, ...rest } = TERMINAL;
  const connecting: TerminalOnWire = { ...rest, state: "connecting" };
  const unpaired: TerminalOnWire = { ...rest, state: "unpaired", detail: "it works alone" };
  const ready: TerminalOnWire = { ...rest, state: "ready" };
  const { daemon, command } = await shop(t, {
    "terminals.add": { terminal: connecting },
    "terminals.pair": { terminal: ready },
  });
  const add = ["terminals", "add", "counter-1", "--vendor", "acme", "--tcp", "192.168.1.41:7000"];
  const comesUpAs = (...terminals: readonly TerminalOnWire[]) => {
    const left = [...terminals];
    daemon.answers.set("terminals.get", () => ({ terminal: (left.length > 1 ? left.shift() : left[0]) ?? ready }));
  };
  const pairings = () => requestsOf(daemon, "terminals.pair").length;

  comesUpAs(connecting, unpaired);
  const [nobodyAsked, scripted] = [await command(...add), await command(...add, "--yes")];
  for (const { code, stdout, stderr } of [nobodyAsked, scripted]) {
    assert.equal(code, 0);
    assert.match(stdout, /^state +unpaired$/m);
    assert.match(stderr, /a pairing is what it lacks: `tillbridge terminals pair counter-1 --home \S+`\.$/m);
  }
  assert.equal(pairings(), 0);

  comesUpAs(connecting, unpaired);
  const paired = await command(...add, "--pair");
  assert.deepEqual([paired.code, pairings()], [0, 1], paired.stderr);
  assert.match(paired.stdout, /^state +ready$/m);
  comesUpAs(unpaired);
  const json = await command(...add, "--pair", "--json");
  assert.deepEqual(JSON.parse(json.stdout), { terminal: ready });
  assert.equal(pairings(), 2);

  comesUpAs(ready);
  assert.equal((await command(...add, "--pair")).code, 0);
  comesUpAs({ ...rest, state: "offline", detail: "nobody listens there" });
  const offline = await command(...add, "--pair");
  assert.equal(offline.code, 1);
  assert.match(offline.stderr, /could not be paired, because it is offline/);
  assert.equal(pairings(), 2);
});

test("a link that names no place is shown with the device that is looked for", async (t) => {
  const terminal = { ...TERMINAL, link: { type: "tcp", tls: { ca: "x" } }, serialNumber: "A1" };
  const { daemon, command } = await shop(t, { "terminals.get": { terminal } });

  const found = await command("terminals", "show", "counter-1");
  daemon.answers.set("terminals.get", () => ({ terminal: { ...TERMINAL, serialNumber: "A1" } }));
  const placed = await command("terminals", "show", "counter-1");

  assert.match(found.stdout, /^link +tcp of device A1, wherever it is tls$/m);
  assert.match(placed.stdout, /^link +tcp 192\.168\.1\.41 7000$/m);
});

test("a terminal is added with whatever link it has", async (t) => {
  const { daemon, command } = await shop(t, { "terminals.add": { terminal: TERMINAL } });
  const add = ["terminals", "add", "counter-1", "--vendor", "acme"];

  await command(...add, "--serial", "/dev/ttyACM0", "--baud-rate", "9600");
  await command(...add, "--http", "192.168.1.40:55555");
  await command(...add, "--link", '{"type": "cloud"}');
  await command(...add, "--cloud", "--secret-setting", "accessToken=mp");
  await command(...add, "--secret-setting", "accessToken=mp", "--cloud", "http://127.0.0.1:8080");

  const added = requestsOf(daemon, "terminals.add");
  assert.deepEqual(
    added.map(({ settings }) => settings),
    [undefined, undefined, undefined, { accessToken: { secret: "mp" } }, { accessToken: { secret: "mp" } }],
  );
  assert.deepEqual(
    added.map(({ link }) => link),
    [
      { type: "serial", path: "/dev/ttyACM0", baudRate: 9600 },
      { type: "http", host: "192.168.1.40", port: 55_555 },
      { type: "cloud" },
      { type: "cloud" },
      { type: "cloud", baseUrl: "http://127.0.0.1:8080" },
    ],
  );
});

test("a terminal is updated in what was typed and in nothing else", async (t) => {
  const terminal = { terminal: TERMINAL };
  const { daemon, command } = await shop(t, {
    "terminals.get": terminal,
    "vendors.list": VENDORS,
    "terminals.update": terminal,
  });
  const update = ["terminals", "update", "counter-1"];

  const exchanged = await command(...update, "--serial-number", "SIM9", "--json");
  await command(...update, "--forget-serial-number");
  await command(...update, "--usb", "2fb8:2001:A1", "--name", "Bar", "--setting", "quietMs=5");
  await command(...update, "--find", "tcp", "--serial-number", "SIM9");
  await command(...update, "--disable");
  await command(...update, "--enable");

  assert.deepEqual(JSON.parse(exchanged.stdout), { terminal: TERMINAL });
  assert.deepEqual(requestsOf(daemon, "terminals.update"), [
    { terminal: "counter-1", serialNumber: "SIM9" },
    { terminal: "counter-1", serialNumber: null },
    {
      terminal: "counter-1",
      link: { type: "usb", vendorId: "0x2fb8", productId: "0x2001", serialNumber: "A1" },
      settings: { quietMs: 5 },
      name: "Bar",
    },
    { terminal: "counter-1", link: { type: "tcp" }, serialNumber: "SIM9" },
    { terminal: "counter-1", disabled: true },
    { terminal: "counter-1", disabled: false },
  ]);
});

test("an id of digits is text where the vendor's settings want text, digit by digit", async (t) => {
  const terminal = { terminal: TERMINAL };
  const { daemon, command } = await shop(t, {
    "terminals.get": terminal,
    "vendors.list": VENDORS,
    "terminals.add": terminal,
    "terminals.update": terminal,
  });
  const typed = ["--setting", "clientId=12345678901234567890", "--setting", "quietMs=5", "--secret-setting", "key=5"];
  const settings = { clientId: "12345678901234567890", quietMs: 5, key: { secret: "5" } };

  await command("terminals", "add", "counter-1", "--vendor", "acme", "--cloud", ...typed);
  await command("terminals", "update", "counter-1", ...typed);
  await command("terminals", "add", "counter-1", "--vendor", "unheard-of", "--cloud", "--setting", "clientId=007");
  await command("terminals", "add", "counter-1", "--vendor", "unheard-of", "--cloud", "--setting", "clientId=7");

  assert.deepEqual(
    [...requestsOf(daemon, "terminals.add"), ...requestsOf(daemon, "terminals.update")].map(
      (asked) => asked["settings"],
    ),
    [settings, { clientId: "007" }, { clientId: 7 }, settings],
  );
});

test("a baud rate alone changes the link that is there, and a device is found by the number that is known", async (t) => {
  const terminal = { ...TERMINAL, link: { type: "serial", path: "COM3", parity: "odd" }, serialNumber: "A1" };
  const { daemon, command } = await shop(t, { "terminals.get": { terminal }, "terminals.update": { terminal } });
  const update = ["terminals", "update", "counter-1"];

  const changed = await command(...update, "--baud-rate", "9600");
  await command(...update, "--find", "tcp");
  const wrong = await command(...update, "--baud-rate", "abc");

  assert.deepEqual([changed.code, wrong.code], [0, 2], changed.stderr);
  assert.deepEqual(requestsOf(daemon, "terminals.update"), [
    { terminal: "counter-1", link: { type: "serial", path: "COM3", parity: "odd", baudRate: 9_600 } },
    { terminal: "counter-1", link: { type: "tcp" } },
  ]);
});

test("an update without a change, or with two that exclude each other, is not asked for", async (t) => {
  const { daemon, command } = await shop(t, { "terminals.update": { terminal: TERMINAL } });
  const update = ["terminals", "update", "counter-1"];
  const wishes = [[], ["--serial-number", "A1", "--forget-serial-number"], ["--enable", "--disable"]];

  for (const wish of wishes) {
    const { code, stderr } = await command(...update, ...wish);
    assert.equal(code, 2, wish.join(" "));
    assert.match(stderr, /what is to be changed|two different wishes/);
  }

  assert.deepEqual(requestsOf(daemon, "terminals.update"), []);
});

test("a poll ends with 0 where the terminal is there, and else with 1", async (t) => {
  const { daemon, command } = await shop(t, { "terminals.poll": { reachable: true, asked: true, latencyMs: 12.3 } });
  const there = await command("terminals", "poll", "counter-1");
  daemon.answers.set("terminals.poll", () => ({ reachable: false, asked: true, detail: "no answer" }));
  const away = await command("terminals", "poll", "counter-1");

  daemon.answers.set("terminals.poll", () => ({ reachable: true, asked: false, detail: "the terminal is busy" }));
  const busy = await command("terminals", "poll", "counter-1");

  assert.deepEqual([there.code, there.stdout], [0, "reachable, answered in 12 ms\n"]);
  assert.deepEqual([away.code, away.stdout], [1, "not reachable: no answer\n"]);
  assert.deepEqual([busy.code, busy.stdout], [0, "reachable as far as its link tells: the terminal is busy\n"]);
});

test("pos add prints the code or the token alone on standard output", async (t) => {
  const { daemon, command } = await shop(t, { "pos.add": { pos: "till-1", code: "ABCD2345" } });
  const code = await command("pos", "add", "till-1");
  daemon.answers.set("pos.add", () => ({ pos: "till-1", token: "secret" }));
  const token = await command(
    "pos",
    "add",
    "till-1",
    "--token",
    "--shared",
    "--scopes",
    "status,pay",
    "refund",
    "--json",
  );

  assert.equal(code.stdout, "ABCD2345\n");
  assert.deepEqual(JSON.parse(token.stdout), { pos: "till-1", token: "secret" });
  assert.deepEqual(requestsOf(daemon, "pos.add"), [
    { pos: "till-1" },
    { pos: "till-1", scopes: ["status", "pay", "refund"], token: true, shared: true },
  ]);
});

test("pos pair does what a POS does, and prints the token", async (t) => {
  const { daemon, command } = await shop(t, {});

  const [people, json, wrong] = await Promise.all([
    command("pos", "pair", "till-1", "ABCD2345"),
    command("pos", "pair", "till-1", "ABCD2345", "--json"),
    command("pos", "pair", "till-1", "WRONG"),
  ]);

  assert.equal(people.stdout, `${FAKE_TOKEN}\n`);
  assert.deepEqual(JSON.parse(json.stdout), { pos: "till-1", token: FAKE_TOKEN });
  assert.equal(wrong.code, 1);
  assert.equal(requestsOf(daemon, "session.open").length, 0, "without the administrator's token");
});

test("pos list and revoke", async (t) => {
  const pos = {
    pos: "till-1",
    scopes: ["status", "pay"],
    shared: false,
    createdAt: "2026-01-02T03:04:05Z",
    paired: true,
    sessions: 2,
  };
  const unreadable = [
    { place: 2, pos: "till-2", why: "limits must be array" },
    { place: 5, why: "it is no record" },
  ];
  const { daemon, command } = await shop(t, { "pos.list": { pos: [pos], unreadable }, "pos.revoke": {} });

  const listed = await command("pos");
  assert.match(listed.stdout, /^till-1 +status pay +yes +no +no +no +2/m);
  assert.match(
    listed.stderr,
    /^till-2 cannot be read .*limits must be array.* stop the service .*`tillbridge pos revoke till-2 --home \S+`/m,
  );
  assert.match(listed.stderr, /^Number 5 in data\/pos\.json cannot be read .*it is no record.*take it out/m);
  assert.equal((await command("pos", "revoke", "till-1")).code, 0);
  assert.deepEqual(only(daemon, "pos.revoke"), { pos: "till-1" });
});

test("callbacks: what is pasted into the vendors' pages, unchanged as JSON, and what to do where there are none", async (t) => {
  const url = "https://shop.test/only-the-vendor-knows";
  const answer = { callbacks: [{ vendor: "acme", url, terminals: ["counter-1", "counter-2"] }] };
  const { daemon, command } = await shop(t, { "callbacks.list": answer });

  const [people, json] = await Promise.all([command("callbacks"), command("callbacks", "--json")]);
  daemon.answers.set("callbacks.list", () => ({ callbacks: [] }));
  const none = await command("callbacks");

  assert.match(people.stdout, /^acme +counter-1 counter-2 +https:\/\/shop\.test\/only-the-vendor-knows$/m);
  assert.match(people.stderr, /like a password/);
  assert.deepEqual(JSON.parse(json.stdout), answer);
  assert.match(none.stdout, /`callbacks` in config\.json/);
});

test("transactions: listed, shown by either id, told line by line, canceled", async (t) => {
  const entries = [{ at: "2026-01-02T03:04:05.000Z", what: "accepted", detail: "sale of 12.50 EUR" }];
  const { daemon, command } = await shop(t, { "transactions.timeline": { entries } });
  daemon.onAccepted = ({ requestId }) => daemon.settle(requestId, { kind: "declined", reason: "wrongPin" });
  const sale = ["sale", "--terminal", "counter-1", "--amount", "1500", "--currency", "CLP", "--yes"];
  await command(...sale, "--request-id", "R1", "--reference", "A-1");

  const [listed, byId, byFlag, byOption, timeline, cancel] = await Promise.all([
    command("transactions", "--outcome", "declined", "--outcome", "unknown", "--limit", "5", "--unacknowledged"),
    command("transactions", "show", "T1"),
    command("transactions", "show", "R1", "--request-id", "--json"),
    command("transactions", "show", "--request-id", "R1", "--json"),
    command("transactions", "timeline", "T1"),
    command("transactions", "cancel", "T1"),
  ]);

  assert.match(listed.stdout, /^T1 .* counter-1 +sale +1500 CLP +A-1 +declined: wrong pin$/m);
  assert.deepEqual(only(daemon, "transactions.list"), {
    outcome: ["declined", "unknown"],
    limit: 5,
    unacknowledged: true,
  });
  assert.match(byId.stdout, /^state +declined: wrong pin$/m);
  assert.deepEqual(JSON.parse(byFlag.stdout), JSON.parse(JSON.stringify({ transaction: daemon.stored[0] })));
  assert.equal(byOption.stdout, byFlag.stdout);
  assert.match(timeline.stdout, /accepted +sale of 12\.50 EUR/);
  assert.equal(cancel.code, 0);
  assert.equal(cancel.stdout, "Nothing is left to cancel: it is declined: wrong pin\n");
  assert.equal((await command("transactions", "show", "T2")).code, 1);
});

test("a person decides with a name, a reason and a yes", async (t) => {
  const { daemon, command } = await shop(t, {});
  daemon.onAccepted = ({ requestId }) => daemon.settle(requestId, { kind: "declined", reason: "other" });
  await command(
    "sale",
    "--terminal",
    "counter-1",
    "--amount",
    "12.50",
    "--currency",
    "EUR",
    "--yes",
    "--request-id",
    "R1",
  );
  daemon.answers.set("transactions.resolve", () => ({ transaction: daemon.stored[0] }));
  const resolve = ["transactions", "resolve", "T1", "--outcome", "approved", "--reason", "slip 77"];

  const unasked = await command(...resolve);
  const kept = await command("terminals", "remove", "counter-1");
  assert.deepEqual([unasked.code, kept.code], [2, 2]);
  for (const { stderr } of [unasked, kept]) assert.match(stderr, /say --yes\. Nothing was changed\.$/m);
  assert.equal(requestsOf(daemon, "terminals.remove").length, 0);
  assert.equal(requestsOf(daemon, "transactions.resolve").length, 0);

  const decided = await command(...resolve, "--yes", "--amount", "10", "--currency", "EUR", "--approval-code", "00A7");
  assert.equal(decided.code, 0, decided.stderr);
  await command(...resolve, "--yes", "--operator", "Ana");
  const [first, second] = requestsOf(daemon, "transactions.resolve");
  assert.deepEqual(first, {
    transaction: "T1",
    outcome: { kind: "approved", amounts: { approved: { value: 1000, currency: "EUR" } }, approvalCode: "00A7" },
    operator: userInfo().username,
    reason: "slip 77",
  });
  assert.deepEqual(second, { transaction: "T1", outcome: { kind: "approved" }, operator: "Ana", reason: "slip 77" });
});

test("a daemon that does not answer: 3, and what was asked is not said to be done", async (t) => {
  const { daemon, command } = await shop(t, {});
  daemon.fate = ({ method }) => (method === "terminals.remove" ? "lost" : undefined);

  const { code, stderr, stdout } = await command("terminals", "remove", "counter-1", "--yes");

  assert.equal(code, 3);
  assert.match(stderr, /Whether it did what was asked is not known/);
  assert.equal(stdout, "");
});

const IN_DOUBT: TransactionOnWire = {
  id: "T9",
  pos: "till-1",
  requestId: "R9",
  terminal: "counter-1",
  operation: { type: "sale", amount: { value: 1250, currency: "EUR" }, reference: "A-7" },
  state: "settled",
  outcome: {
    kind: "unknown",
    since: "timeout",
    advice: { code: "askOperator", text: "Nobody knows." },
    revision: 1,
    decidedBy: { kind: "daemon" },
  },
  acknowledged: false,
  createdAt: "2026-01-02T03:04:05.000Z",
};

test("a payment in doubt: what happened, what not to do, what to say, who decides and how", async (t) => {
  const { daemon, command } = await shop(t, {
    "terminals.get": { terminal: TERMINAL },
    "terminals.liftFence": { terminal: TERMINAL },
    "transactions.get": { transaction: IN_DOUBT },
    "diagnostics.health": HEALTH,
    "terminals.list": { terminals: [TERMINAL] },
  });
  daemon.answers.set("transactions.list", ({ undecided }) => ({ transactions: undecided === true ? [IN_DOUBT] : [] }));
  const [shown, terminal, status, lifted] = await Promise.all([
    command("transactions", "show", "T9"),
    command("terminals", "show", "counter-1"),
    command("status"),
    command("terminals", "lift-fence", "counter-1", "--reason", "a queue"),
  ]);
  for (const { stdout, stderr } of [shown, terminal, status]) {
    assert.match(stdout, /The sale of 12\.50 EUR \(A-7\) was sent to counter-1/, stderr);
    assert.match(stdout, /^do not +charge this customer again/m);
    assert.match(stdout, /I will not charge you twice/);
    assert.match(stdout, /transactions resolve T9 --outcome approved/);
    assert.match(stdout, /terminals lift-fence counter-1/);
  }
  assert.match(lifted.stdout, /how the sale of 12\.50 EUR \(A-7\) ended, and from now on only a person decides it/);
});

test("a payment with two stories stands in the status until somebody has decided", async (t) => {
  const evidence = "approved 12.50 EUR stands, and the terminal says declined (other)";
  const outcome = { kind: "approved", partial: false, captured: true, final: true, revision: 1 } as const;
  const contradicted = {
    ...IN_DOUBT,
    outcome: { ...outcome, decidedBy: { kind: "terminal" } as const },
    contradicted: { evidence },
  };
  const { daemon, command } = await shop(t, { "diagnostics.health": HEALTH, "terminals.list": { terminals: [] } });
  daemon.answers.set("transactions.list", ({ undecided }) => ({
    transactions: undecided === true ? [contradicted] : [],
  }));
  const { stdout, stderr } = await command("status");
  assert.match(stdout, /Two stories/, stderr);
  assert.ok(stdout.includes(evidence));
  assert.match(stdout, /transactions resolve T9/);
});

test("what a person decided is said with what it means at the counter", async (t) => {
  const { daemon, command } = await shop(t, {
    "terminals.get": { terminal: { ...TERMINAL, fence: undefined, state: "ready" } },
  });
  const decided = (kind: string) => {
    const outcome = { kind, reason: "noRecord", revision: 2, decidedBy: { kind: "person", name: "Ana" } };
    const approval = { partial: false, captured: true, final: true };
    return { transaction: { ...IN_DOUBT, outcome: { ...outcome, ...approval } } };
  };
  daemon.answers.set("transactions.resolve", ({ outcome }) => decided((outcome as { kind: string }).kind));
  const resolve = (kind: string) =>
    command("transactions", "resolve", "T9", "--outcome", kind, "--reason", "the slip", "--yes");
  const [paid, notPaid] = [await resolve("approved"), await resolve("notPerformed")];
  assert.match(
    paid.stdout,
    /It counts as paid: do not charge it again\.\ntill-1 is told.*\ncounter-1 takes payments\./,
  );
  assert.match(notPaid.stdout, /It counts as not paid: it may be charged again/);
});

test("a terminal is not removed unless somebody said so", async (t) => {
  const { daemon, command } = await shop(t, { "terminals.remove": {} });
  assert.equal((await command("terminals", "remove", "counter-1")).code, 2);
  assert.equal(requestsOf(daemon, "terminals.remove").length, 0);
});
