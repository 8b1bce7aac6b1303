import { AssertionFailure, unreachable } from "../../core/assert.ts";
import type { UnknownCause } from "../../core/outcome.ts";
import type { Clock, Crypto, Timer } from "../../core/ports.ts";
import type { Commits, Conversation, DeviceReply, Effect, Input } from "../../drivers/driver.ts";
import type { JsonObject } from "../../core/json.ts";
import type { DeviceIdentity } from "../../core/terminal.ts";

/** What performing an effect came to. */
export type Turn =
  | { readonly kind: "goesOn" }
  | { readonly kind: "done" }
  | { readonly kind: "doubt"; readonly since: UnknownCause; readonly why: string; readonly alarm?: string }
  | { readonly kind: "gaveUp"; readonly why: string }
  | { readonly kind: "dropLink"; readonly why: string };

type Of<Message, Kind extends Effect<Message>["kind"]> = Extract<Effect<Message>, { kind: Kind }>;

/** Who performs the effects that reach beyond the machine: the device's owner, or the transaction's. */
export interface Performer<Message> {
  /** Sends; a result other than `goesOn` ends the machine. */
  send(message: Message, commits: Commits | undefined): Promise<Turn>;
  settle(effect: Of<Message, "settle">): Promise<Turn>;
  propose(effect: Of<Message, "propose">): Promise<Turn>;
  remember(data: JsonObject): Promise<Turn>;
  /** The movements that are claimed already; undefined where the journal cannot say. */
  claimed(movements: readonly string[]): Promise<readonly string[] | undefined>;
  late(effect: Of<Message, "late">): Promise<void>;
  show(effect: Of<Message, "progress" | "prompt" | "receipt">): void;
  identified(identity: DeviceIdentity, model: string | undefined): void;
  baseline(baseline: JsonObject): void;
  ready(): void;
  unpaired(why: string): void;
  reply(reply: DeviceReply): void;
}

type Ports<Message> = {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly performer: Performer<Message>;
  /** A timer that the machine armed has rung; it goes through the mailbox like every input. */
  readonly rang: (dialogue: Dialogue<Message>, armed: Armed) => void;
};

/** A timer of a machine. One that was armed anew or disarmed is another one: its ring comes too late. */
export type Armed = { readonly name: string; timer?: Timer };

const GOES_ON: Turn = { kind: "goesOn" };

/**
 * One machine in progress. Its effects are performed in order, and a durable one completes before the next starts; the caller
 * gives it one input at a time and waits for the turn to end.
 */
export class Dialogue<Message> {
  readonly #ports: Ports<Message>;
  readonly #timers = new Map<string, Armed>();
  #conversation: Conversation<Message>;
  #ended = false;

  constructor(conversation: Conversation<Message>, ports: Ports<Message>) {
    this.#conversation = conversation;
    this.#ports = ports;
  }

  /** Steps the machine and performs what it wants done. Answers what that means for the terminal, in order; often nothing. */
  async take(input: Input<Message>): Promise<readonly Turn[]> {
    if (this.#ended) return [];
    const { clock, crypto } = this.#ports;
    const [next, effects] = this.#conversation.step(input, { now: clock.now(), crypto });
    this.#conversation = next;
    const turns: Turn[] = [];
    for (const effect of effects) {
      const came = effect.kind === "askClaims" ? await this.#claims(effect.movements) : [await this.#perform(effect)];
      turns.push(...came.filter(({ kind }) => kind !== "goesOn"));
      if (came.some(({ kind }) => kind === "done" || kind === "doubt" || kind === "dropLink")) {
        this.end();
        break;
      }
    }
    return turns;
  }

  /** Takes the ring of a timer that still stands. */
  async ring(armed: Armed): Promise<readonly Turn[]> {
    if (this.#timers.get(armed.name) !== armed) return [];
    this.#timers.delete(armed.name);
    return this.take({ kind: "timer", timer: armed.name });
  }

  /** Stops its timers; it takes nothing any more. */
  end(): void {
    this.#ended = true;
    for (const armed of this.#timers.values()) armed.timer?.cancel();
    this.#timers.clear();
  }

  async #perform(effect: Exclude<Effect<Message>, { kind: "askClaims" }>): Promise<Turn> {
    const { performer } = this.#ports;
    switch (effect.kind) {
      case "send":
        return performer.send(effect.message, effect.commits);
      case "settle":
        return performer.settle(effect);
      case "propose":
        return performer.propose(effect);
      case "remember":
        return performer.remember(effect.data);
      case "late":
        await performer.late(effect);
        return GOES_ON;
      case "done":
        return { kind: "done" };
      case "doubt":
        return effect;
      case "giveUp":
        return { kind: "gaveUp", why: effect.why };
      case "dropLink":
        return effect;
      case "arm":
      case "disarm":
      case "receipt":
      case "progress":
      case "prompt":
      case "identified":
      case "baseline":
      case "ready":
      case "unpaired":
      case "reply":
      case "exchange":
      case "abandon":
      case "respond":
      case "storeSecret":
        this.#performAtOnce(effect);
        return GOES_ON;
    }
  }

  async #claims(movements: readonly string[]): Promise<readonly Turn[]> {
    const claimed = await this.#ports.performer.claimed(movements);
    if (claimed === undefined) return [{ kind: "dropLink", why: "the journal could not say what is claimed" }];
    return this.take({ kind: "claims", claimed });
  }

  #performAtOnce(effect: Of<Message, AtOnce>): void {
    const { performer } = this.#ports;
    switch (effect.kind) {
      case "arm":
        this.#arm(effect.timer, effect.afterMs);
        return;
      case "disarm":
        this.#disarm(effect.timer);
        return;
      case "receipt":
      case "progress":
      case "prompt":
        performer.show(effect);
        return;
      case "identified":
        performer.identified(effect.identity, effect.model);
        return;
      case "baseline":
        performer.baseline(effect.baseline);
        return;
      case "ready":
        performer.ready();
        return;
      case "unpaired":
        performer.unpaired(effect.why);
        return;
      case "reply":
        performer.reply(effect.reply);
        return;
      case "exchange":
      case "abandon":
      case "respond":
      case "storeSecret":
        throw new AssertionFailure(`a driver of a stream link asked for ${effect.kind}`);
      default:
        unreachable(effect);
    }
  }

  #arm(name: string, afterMs: number): void {
    this.#disarm(name);
    const { clock, rang } = this.#ports;
    const armed: Armed = { name };
    armed.timer = clock.after(afterMs, () => {
      rang(this, armed);
    });
    this.#timers.set(name, armed);
  }

  #disarm(name: string): void {
    this.#timers.get(name)?.timer?.cancel();
    this.#timers.delete(name);
  }
}

type AtOnce =
  | "arm"
  | "disarm"
  | "receipt"
  | "progress"
  | "prompt"
  | "identified"
  | "baseline"
  | "ready"
  | "unpaired"
  | "reply"
  | "exchange"
  | "abandon"
  | "respond"
  | "storeSecret";
