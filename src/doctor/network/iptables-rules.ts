import { isIPv4 } from "node:net";
import { isOnLink } from "../../discovery/cards.ts";
import { netmaskOf } from "./netmask.ts";
import type { Applies, Chain, Packet, Rule, RuleEnd } from "./rules.ts";

const DIRECTIONS: Readonly<Record<string, Packet["direction"]>> = { INPUT: "in", OUTPUT: "out" };

/** The chains in what `iptables -S` prints. */
export function iptablesChains(text: string): readonly Chain[] {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const policies = new Map(
    lines.filter(([word]) => word === "-P" || word === "-N").map(([, name = "", policy]) => [name, policy]),
  );
  return Array.from(policies, ([name, policy]) => {
    const direction = DIRECTIONS[name];
    const own = lines.filter(([word, chain]) => word === "-A" && chain === name).map((words) => words.slice(2));
    return {
      name,
      ...(direction === undefined ? {} : { entered: { direction, policy: policy === "DROP" ? "drop" : "accept" } }),
      rules: own.flatMap((words) => ruleOf(words, name)),
    };
  });
}

function ruleOf(words: readonly string[], chain: string): readonly Rule[] {
  const end = endOf(words);
  if (end === undefined) return [];
  return [{ place: { kind: "rule", rule: words.join(" "), chain }, end, applies: (packet) => applies(words, packet) }];
}

function endOf(words: readonly string[]): RuleEnd | undefined {
  const at = words.findIndex((word) => word === "-j" || word === "-g");
  const target = words[at + 1];
  if (at < 0 || target === undefined) return undefined;
  switch (target) {
    case "ACCEPT":
      return { kind: "accept" };
    case "DROP":
    case "REJECT":
      return { kind: "drop" };
    case "RETURN":
      return { kind: "return" };
    case "LOG":
    case "MARK":
    case "CONNMARK":
    case "NFLOG":
      return undefined;
    default:
      return { kind: words[at] === "-g" ? "goto" : "jump", chain: target };
  }
}

/** Options that ask nothing by themselves. */
const WITHOUT_QUESTION = ["-m", "-j", "-g", "--reject-with", "--comment"];

function applies(words: readonly string[], packet: Packet): Applies {
  let found: Applies = "yes";
  for (let at = 0; at < words.length; at += 2) {
    const [option = "", value = ""] = [words[at], words[at + 1]];
    const one = option === "!" ? "maybe" : answerTo(option, value, packet);
    if (one === "no") return "no";
    if (one === "maybe") found = "maybe";
    if (option === "!") at += 1;
  }
  return found;
}

function answerTo(option: string, value: string, packet: Packet): Applies {
  const yesIf = (condition: boolean): Applies => (condition ? "yes" : "no");
  if (WITHOUT_QUESTION.includes(option)) return "yes";
  switch (option) {
    case "-p":
      return yesIf(value === packet.protocol || value === "all");
    case "--dport":
    case "--dports":
      return yesIf(value.split(",").some((part) => isInRange(part, packet.port)));
    case "-i":
    case "-o":
      return value === "lo" ? "no" : "maybe";
    case "-s":
      return packet.direction === "in" ? isWithin(value, packet.address) : "maybe";
    case "-d":
      return packet.direction === "out" ? isWithin(value, packet.address) : "maybe";
    case "--ctstate":
    case "--state":
      return yesIf(value.split(",").includes("NEW"));
    default:
      return "maybe";
  }
}

function isInRange(part: string, port: number): boolean {
  const [from = "", to = from] = part.split(":");
  return Number(from) <= port && port <= Number(to);
}

function isWithin(network: string, address: string | undefined): Applies {
  const [base = "", length = "32"] = network.split("/");
  if (address === undefined || !isIPv4(base) || !isIPv4(address)) return "maybe";
  return isOnLink({ name: "", address: base, netmask: netmaskOf(Number(length)) }, address) ? "yes" : "no";
}
