import leven from "leven";
import { isOfTheWorld, type RequestRefused } from "../client/errors.ts";
import type { Call } from "./call.ts";
import { CommandFailure, type Mistyped } from "./exit.ts";
import { withSession } from "./with-session.ts";

const MOST_NAMED = 3;
/** Letters that are wrong, and the part of a word that has to be right: as commander has them for commands and options. */
const MOST_DISTANT = 3;
const LEAST_SIMILARITY = 0.4;
/** A word of the daemon's lists is looked for while a person waits. */
const LOOK_LIMIT_MS = 1_000;

/** `Did you mean counter-1?`, or nothing where no known word is near. */
export function didYouMean({ typed, known }: Mistyped): string | undefined {
  const wanted = typed.toLowerCase();
  const near = [...new Set(known)]
    .map((word) => ({ word, distance: leven(wanted, word.toLowerCase(), { maxDistance: MOST_DISTANT + 1 }) }))
    .filter(({ word, distance }) => {
      const length = Math.max(word.length, wanted.length);
      return distance <= MOST_DISTANT && (length - distance) / length > LEAST_SIMILARITY;
    })
    .sort((one, other) => one.distance - other.distance);
  const nearest = near.filter(({ distance }) => distance === near[0]?.distance).slice(0, MOST_NAMED);
  if (nearest.length === 0) return undefined;
  return `Did you mean ${nearest.map(({ word }) => word).join(" or ")}?`;
}

/** What was mistyped in a request that the daemon refused. */
export async function mistypedIn({ reason, message, data }: RequestRefused, call: Call): Promise<Mistyped | undefined> {
  const { terminal } = data;
  if (reason !== "terminalNotFound" || typeof terminal !== "string") {
    return mistypedVendor(message, call.text("vendor")) ?? mistypedPractice(message) ?? mistypedField(message);
  }
  const asked = withSession(call, ({ ask }) => ask("terminals.list", {}, LOOK_LIMIT_MS));
  const { terminals } = await asked.catch((error: unknown) => {
    // Words that help are no reason to fail.
    if (error instanceof CommandFailure || isOfTheWorld(error)) return { terminals: [] };
    throw error;
  });
  return { typed: terminal, known: terminals.map(({ id }) => id) };
}

function mistypedVendor(message: string, typed: string | undefined): Mistyped | undefined {
  const list = /vendor must be one of ((?:"[\w-]+"(?:, )?)+)/.exec(message)?.[1];
  if (list === undefined || typed === undefined) return undefined;
  return { typed, known: list.split(", ").map((word) => word.replaceAll('"', "")) };
}

function mistypedPractice(message: string): Mistyped | undefined {
  const [, typed, known] = /^Nobody can practise with (.{1,64}): there is ([\w-]+(?:, [\w-]+)*)/.exec(message) ?? [];
  if (typed === undefined || known === undefined) return undefined;
  return { typed, known: known.split(", ") };
}

/** A name that a schema does not know is told in words alone, with those that it knows: a field, a setting. */
export function mistypedField(message: string): Mistyped | undefined {
  const field = /(\S+) is (?:.{1,200}, it is )?not known here; known are ([\w.-]+(?:, [\w.-]+)*)/.exec(message);
  if (field !== null) return { typed: lastPart(field[1] ?? ""), known: (field[2] ?? "").split(", ") };
  return undefined;
}

/** `currncy` of `settings.currncy` */
function lastPart(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
