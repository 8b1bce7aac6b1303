import { asItIs, fault, ok, unknown, warning, type Examination, type Finding } from "../check.ts";
import type { ProgramRun, RunProgram } from "../program.ts";
import { iptablesChains } from "./iptables-rules.ts";
import { nftChains } from "./nft-rules.ts";
import { worstOf } from "./worst.ts";
import { rulingOn, type Chain, type Packet, type Ruling } from "./rules.ts";

/** What has to come through, and what for. */
export type Passage = {
  readonly packet: Packet;
  /** For people: `mDNS answers`, `terminal counter-1`. */
  readonly what: string;
  readonly terminal?: string;
};

export type FirewallPorts = {
  readonly run: RunProgram;
  /** Undefined where it is not there, or not for this user. */
  readonly readText: (path: string) => Promise<string | undefined>;
  readonly platform: NodeJS.Platform;
};

const ID = "firewall";
const UFW = "/etc/ufw/ufw.conf";

/** Whether the firewall of this machine lets through what has to come through, as far as this user may read its rules. */
export function firewallExamination(passages: readonly Passage[], ports: FirewallPorts): Examination {
  return {
    id: ID,
    examine: async (signal) => {
      if (ports.platform === "win32") return [await windowsCheck(passages, ports, signal)];
      const manager = await managerOf(ports, signal);
      const read = await rulesOf(ports, signal);
      if (read.kind === "unreadable") return [unread(read.why, manager)];
      const stopped = passages
        .map((passage) => ({ passage, ruling: rulingOn(passage.packet, read.chains) }))
        .filter((each): each is Stopped => each.ruling.kind === "dropped");
      const checks = stopped.map((each) => stoppedCheck(each, manager));
      const count = read.chains.reduce((sum, { rules }) => sum + rules.length, 0);
      const others = checks.length === 0 ? "what we need" : "what else we need";
      const rest = ok(ID, `${read.program} has ${count} rules, and none of them stops ${others}${inWords(manager)}.`);
      return [
        worstOf(checks.filter(({ terminal }) => terminal === undefined)) ?? rest,
        ...checks.filter(({ terminal }) => terminal !== undefined),
      ];
    },
  };
}

type Stopped = { readonly passage: Passage; readonly ruling: Extract<Ruling, { kind: "dropped" }> };

type Manager = "ufw" | "firewalld" | "none";

/** Who keeps the rules: its own command has to change them, or they are gone after the next start. */
async function managerOf({ run, readText }: FirewallPorts, signal: AbortSignal): Promise<Manager> {
  const [ufw = "", firewalld] = await Promise.all([readText(UFW), run("firewall-cmd", ["--state"], signal)]);
  if (/^\s*ENABLED=yes/m.test(ufw)) return "ufw";
  return firewalld.kind === "ended" && firewalld.code === 0 ? "firewalld" : "none";
}

function inWords(manager: Manager): string {
  return manager === "none" ? "" : ` (${manager} keeps them)`;
}

type RulesRead =
  | { readonly kind: "read"; readonly program: string; readonly chains: readonly Chain[] }
  | { readonly kind: "unreadable"; readonly why: string };

async function rulesOf({ run }: FirewallPorts, signal: AbortSignal): Promise<RulesRead> {
  const nft = await run("nft", ["-j", "list", "ruleset"], signal);
  const chains = nft.kind === "ended" && nft.code === 0 ? nftChains(nft.stdout) : undefined;
  if (chains !== undefined) return { kind: "read", program: "nftables", chains };
  const iptables = await run("iptables", ["-S"], signal);
  if (iptables.kind === "ended" && iptables.code === 0)
    return { kind: "read", program: "iptables", chains: iptablesChains(iptables.stdout) };
  return { kind: "unreadable", why: [whyNot("nft", nft), whyNot("iptables", iptables)].join("; ") };
}

function whyNot(program: string, run: ProgramRun): string {
  switch (run.kind) {
    case "absent":
      return `there is no ${program}`;
    case "failed":
      return run.why;
    case "ended":
      return /permitted|permission|root/i.test(run.stderr)
        ? `${program} tells the rules to root alone`
        : `${program} ended with ${run.code}`;
  }
}

function unread(why: string, manager: Manager): Finding {
  const kept = manager === "none" ? "" : ` ${manager} is on.`;
  const check = unknown(ID, `The rules of the firewall could not be read: ${why}.${kept}`);
  return why.includes("root") ? { ...check, remedy: asItIs("`sudo tillbridge doctor` reads them.") } : check;
}

function stoppedCheck({ passage, ruling }: Stopped, manager: Manager): Finding {
  const { packet, what, terminal } = passage;
  const { direction, protocol, port, address } = packet;
  const way = direction === "in" ? `to port ${port} of this machine` : `to ${address ?? "the internet"} port ${port}`;
  const evidence = `${protocol.toUpperCase()} ${way} (${what}) is dropped by ${ruling.place}.`;
  const remedy = remedyFor(packet, ruling.place, manager);
  const id = terminal === undefined ? ID : `terminal.${terminal}.firewall`;
  const check = ruling.isSure
    ? fault(id, evidence, remedy)
    : warning(id, `${evidence} Rules before it that could not be understood may let it through.`, remedy);
  return terminal === undefined ? check : { ...check, terminal };
}

function remedyFor({ direction, protocol, port, address }: Packet, place: string, manager: Manager): string {
  const to = address ?? "any";
  switch (manager) {
    case "ufw":
      return direction === "in"
        ? `\`sudo ufw allow ${port}/${protocol}\``
        : `\`sudo ufw allow out to ${to} port ${port} proto ${protocol}\``;
    case "firewalld":
      return `\`sudo firewall-cmd --permanent --add-port=${port}/${protocol} && sudo firewall-cmd --reload\``;
    case "none": {
      const chain = / chain ((?:ip|inet) \S+ \S+)$/.exec(place)?.[1];
      const isTo = address !== undefined && direction === "out";
      if (chain === undefined) {
        const inserted = `-I ${direction === "in" ? "INPUT" : "OUTPUT"} -p ${protocol}${isTo ? ` -d ${address}` : ""} --dport ${port} -j ACCEPT`;
        return `Let it through before that: \`sudo iptables ${inserted}\`, and write it into the file from which the rules are loaded.`;
      }
      const daddr = isTo ? `ip daddr ${address} ` : "";
      return `Let it through before that: \`sudo nft insert rule ${chain} ${daddr}${protocol} dport ${port} accept\`, and write it into the file from which the rules are loaded.`;
    }
  }
}

/** Its words are in the language of the system: only whether a rule of a name is there can be read by a program. */
async function windowsCheck(
  passages: readonly Passage[],
  { run }: FirewallPorts,
  signal: AbortSignal,
): Promise<Finding> {
  const inward = passages.filter(({ packet }) => packet.direction === "in");
  if (inward.length === 0) return ok(ID, "Nobody has to reach this machine, and Windows lets programs out.");
  const state = await run("netsh", ["advfirewall", "show", "currentprofile", "state"], signal);
  if (state.kind !== "ended" || state.code !== 0)
    return unknown(ID, `The firewall's state could not be read: ${whyNot("netsh", state)}.`);
  if (/\b(OFF|AUS|DESACTIVAD[OA]|INACTIVO)\b/i.test(state.stdout)) return ok(ID, "The firewall of Windows is off.");
  const missing: Passage[] = [];
  for (const passage of inward) {
    const rule = await run("netsh", ["advfirewall", "firewall", "show", "rule", `name=${ruleName(passage)}`], signal);
    if (rule.kind !== "ended" || rule.code !== 0) missing.push(passage);
  }
  if (missing.length === 0)
    return ok(ID, `The firewall of Windows has a rule for ${inward.map(({ what }) => what).join(", ")}.`);
  const whats = missing
    .map(({ what, packet }) => `${what} (${packet.protocol.toUpperCase()} ${packet.port})`)
    .join(", ");
  const remedy = missing.map((passage) => `\`${windowsRule(passage)}\``).join(", ");
  return {
    ...unknown(
      ID,
      `The firewall of Windows is on, and has no rule of ours for ${whats}; whether another rule lets it in cannot be read.`,
    ),
    remedy: asItIs(`As administrator: ${remedy}`),
  };
}

function ruleName({ packet: { protocol, port } }: Passage): string {
  return `Tillbridge ${protocol.toUpperCase()} ${port}`;
}

function windowsRule(passage: Passage): string {
  const { protocol, port } = passage.packet;
  return `netsh advfirewall firewall add rule name="${ruleName(passage)}" dir=in action=allow protocol=${protocol.toUpperCase()} localport=${port}`;
}
