import type { Json, JsonObject } from "../../src/core/json.ts";
import { isJsonObject } from "../../src/core/json.ts";
import type { Simulator, SimulatorEffect, SimulatorInput, SimulatorContext } from "../../src/drivers/simulator.ts";
import { fromLatin1, latin1Of } from "./inputs.ts";

/** Makes a changed message one that the other side believes: a checksum has to fit. */
export type Resign = (message: Json) => Json;

/**
 * The vendor's own simulated terminal, in the hands of somebody else: what it says is changed on its way by one line of orders for each message.
 * An order is a letter and what belongs to it; several are separated by tabs; an empty line changes nothing.
 */
export function hostile(simulator: Simulator, lines: readonly string[], resign: Resign): Simulator {
  let said = 0;
  const change = (effect: SimulatorEffect): readonly SimulatorEffect[] => {
    if (effect.kind !== "write" && effect.kind !== "answer" && effect.kind !== "call") return [effect];
    const orders = (lines[said++] ?? "").split("\t").filter((order) => order !== "");
    return orders.reduce<readonly SimulatorEffect[]>(
      (effects, order) => effects.flatMap((one) => ordered(one, order, resign)),
      [effect],
    );
  };
  return {
    ...simulator,
    create: (scenario, memory) => {
      const terminal = simulator.create(scenario, memory);
      return {
        step: (input: SimulatorInput, context: SimulatorContext) => terminal.step(input, context).flatMap(change),
      };
    },
  };
}

function ordered(effect: SimulatorEffect, order: string, resign: Resign): readonly SimulatorEffect[] {
  const letter = order.charAt(0);
  const rest = order.slice(1);
  switch (letter) {
    case "-":
      return [];
    case "2":
      return [effect, ...(effect.kind === "write" ? [effect] : [])];
    case "!":
      if (effect.kind === "answer") return [{ kind: "hangUp", exchange: effect.exchange, how: "cut" }];
      // A call to the house that breaks off has never been made.
      return effect.kind === "write" ? [{ kind: "close", how: "cut" }] : [];
    case "s":
      return [effect.kind === "answer" ? { ...effect, answer: { ...effect.answer, status: statusIn(rest) } } : effect];
    case "h":
      return [withHeader(effect, rest)];
    default:
      return [withBody(effect, (body) => changedBody(body, letter, rest, resign))];
  }
}

/** What an HTTP parser lets through. */
function statusIn(text: string): number {
  const status = Number(text);
  return Number.isInteger(status) && status >= 200 && status <= 999 ? status : 500;
}

function withHeader(effect: SimulatorEffect, line: string): SimulatorEffect {
  const [name = "", ...value] = line.split(":");
  const isName = /^[A-Za-z0-9-]+$/.test(name);
  if (!isName || effect.kind !== "answer") return effect;
  const others = effect.answer.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  const headers = [
    ...others,
    [
      name,
      value
        .join(":")
        .replaceAll(/[^\x20-\x7e]/g, "")
        .trim(),
    ] as const,
  ];
  return { ...effect, answer: { ...effect.answer, headers } };
}

function withBody(effect: SimulatorEffect, change: (body: Uint8Array) => Uint8Array): SimulatorEffect {
  if (effect.kind === "write") return { ...effect, bytes: change(effect.bytes) };
  if (effect.kind === "call") return { ...effect, body: change(effect.body) };
  return effect.kind === "answer"
    ? { ...effect, answer: { ...effect.answer, body: change(effect.answer.body) } }
    : effect;
}

function changedBody(body: Uint8Array, letter: string, rest: string, resign: Resign): Uint8Array {
  const text = latin1Of(body);
  const [number = "", ...more] = rest.split(",");
  const at = Math.abs(Number.parseInt(number, 10) || 0);
  const value = more.join(",");
  switch (letter) {
    case "=":
      return fromLatin1(rest);
    case "+":
      return fromLatin1(text + rest);
    case "<":
      return body.slice(0, at);
    case "~": {
      const place = at % (text.length + 1);
      return fromLatin1(text.slice(0, place) + value + text.slice(place + value.length));
    }
    case "#":
      return withValueAt(body, at, value, resign);
    default:
      return body;
  }
}

/** Another value in the place of the one with this number, of all that the message holds; as it is where it is no JSON. */
function withValueAt(body: Uint8Array, at: number, value: string, resign: Resign): Uint8Array {
  const message = parsed(Buffer.from(body).toString("utf8"));
  if (message === undefined) return body;
  const count = valuesIn(message);
  const changed = resign(replaced(message, at % count, parsed(Buffer.from(value, "latin1").toString("utf8")) ?? value));
  return new TextEncoder().encode(JSON.stringify(changed));
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Some vendors put a message into a text of another one. */
function withinText(value: Json): JsonObject | undefined {
  if (typeof value !== "string" || !value.startsWith("{")) return undefined;
  const inner = parsed(value);
  return isJsonObject(inner) ? inner : undefined;
}

function valuesIn(value: Json): number {
  const inner = withinText(value);
  if (inner !== undefined) return 1 + valuesIn(inner);
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, item: Json) => sum + valuesIn(item), 1);
}

function replaced(value: Json, at: number, by: Json): Json {
  if (at === 0) return by;
  const inner = withinText(value);
  if (inner !== undefined) return JSON.stringify(replaced(inner, at - 1, by));
  if (typeof value !== "object" || value === null) return value;
  let left = at - 1;
  const replacedItem = (item: Json): Json => {
    const size = valuesIn(item);
    const isHere = left >= 0 && left < size;
    const result = isHere ? replaced(item, left, by) : item;
    left -= size;
    return result;
  };
  if (Array.isArray(value)) return value.map(replacedItem);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replacedItem(item)] as const));
}
