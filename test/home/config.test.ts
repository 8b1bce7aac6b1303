import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openConfig, readConfig, withField, type TerminalCheck } from "../../src/home/config.ts";
import { HomeFailure } from "../../src/home/store.ts";
import { freshFolder } from "../support/home-folder.ts";

const anyTerminal: TerminalCheck = () => [];
const counter = { id: "counter-1", vendor: "acme", link: { type: "tcp", host: "192.168.1.41", port: 7000 } };

describe("readConfig", () => {
  it("takes an empty document and fills in every default", () => {
    const read = readConfig("{}", anyTerminal);

    assert.equal(read.kind, "valid");
    assert.deepEqual(
      { host: read.config.server.host, port: read.config.server.port, origins: read.config.server.allowedOrigins },
      { host: "127.0.0.1", port: 8455, origins: [] },
    );
    assert.equal(read.config.transactions.repeatWindowHours, 24);
    assert.deepEqual(read.config.terminals, []);
  });

  it("takes a partial section and keeps the rest of it at its defaults", () => {
    const read = readConfig('{"server": {"port": 9000, "limits": {"sockets": 2}}}', anyTerminal);

    assert.equal(read.kind, "valid");
    assert.equal(read.config.server.port, 9000);
    assert.equal(read.config.server.limits.sockets, 2);
    assert.equal(read.config.server.limits.messageBytes, 65_536);
  });

  it("takes names and addresses of this machine without ports", () => {
    const names = [
      "till-pc.local",
      "TILL",
      "192.168.1.20",
      "fd00::14",
      "::1",
      "fe80:0:0:0:1:2:3:4",
      "::ffff:192.168.1.20",
    ];
    const read = readConfig(JSON.stringify({ server: { lan: { names } } }), anyTerminal);

    assert.equal(read.kind, "valid", JSON.stringify(read));
  });

  it("takes the byte order mark that Windows editors write", () => {
    assert.equal(readConfig('\uFEFF{"server": {}}', anyTerminal).kind, "valid");
  });

  const broken: readonly [what: string, text: string, says: RegExp][] = [
    ["half-written", '{"server": {"port": 84', /not JSON, or only a part of it/],
    ["empty, as after a power cut", "", /it is empty/],
    ["zeros, as after a power cut", "\0\0\0\0", /not JSON/],
    ["no object", "[]", /no JSON object/],
    ["an unknown field", '{"server": {"prot": 1}}', /^server\.prot is 1, it is not known here; known are host, port/],
    ["an unknown section", '{"sever": {}}', /^sever is \{\}, it is not known here; known are server/],
    ["a wrong type", '{"server": {"port": "8455"}}', /^server\.port is "8455", it must be integer/],
    ["a port that cannot be", '{"server": {"port": 70000}}', /^server\.port is 70000, it must be 0 to 65535/],
    [
      "all interfaces",
      '{"server": {"host": "0.0.0.0"}}',
      /^server\.host is "0\.0\.0\.0", it must be one of "127\.0\.0\.1", "::1", "localhost"/,
    ],
    [
      "any origin",
      '{"server": {"allowedOrigins": ["*"]}}',
      /^server\.allowedOrigins\.0 is "\*", it does not fit: https:.*no star/,
    ],
    [
      "a name with a port",
      '{"server": {"lan": {"names": ["till-pc.local:8458"]}}}',
      /^server\.lan\.names\.0 is "till-pc\.local:8458", it does not fit: .*without a port/,
    ],
    [
      "an address with a port",
      '{"server": {"lan": {"names": ["192.168.1.20:8458"]}}}',
      /^server\.lan\.names\.0 is "192\.168\.1\.20:8458", it does not fit: .*without a port/,
    ],
    ["a terminal without a link", '{"terminals": [{"id": "a", "vendor": "acme"}]}', /^terminals\.0\.link is missing/],
    [
      "two terminals of one id",
      JSON.stringify({ terminals: [counter, counter] }),
      /^terminals\.1\.id is "counter-1", it is the id of two terminals/,
    ],
  ];
  for (const [what, text, says] of broken) {
    it(`names what is wrong: ${what}`, () => {
      const read = readConfig(text, anyTerminal);

      assert.equal(read.kind, "broken");
      assert.match(read.faults[0] ?? "", says);
    });
  }

  it("takes no id that no program could ask for, and no depth that costs the stack", () => {
    for (const id of ["..", "__proto__", "-x"]) {
      const read = readConfig(JSON.stringify({ terminals: [{ ...counter, id }] }), anyTerminal);
      assert.ok(read.kind === "broken" && read.faults[0]?.startsWith("terminals.0.id is "), id);
    }
    const deep = `${'{"server":'.repeat(200_000)}1${"}".repeat(200_000)}`;
    assert.deepEqual(readConfig(deep, anyTerminal), {
      kind: "broken",
      faults: ["it is nested deeper than 32 levels"],
    });
  });

  it("asks those who know the vendor about a terminal, and names the field from the top", () => {
    const read = readConfig(JSON.stringify({ terminals: [counter] }), (terminal) => [
      { field: "link.port", why: `must not be ${JSON.stringify(terminal.link["port"])}` },
    ]);

    assert.deepEqual(read, { kind: "broken", faults: ["terminals.0.link.port is 7000, it must not be 7000"] });
  });

  it("does not repeat a value that may be a secret", () => {
    const terminal = { ...counter, settings: { accessToken: "APP_USR-123" } };
    const read = readConfig(JSON.stringify({ terminals: [terminal] }), () => [
      { field: "settings.accessToken", why: 'must be {"secret": "NAME"}' },
    ]);

    assert.deepEqual(read, { kind: "broken", faults: ['terminals.0.settings.accessToken must be {"secret": "NAME"}'] });
  });
});

describe("openConfig", () => {
  it("uses defaults where there is no file, and makes none", async (context) => {
    const path = join(freshFolder(context), "config.json");

    const file = await openConfig(path, anyTerminal);
    await file.keepLastGood();

    assert.deepEqual(file.origin, { kind: "defaults" });
    assert.equal(existsSync(path), false);
  });

  it("goes on with the last good copy where the file is broken, and leaves the file for the person", async (context) => {
    const path = join(freshFolder(context), "config.json");
    writeFileSync(path, '{"server": {"port": 9001}}');
    await (await openConfig(path, anyTerminal)).keepLastGood();
    const broken = '{"server": {"port": 90';
    writeFileSync(path, broken);

    const file = await openConfig(path, anyTerminal);
    await file.keepLastGood();

    assert.equal(file.current().server.port, 9001);
    assert.equal(file.origin.kind, "lastGood");
    assert.match(file.origin.faults[0] ?? "", /not JSON/);
    assert.equal(readFileSync(path, "utf8"), broken);
  });

  it("refuses to change a broken file", async (context) => {
    const path = join(freshFolder(context), "config.json");
    writeFileSync(path, "{}");
    await (await openConfig(path, anyTerminal)).keepLastGood();
    writeFileSync(path, "{");
    const file = await openConfig(path, anyTerminal);

    const changed = await file.change((document) => ({ ...document, terminals: [counter] }));

    assert.equal(changed.kind, "broken");
    assert.equal(readFileSync(path, "utf8"), "{");
  });

  it("does not start with a broken file and no good copy, and says what to mend", async (context) => {
    const path = join(freshFolder(context), "config.json");
    writeFileSync(path, '{"server": {"prot": 1}}');

    await assert.rejects(
      openConfig(path, anyTerminal),
      (error) =>
        error instanceof HomeFailure &&
        error.message.includes("server.prot is 1") &&
        error.message.includes("config check"),
    );
  });

  it("writes a change as the person would, without the defaults, and keeps a good copy of it", async (context) => {
    const folder = freshFolder(context);
    const path = join(folder, "config.json");
    writeFileSync(path, '{"server": {"port": 9001}}');
    const file = await openConfig(path, anyTerminal);

    await file.change((document) => ({ ...document, terminals: [counter] }));

    const written = { server: { port: 9001 }, terminals: [counter] };
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), written);
    assert.deepEqual(JSON.parse(readFileSync(join(folder, "config.last-good.json"), "utf8")), written);
    assert.equal(file.current().terminals[0]?.id, "counter-1");
  });

  it("writes nothing where the change would break it", async (context) => {
    const path = join(freshFolder(context), "config.json");
    const file = await openConfig(path, anyTerminal);

    const changed = await file.change((document) => ({ ...document, server: { port: -1 } }));

    assert.deepEqual(changed, { kind: "broken", faults: ["server.port is -1, it must be 0 to 65535"] });
    assert.equal(existsSync(path), false);
    assert.equal(file.current().server.port, 8455);
  });

  it("loses none of the changes that several programs make at once", async (context) => {
    const path = join(freshFolder(context), "config.json");
    const programs = await Promise.all([1, 2, 3].map(() => openConfig(path, anyTerminal)));
    const change = (section: string, field: string, value: number, by: number) =>
      programs[by]?.change((document) => withField(document, `${section}.${field}`, value) ?? document);

    await Promise.all([
      change("links", "openTimeoutMs", 1001, 0),
      change("links", "writeTimeoutMs", 1002, 1),
      change("links", "frameGapMs", 1003, 2),
      change("server", "port", 1004, 0),
      change("transactions", "queueLength", 5, 1),
    ]);

    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), {
      links: { openTimeoutMs: 1001, writeTimeoutMs: 1002, frameGapMs: 1003 },
      server: { port: 1004 },
      transactions: { queueLength: 5 },
    });
  });

  it("lets nobody else read its copy, and does a change where there is no room for one", async (context) => {
    const folder = freshFolder(context);
    const path = join(folder, "config.json");
    const copy = join(folder, "config.last-good.json");
    const file = await openConfig(path, anyTerminal);
    await file.change(() => ({ server: { port: 9001 } }));
    if (process.platform !== "win32") assert.equal(statSync(copy).mode & 0o077, 0);
    rmSync(copy);
    mkdirSync(join(copy, "in the way"), { recursive: true });

    const changed = await file.change(() => ({ server: { port: 9002 } }));

    assert.equal(changed.kind, "valid");
    assert.equal(file.current().server.port, 9002);
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), { server: { port: 9002 } });
  });

  it("loses none of two changes that come at once", async (context) => {
    const file = await openConfig(join(freshFolder(context), "config.json"), anyTerminal);
    const add = (id: string) =>
      file.change((document) => ({
        ...document,
        terminals: [...((document["terminals"] ?? []) as (typeof counter)[]), { ...counter, id }],
      }));

    await Promise.all([add("a"), add("b"), add("c")]);

    assert.deepEqual(
      file.current().terminals.map(({ id }) => id),
      ["a", "b", "c"],
    );
  });
});

describe("withField", () => {
  it("sets a field in a section that may not be there yet", () => {
    assert.deepEqual(withField({ discovery: {} }, "server.limits.sockets", 3), {
      discovery: {},
      server: { limits: { sockets: 3 } },
    });
  });

  it("sets a field of an item and leaves the others", () => {
    const document = { terminals: [{ id: "a" }, { id: "b", name: "old" }] };

    assert.deepEqual(withField(document, "terminals.1.name", "new"), {
      terminals: [{ id: "a" }, { id: "b", name: "new" }],
    });
    assert.deepEqual(document.terminals[1], { id: "b", name: "old" });
  });

  it("knows no field inside of a value, nor an item beyond the end", () => {
    assert.equal(withField({ server: 1 }, "server.port", 2), undefined);
    assert.equal(withField({ terminals: [] }, "terminals.4.name", "x"), undefined);
    assert.equal(withField({ terminals: [] }, "terminals.first.name", "x"), undefined);
  });
});
