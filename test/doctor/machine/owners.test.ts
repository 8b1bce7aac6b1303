import assert from "node:assert/strict";
import { test } from "node:test";
import { linuxListeners, windowsListeners } from "../../../src/doctor/machine/listeners.ts";
import { holderExaminations } from "../../../src/doctor/machine/holders.ts";
import { doorsOf, portExaminations } from "../../../src/doctor/machine/ports.ts";
import type { Clock } from "../../../src/core/ports.ts";
import { realClock } from "../../support/clock.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { checkOf, configWith, plant, programs } from "./examined.ts";

const signal = new AbortController().signal;

/** 8455 is 0x2107. The socket is root's. */
const LISTENING =
  "   0: 0100007F:2107 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1 0 100 0\n";
const CONNECTED =
  "   1: 0100007F:2107 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 778 1 0 100 0\n";

test("who listens is told with program, process and user; a connection is no listener", async (t) => {
  const processes = freshFolder(t);
  plant(processes, {
    "net/tcp": `  sl  local_address\n${LISTENING}${CONNECTED}`,
    "net/tcp6": "",
    "41/fd/3": "->socket:[777]",
    "41/exe": "->/usr/sbin/nginx",
    "42/fd/3": "->socket:[778]",
  });

  const found = await linuxListeners([8455], processes)(signal);

  assert.deepEqual(found, [{ port: 8455, user: "root", program: "nginx", pid: 41 }]);
  assert.deepEqual(await linuxListeners([8456], processes)(signal), []);
});

test("given a program that this user is not shown, then its user is told", async (t) => {
  const processes = freshFolder(t);
  plant(processes, { "net/tcp": LISTENING });

  assert.deepEqual(await linuxListeners([8455], processes)(signal), [{ port: 8455, user: "root" }]);
});

test("on Windows, who listens is told whatever the language of the system", async () => {
  const run = programs({
    "netstat.exe -ano -p TCP": [
      "Aktive Verbindungen",
      "  Proto  Lokale Adresse         Remoteadresse          Status           PID",
      "  TCP    127.0.0.1:8455         0.0.0.0:0              ABHÖREN          4242",
      "  TCP    127.0.0.1:8455         127.0.0.1:50000        HERGESTELLT      17",
      "",
    ].join("\r\n"),
    "tasklist.exe /FI PID eq 4242": '"vendor-bridge.exe","4242","Services","0","12.345 K"\r\n',
  });

  const found = await windowsListeners([8455], run, "C:\\Windows")(signal);

  assert.deepEqual(found, [{ port: 8455, pid: 4242, program: "vendor-bridge.exe" }]);
});

test("the ports that are needed are those of the doors that the configuration opens", () => {
  const ports = (fields: object) => doorsOf(configWith(fields), "/nowhere").map(({ port }) => port);

  assert.deepEqual(ports({}), [8455]);
  assert.deepEqual(ports({ server: { port: 0 } }), []);
  assert.deepEqual(
    ports({ server: { lan: { host: "0.0.0.0" } }, callbacks: { host: "10.0.0.2", port: 9000 } }),
    [8455, 8458, 9000],
  );
});

const DOORS = doorsOf(configWith({}), "/nowhere");

test("a port is the service's own, free, somebody else's, or nobody's although the service runs", async () => {
  const port = async (daemonPid: number | undefined, ...heard: readonly object[]) => {
    const listeners = () => Promise.resolve(heard.map((one) => ({ port: 8455, ...one })));
    return checkOf(
      "port.8455",
      portExaminations({
        doors: DOORS,
        listeners,
        daemonPid,
        user: "tillbridge",
        servedPort: () => Promise.resolve(8455),
      }),
    );
  };

  assert.equal((await port(42, { pid: 42, program: "node" })).verdict, "ok");
  assert.equal((await port(42, { user: "tillbridge" })).verdict, "ok", "its program may be hidden");
  assert.equal((await port(undefined)).verdict, "ok");
  assert.equal((await port(42)).verdict, "fault");
  const taken = await port(42, { pid: 41, program: "nginx", user: "www-data" });
  assert.equal(taken.verdict, "fault");
  assert.equal(
    taken.evidence,
    "nginx (process 41 of www-data) listens on port 8455, which is Tillbridge's (server.port), for POS programs of this machine.",
  );
  assert.match(taken.remedy ?? "", /tillbridge config set server\.port NUMBER/);
  assert.match((await port(undefined, { user: "maria" })).evidence, /^A program of the user maria listens on/);
});

test("given a service that was started with another port, then that is said, and it is no fault", async () => {
  const look = (daemonPid: number | undefined, heard: readonly { readonly port: number; readonly pid: number }[]) =>
    checkOf(
      "port.8455",
      portExaminations({
        doors: DOORS,
        listeners: () => Promise.resolve(heard),
        daemonPid,
        user: undefined,
        servedPort: () => Promise.resolve(41351),
      }),
    );

  const check = await look(42, []);

  assert.equal(check.verdict, "warning");
  assert.match(check.evidence, /^Tillbridge listens on port 41351, and not on 8455 \(server\.port\)/);
  assert.match(check.remedy ?? "", /without --port/);
  assert.equal(
    (await look(42, [{ port: 8455, pid: 41 }])).verdict,
    "fault",
    "another program has the port all the same",
  );
  assert.equal((await look(undefined, [])).verdict, "ok", "what an earlier service left says nothing");
});

const AT_PORT = configWith({
  terminals: [{ id: "counter-1", vendor: "getnet", link: { type: "serial", path: "/dev/null" } }],
}).terminals;

async function holder(processes: string, daemonPid?: number) {
  return checkOf(
    "terminal.counter-1.holder",
    holderExaminations({ terminals: AT_PORT, clock: realClock, daemonPid, processes }),
  );
}

test(
  "given another program at the port of a terminal, then it is named; the service itself is none",
  { skip: process.platform !== "linux" },
  async (t) => {
    const processes = freshFolder(t);
    plant(processes, { "41/fd/5": "->/dev/null", "41/exe": "->/opt/vendor/bridge", "1/environ": "" });

    const check = await holder(processes);

    assert.deepEqual([check.verdict, check.evidence], ["fault", "bridge (process 41) has /dev/null open."]);
    assert.match(check.remedy ?? "", /End bridge/);
    assert.equal((await holder(processes, 41)).verdict, "ok");
  },
);

test(
  "given ModemManager at the port, then the rule for udev is the remedy",
  { skip: process.platform !== "linux" },
  async (t) => {
    const processes = freshFolder(t);
    plant(processes, { "41/fd/5": "->/dev/null", "41/exe": "->/usr/sbin/ModemManager" });

    assert.match((await holder(processes)).remedy ?? "", /udev rule .*systemctl stop ModemManager/);
  },
);

test("given nobody at the port, then that is well", { skip: process.platform !== "linux" }, async (t) => {
  const processes = freshFolder(t);
  plant(processes, { "1/environ": "" });

  assert.equal((await holder(processes)).verdict, "ok");
});

test(
  "given a machine on which looking takes too long, then nothing is known",
  { skip: process.platform !== "linux" },
  async (t) => {
    const processes = freshFolder(t);
    plant(processes, { "1/environ": "" });
    const atOnce: Clock = { ...realClock, after: (_delayMs, ring) => (ring(), { cancel: () => undefined }) };
    const [examination] = holderExaminations({ terminals: AT_PORT, clock: atOnce, daemonPid: undefined, processes });

    assert.equal((await examination?.examine(signal))?.[0]?.verdict, "unknown");
  },
);
