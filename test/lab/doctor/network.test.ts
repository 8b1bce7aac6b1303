// needs: iproute2, nftables, root
// `tillbridge doctor` in networks in which something is really wrong.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { Check } from "../../../src/doctor/check.ts";
import { lastFirst, type Ending } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { openNetwork, type Machine } from "../network-namespaces.ts";

const MAIN = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
const NEIGHBOUR = fileURLToPath(new URL("./neighbour.ts", import.meta.url));
const SHOP = "10.92.1.1";
const COUNTER = "10.92.1.2";

/** A service's machine and a counter's, in one network. */
function openShop(t: TestContext) {
  const ending = lastFirst(t);
  const network = openNetwork(ending);
  const [shop, counter] = [network.machine("shop"), network.machine("counter")];
  const office = network.segment();
  office.plug(shop, "eth0", `${SHOP}/24`);
  office.plug(counter, "eth0", `${COUNTER}/24`);
  return { ending, network, shop, counter, office };
}

const tcp = (id: string, host: string, port: number) => ({
  id,
  vendor: "getnet",
  link: { type: "tcp", host, port },
  settings: { currency: "CLP" },
});

const cloud = (id: string, baseUrl: string, ca?: string) => ({
  id,
  vendor: "mercado-pago",
  link: { type: "cloud", baseUrl, ...(ca === undefined ? {} : { tls: { ca } }) },
  settings: { terminalId: `NEWLAND_N950__${id}`, currency: "MXN", accessToken: { secret: "mp" } },
});

function openHome(ending: Ending, config: object): string {
  const home = freshFolder(ending);
  writeFileSync(join(home, "config.json"), JSON.stringify({ server: { port: 0 }, ...config }));
  mkdirSync(join(home, "data"), { mode: 0o700 });
  return home;
}

async function examine(machine: Machine, home: string): Promise<(id: string) => Check> {
  const command = machine.start([process.execPath, MAIN, "doctor", "--json", "--home", home]);
  const { checks } = JSON.parse(await command.nextLine()) as { readonly checks: readonly Check[] };
  return (id) => checks.find((check) => check.id === id) ?? assert.fail(`no check ${id} in ${JSON.stringify(checks)}`);
}

/** Resolves when all of them listen; answers the authorities by which some are signed, in their order. */
async function neighbour(machine: Machine, address: string, ...manners: readonly string[]) {
  const program = machine.start([process.execPath, NEIGHBOUR, address, ...manners]);
  const authorities: string[] = [];
  for (let line = await program.nextLine(); line !== "listening"; line = await program.nextLine())
    authorities.push(JSON.parse(line.replace(/^authority /, "")) as string);
  return { program, authorities };
}

/** Rules of this machine's packet filter. */
async function rule(machine: Machine, ...words: readonly string[]): Promise<void> {
  const { code, stderr } = await machine.start(["nft", ...words]).ended;
  assert.equal(code, 0, stderr);
}

test("a network in which all is well: the question comes back, the way is told, the terminal takes connections", async (t) => {
  const { ending, shop, counter } = openShop(t);
  await neighbour(counter, COUNTER, "waits", "7000");
  const check = await examine(shop, openHome(ending, { terminals: [tcp("counter-1", COUNTER, 7000)] }));

  const all = ["network.cards", "mdns.eth0", "firewall", "terminal.counter-1.route", "terminal.counter-1.link"];
  for (const id of all) assert.equal(check(id).verdict, "ok", check(id).evidence);
  assert.match(check("network.cards").evidence, /^eth0 10\.92\.1\.1\/24/);
  assert.match(check("terminal.counter-1.route").evidence, /eth0/);
});

test("terminals that cannot be reached: each with what is there in its place", async (t) => {
  const { ending, shop, counter } = openShop(t);
  await neighbour(counter, COUNTER, "speaks", "7001", "hangsUp", "7002", "waits", "7003");
  await rule(counter, "add table inet own");
  await rule(counter, "add chain inet own input { type filter hook input priority 0; }");
  await rule(counter, "add rule inet own input tcp dport 7003 drop");
  const check = await examine(
    shop,
    openHome(ending, {
      terminals: [
        tcp("dead", "10.92.1.77", 7000),
        tcp("refused", COUNTER, 7000),
        tcp("speaks", COUNTER, 7001),
        tcp("hangs-up", COUNTER, 7002),
        tcp("silent", COUNTER, 7003),
        tcp("elsewhere", "10.99.9.9", 7000),
        tcp("named", "nobody.invalid", 7000),
        tcp("twin", COUNTER, 7003),
      ],
    }),
  );
  const link = (id: string) => check(`terminal.${id}.link`);
  const shown = (id: string) => `${link(id).verdict}: ${link(id).evidence}`;

  assert.match(shown("dead"), /^fault: .*no machine in its network has this address/);
  assert.match(shown("refused"), /^fault: .*refuses the connection/);
  assert.match(shown("speaks"), /^fault: An SSH server answers at 10\.92\.1\.2:7001, and no terminal/);
  assert.match(shown("hangs-up"), /^warning: .*closes it at once/);
  assert.match(shown("silent"), /^fault: .*a machine with this address is there/);
  assert.match(shown("named"), /^fault: The name nobody\.invalid is not known/);
  assert.equal(check("terminal.elsewhere.route").verdict, "fault");
  assert.match(check("terminal.elsewhere.route").evidence, /no route to 10\.99\.9\.9 \(ENETUNREACH\)/);
  assert.match(check("terminals.addresses").evidence, /silent and twin are all at 10\.92\.1\.2:7003/);
});

test("a card without multicast: that is told, with the command that mends it", async (t) => {
  const { ending, shop } = openShop(t);
  shop.ip("link", "set", "eth0", "multicast", "off");
  const check = await examine(shop, openHome(ending, {}));

  assert.equal(check("mdns.eth0").verdict, "fault");
  assert.match(check("mdns.eth0").remedy ?? "", /ip link set eth0 multicast on/);
});

test("a firewall that drops what terminals announce, and what is said to one: each by the rule that does it", async (t) => {
  const { ending, shop, counter } = openShop(t);
  await neighbour(counter, COUNTER, "waits", "7000");
  await rule(shop, "add table inet filter");
  await rule(shop, "add chain inet filter input { type filter hook input priority 0; policy drop; }");
  await rule(shop, "add rule inet filter input ct state established,related accept");
  await rule(shop, "add rule inet filter input iifname lo accept");
  await rule(shop, "add chain inet filter output { type filter hook output priority 0; }");
  await rule(shop, `add rule inet filter output ip daddr ${COUNTER} tcp dport 7000 drop`);
  const home = openHome(ending, { terminals: [tcp("counter-1", COUNTER, 7000)] });
  const check = await examine(shop, home);

  assert.equal(check("mdns.eth0").verdict, "fault");
  assert.match(check("mdns.eth0").evidence, /did not come back/);
  assert.match(check("firewall").evidence, /UDP to port 5353.*the policy of the chain inet filter input/);
  assert.equal(check("terminal.counter-1.link").verdict, "fault");

  // What is said there mends it.
  const remedy = /`sudo nft (insert rule .*? accept)`/.exec(check("firewall").remedy ?? "")?.[1] ?? "";
  await rule(shop, remedy);
  const mended = await examine(shop, home);
  assert.equal(mended("mdns.eth0").verdict, "ok", mended("mdns.eth0").evidence);
  assert.match(
    mended("terminal.counter-1.firewall").evidence,
    /TCP to 10\.92\.1\.2 port 7000 \(terminal counter-1\) is dropped by the rule/,
  );
});

test("no network at all, although a terminal needs one; and none that is needed", async (t) => {
  const ending = lastFirst(t);
  const alone = openNetwork(ending).machine("alone");
  const check = await examine(alone, openHome(ending, { terminals: [tcp("counter-1", COUNTER, 7000)] }));
  assert.equal(check("network.cards").verdict, "fault");
  assert.match(check("terminal.counter-1.route").evidence, /no route/);

  const unneeded = await examine(alone, openHome(ending, {}));
  assert.equal(unneeded("network.cards").verdict, "ok");
});

test("a VPN that takes the shop's own network; two cards in one network; two addresses on one card", async (t) => {
  const { ending, network, shop, office } = openShop(t);
  const home = openHome(ending, { terminals: [tcp("counter-1", COUNTER, 7000)] });
  network.segment().plug(shop, "tun0", "10.8.0.2/24");
  shop.ip("route", "add", `${COUNTER}/32`, "dev", "tun0");
  const check = await examine(shop, home);
  assert.match(check("terminal.counter-1.route").evidence, /leaves by tun0 \(10\.8\.0\.2\): a VPN takes it/);
  assert.equal(check("network.cards").verdict, "ok");

  shop.ip("link", "delete", "tun0");
  shop.ip("address", "add", "10.92.2.1/24", "dev", "eth0");
  const two = await examine(shop, home);
  assert.match(
    two("mdns.eth0").evidence,
    /10\.92\.1\.1: a question of ours came back.*10\.92\.2\.1: a question of ours came back/,
  );

  office.plug(shop, "eth1", "10.92.1.9/24");
  const twins = await examine(shop, home);
  assert.match(twins("network.cards").evidence, /eth0 10\.92\.1\.1\/24 and eth1 10\.92\.1\.9\/24 are in one network/);
});

test("clouds: a wrong clock, a certificate that ended, one that nobody here trusts, and one that is well", async (t) => {
  const { ending, shop, counter } = openShop(t);
  const { authorities } = await neighbour(counter, COUNTER, "expired", "8441", "valid", "8442");
  const own = await neighbour(shop, "127.0.0.1", "hourAhead", "8440");
  assert.deepEqual(own.authorities, []);
  const [ofExpired, ofValid] = authorities;
  const terminals = [
    cloud("ahead", "http://127.0.0.1:8440"),
    cloud("expired", `https://${COUNTER}:8441/v1`, ofExpired),
    cloud("valid", `https://${COUNTER}:8442/v1`, ofValid),
    cloud("untrusted", `https://${COUNTER}:8442/other`),
    cloud("unknown", "https://api.nobody.invalid"),
  ];
  const check = await examine(shop, openHome(ending, { terminals }));
  const at = (terminal: string) => (id: string) => check(id).evidence.includes(`${terminal} needs it`);

  assert.equal(check("cloud.127.0.0.1-8440").verdict, "ok");
  assert.match(check("cloud.127.0.0.1-8440.clock").evidence, /60 minutes behind that of 127\.0\.0\.1:8440/);
  assert.equal(check("cloud.127.0.0.1-8440.clock").verdict, "fault");
  assert.match(check("cloud.10.92.1.2-8441").evidence, /not valid today \(CERT_HAS_EXPIRED\).*signed by .*Acme Proxy/s);
  assert.ok(at("expired")("cloud.10.92.1.2-8441"));
  assert.match(
    check("cloud.10.92.1.2-8442").evidence,
    /answers \(401\), its certificate is valid and trusted. valid needs it/,
  );
  assert.equal(check("cloud.10.92.1.2-8442.clock").verdict, "ok");
  assert.match(check("cloud.10.92.1.2-8442-other").evidence, /signed by nobody who is trusted here.*Acme Proxy/);
  assert.match(check("cloud.api.nobody.invalid").evidence, /is not known here/);
});
