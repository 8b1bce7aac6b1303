import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HttpAnswer } from "../../../src/core/http.ts";
import { asItIs } from "../../../src/doctor/check.ts";
import { clockCheck } from "../../../src/doctor/network/clock.ts";
import { cloudExaminations, type CloudPorts } from "../../../src/doctor/network/cloud.ts";
import { cloudsOf } from "../../../src/doctor/network/clouds.ts";
import { examinedTerminals, type VendorFacts } from "../../../src/doctor/terminals/examined.ts";
import type { ExchangeListener, OpenedExchange } from "../../../src/transports/exchange.ts";
import { createVirtualClock, type VirtualClock } from "../../support/virtual-clock.ts";
import { inEnglish, toldInEnglish } from "../told.ts";

const NO_BODY = new Uint8Array();
const PLACE = { type: "cloud", baseUrl: "https://api.example.com/v1" } as const;

type Server = (listener: ExchangeListener, clock: VirtualClock) => OpenedExchange;

/** A server that answers so, or not at all. */
function answering(answer: ((clock: VirtualClock) => HttpAnswer) | undefined, sent: string[] = []): Server {
  return (listener, clock) => ({
    kind: "open",
    connection: {
      name: "http",
      isOpen: true,
      send: ({ method, path, headers, body }) => {
        sent.push(`${method} ${path} ${Object.keys(headers).join(" ")} ${body.length}`);
        if (answer !== undefined) listener.answered(answer(clock));
        return Promise.resolve({ kind: "sent" });
      },
      close: () => Promise.resolve(),
    },
  });
}

const answer = (status: number, headers: Readonly<Record<string, string>> = {}) => ({ status, headers, body: NO_BODY });

function asked(server: Server, more: Partial<CloudPorts> = {}) {
  const clock = createVirtualClock();
  const ports: CloudPorts = {
    addressOf: () => Promise.resolve({ kind: "address", address: "203.0.113.7" }),
    transport: { kind: "cloud", open: (_address, listener) => Promise.resolve(server(listener, clock)) },
    signerAt: () => Promise.resolve(asItIs("CN=Acme Firewall")),
    clock,
    platform: "linux",
    ...more,
  };
  const [examination] = cloudExaminations([{ address: PLACE, terminals: ["counter-5"] }], ports);
  const examining = examination?.examine(new AbortController().signal) ?? assert.fail("nothing is examined");
  const shown = async () =>
    inEnglish(await examining).map(({ id, verdict, evidence, remedy }) => `${id} ${verdict}: ${evidence} → ${remedy}`);
  return { clock, shown };
}

describe("the servers of a vendor", () => {
  it("that answer are well whatever they refuse, and are asked without any access", async () => {
    const sent: string[] = [];
    const { shown } = asked(answering((clock) => answer(401, { date: new Date(clock.now()).toUTCString() }), sent));
    const [server, time] = await shown();
    assert.match(
      server ?? "",
      /^cloud\.api\.example\.com ok: api\.example\.com \(203\.0\.113\.7\) answers \(401\).*counter-5 needs it/,
    );
    assert.match(time ?? "", /^cloud\.api\.example\.com\.clock ok/);
    assert.deepEqual(sent, ["GET / Accept User-Agent 0"]);
  });

  it("whose name nobody knows are a fault", async () => {
    const addressOf = () => Promise.resolve({ kind: "unknown", code: "ENOTFOUND" } as const);
    const { shown } = asked(answering(undefined), { addressOf });
    assert.match((await shown())[0] ?? "", /fault: The name api\.example\.com is not known here \(ENOTFOUND\)/);
  });

  it("behind something that reads along are a fault, and who has signed is told", async () => {
    const why =
      "the certificate of api.example.com is signed by nobody who is trusted here (SELF_SIGNED_CERT_IN_CHAIN)";
    const { shown } = asked(() => ({ kind: "failed", why, remedy: "Have it leave us alone." }));
    assert.match(
      (await shown())[0] ?? "",
      /fault: .*SELF_SIGNED_CERT_IN_CHAIN.*signed by CN=Acme Firewall.*Have it leave us alone/,
    );
  });

  it("behind a closed way are a fault, and no certificate is asked for", async () => {
    const signerAt = () => assert.fail("nobody is there");
    const { shown } = asked(() => ({ kind: "failed", why: "there is no way to api.example.com" }), { signerAt });
    assert.match((await shown())[0] ?? "", /fault: .*no way to api\.example\.com/);
  });

  it("in front of which a proxy wants a login are a fault; those in trouble, or silent, a warning", async () => {
    assert.match((await asked(answering(() => answer(511))).shown())[0] ?? "", /fault: .*wants a login/);
    assert.match((await asked(answering(() => answer(503))).shown())[0] ?? "", /warning: .*have trouble/);
    const { clock, shown } = asked(answering(undefined));
    await clock.advance(2_500);
    assert.match((await shown())[0] ?? "", /warning: .*did not answer: nothing came within 2\.5 s/);
    assert.equal(clock.pendingTimers(), 0);
  });
});

describe("their clock against ours", () => {
  const clock = createVirtualClock();
  const at = (aheadMs: number, platform: NodeJS.Platform = "linux") => {
    const told = answer(200, { date: new Date(clock.now() + aheadMs).toUTCString() });
    const found = clockCheck("clock", "them", told, { clock, platform });
    const check = found === undefined ? undefined : toldInEnglish(found);
    return `${check?.verdict}: ${check?.evidence} → ${check?.remedy}`;
  };

  it("seconds are the same time, a minute is a warning, more is a fault, both ways", () => {
    assert.match(at(3_000), /^ok/);
    assert.match(at(60_000), /^warning: .*60 s behind/);
    assert.match(at(-180_000), /^fault: .*3 minutes ahead of/);
    assert.match(at(86_400_000 * 3), /^fault: .*3 days behind/);
  });

  it("what mends it is the system's own command", () => {
    assert.match(at(3_600_000), /timedatectl set-ntp true/);
    assert.match(at(3_600_000, "win32"), /w32tm \/resync/);
  });

  it("an answer without a time, or with none that can be, says nothing", () => {
    for (const headers of [{}, { date: "yesterday" }, { date: "Sat, 01 Jan 20026 00:00:00 GMT" }])
      assert.equal(clockCheck("clock", "them", answer(200, headers), { clock, platform: "linux" }), undefined);
  });
});

describe("which servers are asked", () => {
  const vendors: readonly VendorFacts[] = [
    {
      id: "acme-cloud",
      linkDefaults: { cloud: { baseUrl: "https://api.acme.example" } },
      account: { nameOf: () => "acme", linkOf: (_settings, link) => link },
    },
    {
      id: "acme",
      linkDefaults: { http: { port: 55_555 } },
      account: {
        nameOf: ({ cloud }) => (cloud === undefined ? undefined : "acme"),
        linkOf: () => ({ type: "cloud", baseUrl: "https://cloud.acme.example" }),
      },
    },
  ];
  const clouds = (...configs: Parameters<typeof examinedTerminals>[0]) => {
    const terminals = examinedTerminals(configs, { vendors, checkTerminal: () => [], isNobodyConnected: true });
    return cloudsOf(terminals, vendors).map(({ address, terminals: users }) => `${address.baseUrl} ${users.join()}`);
  };
  const local = { type: "http", host: "192.168.1.40" };

  it("those behind which a terminal stands, or that its settings name beside it; each once", () => {
    assert.deepEqual(
      clouds(
        { id: "a", vendor: "acme-cloud", link: { type: "cloud" } },
        { id: "b", vendor: "acme-cloud", link: { type: "cloud" } },
        { id: "c", vendor: "acme", link: local, settings: { cloud: {} } },
      ),
      ["https://api.acme.example a,b", "https://cloud.acme.example c"],
    );
  });

  it("none where no terminal needs them: of terminals in the shop, disabled ones, and vendors that nobody knows", () => {
    assert.deepEqual(
      clouds(
        { id: "a", vendor: "acme", link: local },
        { id: "b", vendor: "acme-cloud", link: { type: "cloud" }, disabled: true },
        { id: "c", vendor: "stranger", link: { type: "cloud" } },
      ),
      [],
    );
  });
});
