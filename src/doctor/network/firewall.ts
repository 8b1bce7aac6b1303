import { asItIs, fault, ok, unknown, warning, type Examination, type Finding, type Said } from "../check.ts";
import type { ProgramRun, RunProgram } from "../program.ts";
import { iptablesChains } from "./iptables-rules.ts";
import { nftChains } from "./nft-rules.ts";
import { worstOf } from "./worst.ts";
import { rulingOn, type Chain, type Packet, type Place, type Ruling } from "./rules.ts";

/** What has to come through, and what for. */
export type Passage = {
  readonly packet: Packet;
  /** `terminal counter-1` */
  readonly what: Said;
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
      if (read.kind === "unreadable") return [unread(read, manager)];
      const stopped = passages
        .map((passage) => ({ passage, ruling: rulingOn(passage.packet, read.chains) }))
        .filter((each): each is Stopped => each.ruling.kind === "dropped");
      const checks = stopped.map((each) => stoppedCheck(each, manager));
      const count = read.chains.reduce((sum, { rules }) => sum + rules.length, 0);
      const stops = checks.length === 0 ? "stopsNothing" : "stopsNothingElse";
      const rest = ok(ID, (words) => words.firewall[stops](read.program, count, inWords(manager)(words)));
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

function inWords(manager: Manager): Said {
  return ({ firewall: words }) => (manager === "none" ? "" : words.keptBy(manager));
}

type RulesRead =
  | { readonly kind: "read"; readonly program: string; readonly chains: readonly Chain[] }
  | { readonly kind: "unreadable"; readonly why: Said; readonly isRoots: boolean };

async function rulesOf({ run }: FirewallPorts, signal: AbortSignal): Promise<RulesRead> {
  const nft = await run("nft", ["-j", "list", "ruleset"], signal);
  const chains = nft.kind === "ended" && nft.code === 0 ? nftChains(nft.stdout) : undefined;
  if (chains !== undefined) return { kind: "read", program: "nftables", chains };
  const iptables = await run("iptables", ["-S"], signal);
  if (iptables.kind === "ended" && iptables.code === 0)
    return { kind: "read", program: "iptables", chains: iptablesChains(iptables.stdout) };
  return {
    kind: "unreadable",
    why: (words) => [whyNot("nft", nft), whyNot("iptables", iptables)].map((why) => why(words)).join("; "),
    isRoots: isRoots(nft) || isRoots(iptables),
  };
}

function isRoots(run: ProgramRun): boolean {
  return run.kind === "ended" && /permitted|permission|root/i.test(run.stderr);
}

function whyNot(program: string, run: ProgramRun): Said {
  switch (run.kind) {
    case "absent":
      return ({ program: words }) => words.absent(program);
    case "failed":
      return run.why;
    case "ended":
      return ({ firewall: words }) => (isRoots(run) ? words.rootAlone(program) : words.endedWith(program, run.code));
  }
}

type Unreadable = Extract<RulesRead, { kind: "unreadable" }>;

function unread({ why, isRoots: asksRoot }: Unreadable, manager: Manager): Finding {
  const check = unknown(ID, (words) => {
    const evidence = words.firewall.unread(why(words));
    return manager === "none" ? evidence : `${evidence} ${words.firewall.managed(manager)}`;
  });
  return asksRoot ? { ...check, remedy: ({ firewall: words }) => words.askRoot } : check;
}

function stoppedCheck({ passage, ruling }: Stopped, manager: Manager): Finding {
  const { packet, what, terminal } = passage;
  const { direction, protocol, port, address } = packet;
  const evidence: Said = (words) => {
    const { droppedIn, droppedOut, internet } = words.firewall;
    const by = placeInWords(ruling.place)(words);
    return direction === "in"
      ? droppedIn(protocol.toUpperCase(), port, what(words), by)
      : droppedOut(protocol.toUpperCase(), address ?? internet, port, what(words), by);
  };
  const remedy = remedyFor(packet, ruling.place, manager);
  const id = terminal === undefined ? ID : `terminal.${terminal}.firewall`;
  const check = ruling.isSure
    ? fault(id, evidence, remedy)
    : warning(id, (words) => `${evidence(words)} ${words.firewall.notSure}`, remedy);
  return terminal === undefined ? check : { ...check, terminal };
}

function placeInWords(place: Place): Said {
  return ({ firewall: words }) => {
    switch (place.kind) {
      case "rule":
        return words.rule(place.rule, place.chain);
      case "handle":
        return words.handle(place.handle, place.chain);
      case "policy":
        return words.policy(place.chain);
      case "verdicts":
        return words.verdicts;
    }
  };
}

function remedyFor({ direction, protocol, port, address }: Packet, place: Place, manager: Manager): Said {
  const to = address ?? "any";
  switch (manager) {
    case "ufw":
      return direction === "in"
        ? asItIs(`\`sudo ufw allow ${port}/${protocol}\``)
        : asItIs(`\`sudo ufw allow out to ${to} port ${port} proto ${protocol}\``);
    case "firewalld":
      return asItIs(`\`sudo firewall-cmd --permanent --add-port=${port}/${protocol} && sudo firewall-cmd --reload\``);
    case "none": {
      const named = place.kind === "verdicts" ? "" : place.chain;
      const chain = /^(?:ip|inet) \S+ \S+$/.exec(named)?.[0];
      const isTo = address !== undefined && direction === "out";
      if (chain === undefined) {
        const inserted = `-I ${direction === "in" ? "INPUT" : "OUTPUT"} -p ${protocol}${isTo ? ` -d ${address}` : ""} --dport ${port} -j ACCEPT`;
        return ({ firewall: words }) => words.letThrough(`sudo iptables ${inserted}`);
      }
      const daddr = isTo ? `ip daddr ${address} ` : "";
      const inserted = `sudo nft insert rule ${chain} ${daddr}${protocol} dport ${port} accept`;
      return ({ firewall: words }) => words.letThrough(inserted);
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
  if (inward.length === 0) return ok(ID, ({ firewall: words }) => words.nobodyComes);
  const state = await run("netsh", ["advfirewall", "show", "currentprofile", "state"], signal);
  if (state.kind !== "ended" || state.code !== 0)
    return unknown(ID, (words) => words.firewall.stateUnread(whyNot("netsh", state)(words)));
  if (/\b(OFF|AUS|DESACTIVAD[OA]|INACTIVO)\b/i.test(state.stdout)) return ok(ID, ({ firewall: words }) => words.off);
  const missing: Passage[] = [];
  for (const passage of inward) {
    const rule = await run("netsh", ["advfirewall", "firewall", "show", "rule", `name=${ruleName(passage)}`], signal);
    if (rule.kind !== "ended" || rule.code !== 0) missing.push(passage);
  }
  if (missing.length === 0)
    return ok(ID, (words) => words.firewall.hasRules(inward.map(({ what }) => what(words)).join(", ")));
  const whats: Said = (words) =>
    missing
      .map(({ what, packet }) => words.firewall.withPort(what(words), packet.protocol.toUpperCase(), packet.port))
      .join(", ");
  const commands = missing.map((passage) => `\`${windowsRule(passage)}\``).join(", ");
  return {
    ...unknown(ID, (words) => words.firewall.lacksRules(whats(words))),
    remedy: ({ firewall: words }) => words.asAdministrator(commands),
  };
}

function ruleName({ packet: { protocol, port } }: Passage): string {
  return `Tillbridge ${protocol.toUpperCase()} ${port}`;
}

function windowsRule(passage: Passage): string {
  const { protocol, port } = passage.packet;
  return `netsh advfirewall firewall add rule name="${ruleName(passage)}" dir=in action=allow protocol=${protocol.toUpperCase()} localport=${port}`;
}
