import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { asItIs } from "../../../src/doctor/check.ts";
import { firewallExamination, type FirewallPorts, type Passage } from "../../../src/doctor/network/firewall.ts";
import type { ProgramRun } from "../../../src/doctor/program.ts";
import { inEnglish } from "../told.ts";

const MDNS: Passage = {
  what: asItIs("terminals that announce themselves"),
  packet: { direction: "in", protocol: "udp", port: 5353, address: undefined },
};
const TERMINAL: Passage = {
  what: asItIs("terminal counter-1"),
  terminal: "counter-1",
  packet: { direction: "out", protocol: "tcp", port: 7000, address: "192.168.1.41" },
};

const said = (stdout: string, code = 0, stderr = ""): ProgramRun => ({ kind: "ended", code, stdout, stderr });
const DROPPING = said("-P INPUT DROP\n-P OUTPUT ACCEPT\n-A OUTPUT -d 192.168.1.41 -p tcp -j DROP\n");

type Programs = Readonly<Record<string, ProgramRun | ((args: readonly string[]) => ProgramRun)>>;

async function examined(programs: Programs, more: Partial<FirewallPorts> = {}, passages = [MDNS, TERMINAL]) {
  const ports: FirewallPorts = {
    run: (program, args) => {
      const run = programs[program] ?? { kind: "absent" };
      return Promise.resolve(typeof run === "function" ? run(args) : run);
    },
    readText: () => Promise.resolve(undefined),
    platform: "linux",
    ...more,
  };
  const checks = await firewallExamination(passages, ports).examine(new AbortController().signal);
  return inEnglish(checks).map(
    ({ verdict, evidence, remedy, terminal = "" }) => `${verdict} ${terminal}: ${evidence} → ${remedy}`,
  );
}

describe("the firewall of this machine", () => {
  it("without rules stops nothing", async () => {
    assert.match((await examined({ nft: said('{"nftables": []}') }))[0] ?? "", /^ok : nftables has 0 rules/);
  });

  it("that stops what comes in and what goes out: each is a fault, with the command that mends it", async () => {
    const [mdns, terminal] = await examined({ iptables: DROPPING });
    assert.match(
      mdns ?? "",
      /^fault : UDP to port 5353.*policy of the chain INPUT.*`sudo iptables -I INPUT -p udp --dport 5353 -j ACCEPT`/,
    );
    assert.match(
      terminal ?? "",
      /^fault counter-1: TCP to 192\.168\.1\.41 port 7000.*iptables -I OUTPUT -p tcp -d 192\.168\.1\.41/,
    );
  });

  it("is changed by whoever keeps its rules", async () => {
    const ufw = await examined({ iptables: DROPPING }, { readText: () => Promise.resolve("ENABLED=yes\n") });
    assert.match(ufw.join(), /`sudo ufw allow 5353\/udp`.*`sudo ufw allow out to 192\.168\.1\.41 port 7000 proto tcp`/);
    const firewalld = await examined({ iptables: DROPPING, "firewall-cmd": said("running") });
    assert.match(firewalld.join(), /firewall-cmd --permanent --add-port=5353\/udp/);
  });

  it("whose rules are told to root alone is not known, and root's command is named; so is one without a program", async () => {
    const denied = said("", 1, "Operation not permitted (you must be root)");
    assert.match(
      (await examined({ nft: denied }))[0] ?? "",
      /^unknown : .*nft tells the rules to root alone.*`sudo tillbridge doctor`/,
    );
    assert.match((await examined({}))[0] ?? "", /^unknown : .*there is no nft; there is no iptables/);
  });
});

describe("the firewall of Windows", () => {
  const on = { platform: "win32" } as const;
  const netsh =
    (rule: number, state = "State ON") =>
    (args: readonly string[]) =>
      args.includes("rule") ? said("", rule) : said(state);

  it("that is off, or has our rule, is well; in other languages too", async () => {
    assert.match((await examined({ netsh: netsh(1, "Status   AUS") }, on))[0] ?? "", /^ok : .*is off/);
    assert.match((await examined({ netsh: netsh(0) }, on))[0] ?? "", /^ok : .*has a rule for terminals/);
  });

  it("that has no rule of ours is not known, with the commands that make it", async () => {
    const [shown] = await examined({ netsh: netsh(1) }, on);
    assert.match(shown ?? "", /^unknown : .*UDP 5353.*netsh advfirewall firewall add rule name="Tillbridge UDP 5353"/);
  });

  it("is in nobody's way where nobody has to come in", async () => {
    assert.match((await examined({}, on, [TERMINAL]))[0] ?? "", /^ok/);
  });
});
