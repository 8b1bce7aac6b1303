import { isIPv4 } from "node:net";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { isOnLink } from "../../discovery/cards.ts";
import { netmaskOf } from "./netmask.ts";
import type { Applies, Chain, Packet, Rule, RuleEnd } from "./rules.ts";

/** IPv4 passes no others. */
const FAMILIES: readonly unknown[] = ["ip", "inet"];

/** The chains of filters for IPv4 in what `nft -j list ruleset` prints (libnftables-json(5)); undefined where it is none. */
export function nftChains(text: string): readonly Chain[] | undefined {
  let listing: Json;
  try {
    listing = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  const items = isJsonObject(listing) ? listing["nftables"] : undefined;
  if (!Array.isArray(items)) return undefined;
  const objects = (items as readonly Json[]).filter((item): item is JsonObject => isJsonObject(item));
  const described = (kind: string) => objects.map((item) => item[kind] ?? null).filter((item) => isJsonObject(item));
  const rules = described("rule");
  return described("chain")
    .filter(({ type, family }) => FAMILIES.includes(family) && (type === undefined || type === "filter"))
    .map((chain) => chainOf(chain, rules));
}

function chainOf(chain: JsonObject, rules: readonly JsonObject[]): Chain {
  const name = nameOf(chain, chain["name"]);
  const { hook, policy } = chain;
  const direction = hook === "input" ? "in" : hook === "output" ? "out" : undefined;
  return {
    name,
    ...(direction === undefined ? {} : { entered: { direction, policy: policy === "drop" ? "drop" : "accept" } }),
    rules: rules.filter((rule) => nameOf(rule, rule["chain"]) === name).flatMap((rule) => ruleOf(rule, name)),
  };
}

function nameOf({ family, table }: JsonObject, chain: Json | undefined): string {
  return [family, table, chain].map(textOf).join(" ");
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" || typeof value === "number" ? `${value}` : "?";
}

/** Nothing where it ends nothing: it counts, or marks. */
function ruleOf(rule: JsonObject, chain: string): readonly Rule[] {
  const expressions = Array.isArray(rule["expr"])
    ? (rule["expr"] as readonly Json[]).filter((item) => isJsonObject(item))
    : [];
  const end = expressions.map((expression) => endOf(expression, rule)).find((found) => found !== undefined);
  if (expressions.some((expression) => "vmap" in expression)) return mapOf(expressions);
  if (end === undefined) return [];
  return [
    {
      place: { kind: "handle", handle: textOf(rule["handle"]), chain },
      end,
      applies: (packet) => all(expressions.map((expression) => applies(expression, packet))),
    },
  ];
}

/** A table of verdicts: that of states says nothing of a connection that begins; others may say anything. */
function mapOf(expressions: readonly JsonObject[]): readonly Rule[] {
  const ofStates = expressions.every(
    (expression) => !("vmap" in expression) || JSON.stringify(expression).includes('"ct"'),
  );
  return ofStates ? [] : [{ place: { kind: "verdicts" }, end: { kind: "accept" }, applies: () => "maybe" }];
}

function endOf(expression: JsonObject, rule: JsonObject): RuleEnd | undefined {
  if ("accept" in expression) return { kind: "accept" };
  if ("drop" in expression || "reject" in expression) return { kind: "drop" };
  if ("return" in expression) return { kind: "return" };
  for (const kind of ["jump", "goto"] as const) {
    const target = expression[kind];
    if (target !== undefined && isJsonObject(target)) return { kind, chain: nameOf(rule, target["target"]) };
  }
  return undefined;
}

function all(found: readonly Applies[]): Applies {
  if (found.includes("no")) return "no";
  return found.includes("maybe") ? "maybe" : "yes";
}

/** Statements that are no question apply to every packet. */
const STATEMENTS = ["accept", "drop", "reject", "return", "jump", "goto", "counter", "log", "comment"];

function applies(expression: JsonObject, packet: Packet): Applies {
  const { match } = expression;
  if (match === undefined || !isJsonObject(match))
    return Object.keys(expression).every((name) => STATEMENTS.includes(name)) ? "yes" : "maybe";
  const { op, left, right } = match;
  const found = left === undefined || right === undefined ? "maybe" : matches(left, right, packet);
  if (op === "!=") return found === "yes" ? "no" : found === "no" ? "yes" : "maybe";
  return op === "==" || op === "in" ? found : "maybe";
}

function matches(left: Json, right: Json, packet: Packet): Applies {
  if (!isJsonObject(left)) return "maybe";
  const { payload, meta, ct } = left;
  if (payload !== undefined && isJsonObject(payload)) return payloadMatches(payload, right, packet);
  if (meta !== undefined && isJsonObject(meta)) return metaMatches(meta["key"], right, packet);
  // Of a connection that begins, which is the one that has to come about.
  if (ct !== undefined && isJsonObject(ct) && ct["key"] === "state") return holds(right, (value) => value === "new");
  return "maybe";
}

function payloadMatches({ protocol, field }: JsonObject, right: Json, packet: Packet): Applies {
  if (protocol === "tcp" || protocol === "udp" || protocol === "th") {
    if (protocol !== "th" && protocol !== packet.protocol) return "no";
    return field === "dport" ? holds(right, (value) => value === packet.port) : "maybe";
  }
  if (protocol === "ip") {
    if (field === "protocol") return holds(right, (value) => value === packet.protocol);
    const ours = packet.direction === "out" ? "daddr" : "saddr";
    return field === ours ? addressMatches(right, packet.address) : "maybe";
  }
  if (protocol === "ip6") return packet.address !== undefined && isIPv4(packet.address) ? "no" : "maybe";
  return protocol === "icmp" || protocol === "icmpv6" ? "no" : "maybe";
}

function metaMatches(key: Json | undefined, right: Json, packet: Packet): Applies {
  if (key === "l4proto") return holds(right, (value) => value === packet.protocol);
  // It comes from, or goes to, another machine.
  if (key === "iifname" || key === "iif" || key === "oifname" || key === "oif") return right === "lo" ? "no" : "maybe";
  if (key !== "nfproto" || packet.address === undefined) return "maybe";
  return holds(right, (value) => value === (isIPv4(packet.address ?? "") ? "ipv4" : "ipv6"));
}

/** A value, a list, a set or a range of them. */
function holds(right: Json, isIt: (value: Json) => boolean): Applies {
  if (typeof right === "string" && right.startsWith("@")) return "maybe";
  if (typeof right === "string" || typeof right === "number") return isIt(right) ? "yes" : "no";
  if (Array.isArray(right)) return any((right as readonly Json[]).map((item) => holds(item, isIt)));
  if (right === null || !isJsonObject(right)) return "maybe";
  const { set, range } = right;
  if (Array.isArray(set)) return any((set as readonly Json[]).map((item) => holds(item, isIt)));
  if (!Array.isArray(range)) return "maybe";
  const [from, to] = range as readonly Json[];
  if (typeof from !== "number" || typeof to !== "number" || to - from > 65_535) return "maybe";
  for (let value = from; value <= to; value += 1) if (isIt(value)) return "yes";
  return "no";
}

function any(found: readonly Applies[]): Applies {
  if (found.includes("yes")) return "yes";
  return found.includes("maybe") ? "maybe" : "no";
}

function addressMatches(right: Json, address: string | undefined): Applies {
  if (address === undefined) return "maybe";
  if (Array.isArray(right)) return any((right as readonly Json[]).map((item) => addressMatches(item, address)));
  if (typeof right === "string") return right.startsWith("@") ? "maybe" : right === address ? "yes" : "no";
  if (right === null || !isJsonObject(right)) return "maybe";
  const { set, prefix } = right;
  if (Array.isArray(set)) return any((set as readonly Json[]).map((item) => addressMatches(item, address)));
  if (prefix === undefined || !isJsonObject(prefix)) return "maybe";
  const { addr, len } = prefix;
  if (typeof addr !== "string" || typeof len !== "number" || !isIPv4(addr) || !isIPv4(address)) return "maybe";
  return isOnLink({ name: "", address: addr, netmask: netmaskOf(len) }, address) ? "yes" : "no";
}
