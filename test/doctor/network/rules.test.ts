import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { iptablesChains } from "../../../src/doctor/network/iptables-rules.ts";
import { nftChains } from "../../../src/doctor/network/nft-rules.ts";
import { rulingOn, type Packet } from "../../../src/doctor/network/rules.ts";

const MDNS: Packet = { direction: "in", protocol: "udp", port: 5353, address: undefined };
const TERMINAL: Packet = { direction: "out", protocol: "tcp", port: 7000, address: "192.168.1.41" };

type Expression = Readonly<Record<string, unknown>>;

const dport = (protocol: string, right: unknown, op = "==") => ({
  match: { op, left: { payload: { protocol, field: "dport" } }, right },
});
const to = (right: unknown) => ({ match: { op: "==", left: { payload: { protocol: "ip", field: "daddr" } }, right } });
const state = (right: unknown) => ({ match: { op: "in", left: { ct: { key: "state" } }, right } });
const meta = (key: string, right: unknown) => ({ match: { op: "==", left: { meta: { key } }, right } });
const end = (kind: string, value: unknown = null) => ({ [kind]: value });

const chain = (name: string, hook?: string, policy = "accept", family = "inet") => ({
  chain: { family, table: "filter", name, ...(hook === undefined ? {} : { type: "filter", hook, policy }) },
});
const rule = (of: string, expr: readonly Expression[], family = "inet") => ({
  rule: { family, table: "filter", chain: of, handle: 7, expr },
});

const ruling = (packet: Packet, ...items: readonly object[]) =>
  rulingOn(packet, nftChains(JSON.stringify({ nftables: items })) ?? assert.fail("no listing"));

describe("what a packet filter does, as nft lists it", () => {
  it("without rules everything comes through", () => {
    assert.deepEqual(ruling(MDNS), { kind: "accepted" });
    assert.deepEqual(ruling(MDNS, chain("input", "input")), { kind: "accepted" });
  });

  it("a rule that drops the port stops it, and is named; another port, protocol or direction is not stopped", () => {
    const rules = [chain("input", "input"), rule("input", [dport("udp", 5353), end("counter"), end("drop")])];

    assert.deepEqual(ruling(MDNS, ...rules), {
      kind: "dropped",
      place: { kind: "handle", handle: "7", chain: "inet filter input" },
      isSure: true,
    });
    for (const packet of [
      { ...MDNS, port: 5354 },
      { ...MDNS, protocol: "tcp" },
      { ...MDNS, direction: "out" },
    ] as const)
      assert.deepEqual(ruling(packet, ...rules), { kind: "accepted" });
  });

  it("a policy that drops stops what no rule lets through before it", () => {
    const rules = [
      chain("input", "input", "drop"),
      rule("input", [state(["established", "related"]), end("accept")]),
      rule("input", [meta("iifname", "lo"), end("accept")]),
      rule("input", [dport("tcp", { set: [22, { range: [8450, 8460] }] }), end("accept")]),
    ];

    assert.deepEqual(ruling(MDNS, ...rules), {
      kind: "dropped",
      place: { kind: "policy", chain: "inet filter input" },
      isSure: true,
    });
    assert.deepEqual(ruling({ ...MDNS, protocol: "tcp", port: 8458 }, ...rules), { kind: "accepted" });
    assert.deepEqual(ruling({ ...MDNS, protocol: "tcp", port: 8461 }, ...rules).kind, "dropped");
  });

  it("a rule that asks for what is not known makes the rest unsure", () => {
    const rules = [
      chain("input", "input", "drop"),
      rule("input", [meta("mark", 4), dport("udp", 5353), end("accept")]),
    ];
    assert.deepEqual(ruling(MDNS, ...rules), {
      kind: "dropped",
      place: { kind: "policy", chain: "inet filter input" },
      isSure: false,
    });
    const named = [chain("input", "input", "drop"), rule("input", [dport("udp", "@open"), end("accept")])];
    assert.equal(ruling(MDNS, ...named).kind === "dropped", true);
  });

  it("addresses, networks and the other way round", () => {
    const drops = (right: unknown) =>
      ruling(TERMINAL, chain("output", "output"), rule("output", [to(right), end("reject")])).kind === "dropped";
    assert.equal(drops("192.168.1.41"), true);
    assert.equal(drops("192.168.1.42"), false);
    assert.equal(drops({ prefix: { addr: "192.168.1.0", len: 24 } }), true);
    assert.equal(drops({ prefix: { addr: "192.168.2.0", len: 24 } }), false);
    assert.equal(drops({ set: ["10.0.0.1", "192.168.1.41"] }), true);
    const unlike = [chain("output", "output"), rule("output", [dport("tcp", 443, "!="), end("drop")])];
    assert.equal(ruling(TERMINAL, ...unlike).kind, "dropped");
    assert.equal(ruling({ ...TERMINAL, port: 443 }, ...unlike).kind, "accepted");
  });

  it("a jump comes back, goto does not, and every chain that is entered has to let it through", () => {
    const drop = rule("inner", [dport("udp", 5353), end("drop")]);
    const jump = [chain("input", "input"), chain("inner"), rule("input", [end("jump", { target: "inner" })])];
    assert.equal(ruling(MDNS, ...jump, drop).kind, "dropped");
    assert.equal(ruling({ ...MDNS, port: 1 }, ...jump, drop).kind, "accepted");
    const gone = [chain("input", "input", "drop"), chain("inner"), rule("input", [end("goto", { target: "inner" })])];
    assert.equal(ruling(MDNS, ...gone, rule("input", [end("accept")])).kind, "dropped");
    const two = [chain("input", "input"), rule("input", [end("accept")]), chain("late", "input", "drop")];
    assert.equal(ruling(MDNS, ...two).kind, "dropped");
  });

  it("a table of verdicts of states says nothing of a connection that begins; another one makes it unsure", () => {
    const mapped = (left: object) => [
      chain("input", "input"),
      rule("input", [{ vmap: { key: left, data: { set: [["invalid", { drop: null }]] } } }]),
      rule("input", [dport("udp", 5353), end("drop")]),
    ];
    const sure = ruling(MDNS, ...mapped({ ct: { key: "state" } }));
    assert.equal(sure.kind === "dropped" && sure.isSure, true);
    const unsure = ruling(MDNS, ...mapped({ payload: { protocol: "udp", field: "dport" } }));
    assert.equal(unsure.kind === "dropped" && !unsure.isSure, true);
  });

  it("rules for IPv6, and what is no listing, stop nothing", () => {
    const six = [chain("input", "input", "drop", "ip6"), rule("input", [end("drop")], "ip6")];
    assert.deepEqual(ruling(MDNS, ...six), { kind: "accepted" });
    assert.equal(nftChains("Error: syntax error"), undefined);
    assert.equal(nftChains("[]"), undefined);
  });

  it("chains that jump in circles come to an end", () => {
    const circle = [
      chain("input", "input"),
      chain("inner"),
      rule("input", [end("jump", { target: "inner" })]),
      rule("inner", [end("jump", { target: "inner" })]),
    ];
    assert.deepEqual(ruling(MDNS, ...circle), { kind: "accepted" });
  });
});

describe("what a packet filter does, as iptables lists it", () => {
  const LISTED = `-P INPUT DROP
-P FORWARD ACCEPT
-P OUTPUT ACCEPT
-N shop
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -j shop
-A OUTPUT -d 192.168.1.0/24 -p tcp -m tcp --dport 7000 -j REJECT --reject-with icmp-port-unreachable
-A shop -p tcp -m multiport --dports 22,8450:8460 -j ACCEPT
`;
  const listed = (packet: Packet) => rulingOn(packet, iptablesChains(LISTED));

  it("the policy stops what no rule lets through", () => {
    assert.deepEqual(listed(MDNS), { kind: "dropped", place: { kind: "policy", chain: "INPUT" }, isSure: true });
    assert.deepEqual(listed({ ...MDNS, protocol: "tcp", port: 8458 }), { kind: "accepted" });
  });

  it("a rule stops what goes out to a network, and is told", () => {
    assert.deepEqual(listed(TERMINAL), {
      kind: "dropped",
      place: {
        kind: "rule",
        rule: "-d 192.168.1.0/24 -p tcp -m tcp --dport 7000 -j REJECT --reject-with icmp-port-unreachable",
        chain: "OUTPUT",
      },
      isSure: true,
    });
    assert.deepEqual(listed({ ...TERMINAL, address: "192.168.2.41" }), { kind: "accepted" });
  });

  it("what is negated or unknown is not taken for granted", () => {
    const chains = iptablesChains("-P INPUT ACCEPT\n-A INPUT ! -s 10.0.0.0/8 -p udp -j DROP\n-A INPUT -p udp -j DROP");
    const ruled = rulingOn(MDNS, chains);
    assert.equal(ruled.kind === "dropped" && !ruled.isSure, true);
  });
});
