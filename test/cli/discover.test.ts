import assert from "node:assert/strict";
import { test } from "node:test";
import { homeWithDaemon, requestsOf, run, start } from "./command.ts";

const FOUND = {
  vendor: "acme",
  name: "AcmeConnector",
  address: "192.168.1.40",
  port: 55_555,
  why: "its name",
  command: "tillbridge terminals add acme-1 --vendor acme --http 192.168.1.40:55555 --setting currency=CURRENCY",
  missing: ["currency"],
};

test("discover shows a line for each, with the command that adds it, and JSON unchanged", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  const answer = {
    sightings: [
      FOUND,
      { ...FOUND, address: "192.168.1.41", reachable: false, terminal: "counter-1", command: undefined },
      { vendor: "acme", name: "No way to it", why: "its name" },
    ],
    notes: ["eth0 is deaf."],
  };
  daemon.answers.set("discovery.scan", () => answer);

  const [people, json] = await Promise.all([
    run(t, ["discover", "--home", home]),
    run(t, ["discover", "--home", home, "--seconds", "7", "--json"]),
  ]);

  assert.deepEqual([people.code, json.code], [0, 0], people.stderr + json.stderr);
  const lines = people.stdout.trimEnd().split("\n");
  assert.match(lines[0] ?? "", /^NAME +VENDOR +WHERE +BECAUSE +ADD IT WITH$/);
  const added = `${FOUND.command} --home ${home}`;
  assert.match(lines[1] ?? "", /^AcmeConnector +acme +192\.168\.1\.40:55555 +its name +tillbridge /);
  assert.ok(lines[1]?.endsWith(added), lines[1]);
  assert.match(lines[2] ?? "", /192\.168\.1\.41:55555 +its name; nobody listens there +is counter-1 already$/);
  assert.match(lines[3] ?? "", /^No way to it +acme +its name$/);
  assert.match(people.stderr, /^eth0 is deaf\.\nWrite the currency of the terminal in place of CURRENCY\.\n$/);
  assert.deepEqual(JSON.parse(json.stdout), JSON.parse(JSON.stringify(answer)));
  const asked = requestsOf(daemon, "discovery.scan").map((params) => JSON.stringify(params));
  assert.deepEqual(asked.toSorted(), ['{"seconds":7}', "{}"]);
});

test("a USB device is shown with its serial number, where it tells one, and a port with its path", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  const usb = { kind: "usb", vendorId: "0x2fb8", productId: "0x2001" };
  const sightings = [
    { ...usb, serialNumber: "A920 1" },
    usb,
    { ...usb, kind: "serial", path: "COM3", serialNumber: "7" },
  ];
  daemon.answers.set("discovery.scan", () => ({ sightings }));

  const { stdout } = await run(t, ["discover", "--home", home]);
  const json = await run(t, ["discover", "--home", home, "--json"]);

  const [, ...lines] = stdout.trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => line.trim().replace(/^- +/, "").split(/ {2,}/)),
    [
      ["usb 0x2fb8:0x2001:A920 1"],
      ["usb 0x2fb8:0x2001"],
      ["COM3 usb 0x2fb8:0x2001:7", `tillbridge terminals add ID --vendor VENDOR --serial COM3 --home ${home}`],
    ],
  );
  assert.deepEqual(JSON.parse(json.stdout), { sightings });
});

test("a terminal in a cloud is shown with what its vendor says of it", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  const command = "tillbridge terminals add acme-1 --vendor acme --cloud";
  const sightings = [
    {
      kind: "account",
      vendor: "acme",
      name: "Bar",
      device: "A1",
      state: "works alone",
      why: "its account lists it",
      command,
    },
  ];
  daemon.answers.set("discovery.scan", () => ({ sightings }));

  const { stdout } = await run(t, ["discover", "--home", home]);

  assert.match(stdout, /^Bar +acme +cloud A1 +its account lists it; works alone +tillbridge terminals add acme-1 /m);
});

test("a name does nothing to the screen and begins no line", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  const name = "Acme\u001b[2K\u001b[1A\nreal  acme  10.0.0.1:1\u202e";
  daemon.answers.set("discovery.scan", () => ({ sightings: [{ ...FOUND, name }] }));

  const { stdout } = await run(t, ["discover", "--home", home]);

  assert.equal(stdout.trimEnd().split("\n").length, 2);
  assert.match(stdout, /^Acme\\u\{1b\}\[2K\\u\{1b\}\[1A\\nreal {2}acme {2}10\.0\.0\.1:1\\u\{202e\}/m);
});

test("nothing found is said, with what to do; a wrong number is wrong usage; a refusal ends with 1", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.answers.set("discovery.scan", () => ({ sightings: [] }));

  const [nothing, ...wrong] = await Promise.all([
    run(t, ["discover", "--home", home]),
    ...["soon", "0", "301"].map((seconds) => run(t, ["discover", "--home", home, "--seconds", seconds])),
  ]);
  daemon.fate = ({ method }) => (method === "discovery.scan" ? { refuse: "unsupportedOperation" } : undefined);
  const off = await run(t, ["discover", "--home", home]);

  assert.deepEqual([nothing.code, off.code], [0, 1]);
  for (const { code, stderr } of wrong) {
    assert.equal(code, 2);
    assert.match(stderr, /--seconds is a whole number from 1 to 300, not /);
  }
  assert.match(nothing.stdout, /^Nothing looks like a terminal here\. .*terminals add/);
});

test("--watch tells what appears and what vanishes until Ctrl-C", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  const other = { ...FOUND, name: "Other\nline", port: 1 };
  const looks = [[FOUND], [FOUND], [FOUND, other], [other]];
  daemon.answers.set("discovery.scan", () => ({ sightings: looks.shift() ?? [] }));
  daemon.fate = ({ method }) => (method === "discovery.scan" && looks.length === 0 ? "silent" : undefined);

  const watching = start(t, ["discover", "--watch", "--home", home]);
  while (looks.length > 0 || !watching.stdout().includes("vanished"))
    await new Promise((resolve) => setImmediate(resolve));
  watching.interrupt();
  const { code, stdout } = await watching.ended;

  assert.equal(code, 0);
  const [, table, ...changes] = stdout.trimEnd().split("\n");
  assert.match(table ?? "", /^AcmeConnector/);
  assert.match(changes[0] ?? "", /^appeared {2}Other\\nline {2}acme {2}192\.168\.1\.40:1 {2}tillbridge terminals add /);
  assert.deepEqual(changes.slice(1), ["vanished  AcmeConnector  acme  192.168.1.40:55555"]);
});

test("--watch --json is one document a look", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  const looks = [[FOUND], [FOUND]];
  daemon.answers.set("discovery.scan", () => ({ sightings: looks.shift() ?? [] }));
  daemon.fate = ({ method }) => (method === "discovery.scan" && looks.length === 0 ? "silent" : undefined);

  const watching = start(t, ["discover", "--watch", "--json", "--home", home]);
  while (watching.stdout().split("\n").length < 3) await new Promise((resolve) => setImmediate(resolve));
  watching.interrupt();
  const { stdout } = await watching.ended;

  const documents = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  assert.deepEqual(documents, [{ sightings: [FOUND] }, { sightings: [FOUND] }]);
});
