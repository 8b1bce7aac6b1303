import { redactedJson } from "../../codec/redacted-json.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Crypto } from "../../core/ports.ts";
import { ofLetters, type RecordedBeginning, type RecordedEntry, type RecordedStep } from "../../core/recording.ts";
import { schemaFaults } from "../../core/schema.ts";
import type { Conversation, Doubt, Effect, Input, Order, SecretDescription, Vendor } from "../../drivers/driver.ts";
import { firstDifference, type Difference } from "./difference.ts";

/** What came of an entry. `shown`: there is nothing in it to compare. */
export type Replayed =
  | { readonly kind: "shown" }
  | { readonly kind: "same" }
  | { readonly kind: "differs"; readonly difference: Difference }
  /** Said once a conversation: from here on it cannot be compared. */
  | { readonly kind: "notReplayed"; readonly reason: NotReplayedReason; readonly why: string };

/** `unknown`: this version cannot make the machine that it was. */
type NotReplayedReason = "masked" | "incomplete" | "unknown" | "tooMany";

/** How many conversations came to what. */
export type Tally = {
  readonly same: number;
  readonly differing: number;
  readonly notReplayed: number;
  readonly steps: number;
};

type Running = {
  readonly machine: Conversation<unknown>;
  readonly secrets: Readonly<Record<string, SecretDescription>>;
  /** Something of what it heard was masked on the way out. */
  readonly isMasked: boolean;
};

type Standing = "running" | "differs" | "notReplayed";

const MOST_CONVERSATIONS = 10_000;

/**
 * Feeds a recording to the drivers above the codec, entry by entry: a machine of the same vendor and role, with what was recorded as its
 * time, its randomness and its inputs, has to want the same done as before.
 */
export class Replay {
  readonly #vendors: ReadonlyMap<string, Vendor>;
  readonly #sha256: Crypto["sha256"];
  readonly #running = new Map<number, Running>();
  readonly #standing = new Map<number, Standing>();
  #steps = 0;

  constructor(vendors: ReadonlyMap<string, Vendor>, sha256: Crypto["sha256"]) {
    this.#vendors = vendors;
    this.#sha256 = sha256;
  }

  get tally(): Tally {
    const came = [...this.#standing.values()];
    const count = (standing: Standing): number => came.filter((one) => one === standing).length;
    return {
      same: count("running"),
      differing: count("differs"),
      notReplayed: count("notReplayed"),
      steps: this.#steps,
    };
  }

  take(entry: RecordedEntry): Replayed {
    switch (entry.kind) {
      case "begun":
        return this.#begin(entry);
      case "step":
        return this.#step(entry);
      case "omitted":
        return entry.conversation === undefined
          ? { kind: "shown" }
          : this.#giveUp(entry.conversation, "incomplete", "something of it is not in this recording");
      case "ended":
      case "link":
      case "bytes":
      case "missed":
        return { kind: "shown" };
    }
  }

  #begin(beginning: RecordedBeginning): Replayed {
    const { conversation } = beginning;
    if (this.#standing.size >= MOST_CONVERSATIONS)
      return {
        kind: "notReplayed",
        reason: "tooMany",
        why: `more than ${MOST_CONVERSATIONS} conversations are not followed`,
      };
    if (this.#standing.has(conversation)) return this.#giveUp(conversation, "unknown", "it begins twice");
    const vendor = this.#vendors.get(beginning.vendor);
    if (vendor === undefined)
      return this.#giveUp(conversation, "unknown", `this version knows no vendor ${beginning.vendor}`);
    const machine = machineOf(vendor, beginning);
    if (typeof machine === "string") return this.#giveUp(conversation, "unknown", machine);
    this.#standing.set(conversation, "running");
    this.#running.set(conversation, { machine, secrets: {}, isMasked: beginning.masked === true });
    return { kind: "shown" };
  }

  #step(recorded: RecordedStep): Replayed {
    const { conversation } = recorded;
    const running = this.#running.get(conversation);
    if (running === undefined) {
      if (this.#standing.has(conversation)) return { kind: "shown" };
      return this.#giveUp(conversation, "incomplete", "its beginning is not in this recording");
    }
    this.#steps += 1;
    const secrets = recorded.secrets ?? running.secrets;
    const said = stepped(running.machine, recorded, secrets, this.#sha256);
    const difference =
      said.difference ?? firstDifference(wanted(recorded.effects, recorded.threw), wanted(said.effects, said.threw));
    const isMasked = running.isMasked || recorded.masked === true;
    if (difference !== undefined && isMasked)
      return this.#giveUp(
        conversation,
        "masked",
        "something in it was masked: what looks like the number of a card, or the code of a pairing",
      );
    if (difference !== undefined) {
      this.#running.delete(conversation);
      this.#standing.set(conversation, "differs");
      return { kind: "differs", difference };
    }
    this.#running.set(conversation, { machine: said.machine, secrets, isMasked });
    return { kind: "same" };
  }

  #giveUp(conversation: number, reason: NotReplayedReason, why: string): Replayed {
    this.#running.delete(conversation);
    if (this.#standing.size >= MOST_CONVERSATIONS || this.#standing.get(conversation) === "notReplayed")
      return { kind: "shown" };
    if (this.#standing.get(conversation) === "differs") return { kind: "shown" };
    this.#standing.set(conversation, "notReplayed");
    return { kind: "notReplayed", reason, why };
  }
}

type Said = {
  readonly machine: Conversation<unknown>;
  readonly effects: readonly Effect<unknown>[];
  readonly threw?: string;
  readonly difference?: Difference;
};

/** A driver's mistake is what it came to, as it was when it was recorded. */
function stepped(
  machine: Conversation<unknown>,
  { at, now = Date.parse(at), input, vendorAheadMs = 0, random = [] }: RecordedStep,
  secrets: Running["secrets"],
  sha256: Crypto["sha256"],
): Said {
  const left = random.map(ofLetters);
  let difference: Difference | undefined;
  const crypto: Crypto = {
    sha256,
    randomBytes: (count) => {
      const given = left.shift();
      if (given?.length === count) return given;
      difference ??= {
        path: "random",
        recorded: given === undefined ? "no more random bytes" : `${given.length} random bytes`,
        now: `${count} random bytes`,
      };
      return new Uint8Array(Math.min(count, MOST_RANDOM));
    },
  };
  try {
    // What it is, only the driver knows: it is taken as it was recorded.
    const [next, effects] = machine.step(input as unknown as Input<unknown>, {
      now,
      vendorNow: now + vendorAheadMs,
      crypto,
      secrets,
    });
    if (left.length > 0)
      difference ??= { path: "random", recorded: `${random.length} times random bytes`, now: "fewer" };
    return { machine: next, effects, ...told(difference) };
  } catch (mistake) {
    return { machine, effects: [], threw: wordsOf(mistake), ...told(difference) };
  }
}

const MOST_RANDOM = 4_096;

function told(difference: Difference | undefined): Pick<Said, "difference"> {
  return difference === undefined ? {} : { difference };
}

/** That it came to a mistake counts; its words may have become better ones. */
function wanted(effects: unknown, threw: string | undefined): Json {
  return threw === undefined ? { effects: redactedJson(effects) } : { threw: true };
}

/** The machine, or why there is none. */
function machineOf(vendor: Vendor, beginning: RecordedBeginning): Conversation<unknown> | string {
  const settings = beginning.settings as unknown as JsonObject;
  const [fault] = schemaFaults(vendor.settingsSchema, settings);
  if (fault !== undefined) return `its settings are none of ${vendor.name}: ${fault.field} ${fault.why}`;
  try {
    switch (beginning.role) {
      case "device":
        return vendor.driver(settings).device();
      case "operation":
        return beginning.order === undefined
          ? "its order is missing"
          : vendor.driver(settings).operation(beginning.order as unknown as Order);
      case "recovery":
        return beginning.doubt === undefined
          ? "its doubt is missing"
          : vendor.driver(settings).recover(beginning.doubt as unknown as Doubt);
      case "account":
        return vendor.account?.machine(settings) ?? `${vendor.name} has no accounts in this version`;
    }
  } catch (mistake) {
    return `the driver cannot begin with what it began with: ${wordsOf(mistake)}`;
  }
}

function wordsOf(mistake: unknown): string {
  return mistake instanceof Error ? mistake.message.slice(0, 300) : "a mistake without words";
}
