import { assert, unreachable } from "../../core/assert.ts";
import type { Clock, Crypto, Timer } from "../../core/ports.ts";
import type { Commits, Context, Conversation, DeviceReply, Effect, Input } from "../../drivers/driver.ts";
import type { JsonObject } from "../../core/json.ts";
import type { DeviceIdentity } from "../../core/terminal.ts";
import type { ConversationRecorder } from "../recorder/conversation-recorder.ts";
import type { Exchange, ExchangeEnd, ExchangeOwner } from "./exchange.ts";
import type { Moment } from "./signs-of-life.ts";
import type { Turn } from "./turn.ts";

type Of<Message, Kind extends Effect<Message>["kind"]> = Extract<Effect<Message>, { kind: Kind }>;

/** `answers`: what the machine hears before it goes on. */
export type Performed<Message> = Turn | { readonly kind: "answers"; readonly input: Input<Message> };

/** Who performs the effects that reach beyond the machine: the device's owner, or the transaction's. */
export interface Performer<Message> {
  /** Sends; a result other than `goesOn` ends the machine. */
  send(message: Message, commits: Commits | undefined): Promise<Turn>;
  /** Begins an exchange whose end the owner hears. */
  exchange(effect: Of<Message, "exchange">, owner: Dialogue<Message>): Promise<Turn>;
  repeat(effect: Of<Message, "repeat">, owner: Dialogue<Message>): Promise<Performed<Message>>;
  settle(effect: Of<Message, "settle">): Promise<Turn>;
  propose(effect: Of<Message, "propose">): Promise<Turn>;
  remember(data: JsonObject): Promise<Turn>;
  /** Answers with the movements that are claimed already. */
  claimed(movements: readonly string[]): Promise<Performed<Message>>;
  storeSecrets(effect: Of<Message, "storeSecrets">): Promise<Performed<Message>>;
  createKeyPair(name: string): Promise<Performed<Message>>;
  late(effect: Of<Message, "late">): Promise<void>;
  show(effect: Of<Message, "progress" | "prompt" | "receipt">): void;
  /** `askedAt`: of the exchange that told it. */
  identified(identity: DeviceIdentity, model: string | undefined, askedAt: Moment | undefined): void;
  clockTold(localTime: string): void;
  baseline(baseline: JsonObject): void;
  ready(): void;
  unpaired(effect: Of<Message, "unpaired">): void;
  pairing(effect: Of<Message, "pairing">): void;
  reply(reply: DeviceReply): void;
  askAccount(message: Message): void;
  /** Of an account machine alone. */
  accountWord(effect: Of<Message, AccountWord>): void;
}

type AccountWord = "tell" | "terminals" | "unusable" | "respond";

type Ports<Message> = {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly performer: Performer<Message>;
  readonly secrets: () => Context["secrets"];
  /** How far the vendor's clock is ahead of ours. */
  readonly vendorOffsetMs: () => number;
  /** Absent where nothing is recorded. */
  readonly recorder: ConversationRecorder | undefined;
  /** A timer that the machine armed has rung; it goes through the mailbox like every input. */
  readonly rang: (dialogue: Dialogue<Message>, armed: Armed) => void;
};

/** A timer of a machine. One that was armed anew or disarmed is another one: its ring comes too late. */
export type Armed = { readonly name: string; timer?: Timer };

const GOES_ON: Turn = { kind: "goesOn" };
/** What a machine does not go on after. */
const ENDS: ReadonlySet<Turn["kind"]> = new Set(["done", "doubt", "dropLink", "later"]);

/**
 * One machine in progress. Its effects are performed in order, and a durable one completes before the next starts; the caller
 * gives it one input at a time and waits for the turn to end.
 */
export class Dialogue<Message> implements ExchangeOwner<Message> {
  readonly #ports: Ports<Message>;
  readonly #timers = new Map<string, Armed>();
  readonly #exchanges = new Map<string, Exchange<Message>>();
  #conversation: Conversation<Message>;
  #ended = false;
  /** When what is being heard was asked. */
  #askedAt: Moment | undefined;

  constructor(conversation: Conversation<Message>, ports: Ports<Message>) {
    this.#conversation = conversation;
    this.#ports = ports;
  }

  /** Steps the machine and performs what it wants done. Answers what that means for the terminal, in order; often nothing. */
  async take(input: Input<Message>): Promise<readonly Turn[]> {
    if (this.#ended) return [];
    const { clock, crypto, secrets, vendorOffsetMs, recorder } = this.#ports;
    const now = clock.now();
    const context = { now, vendorNow: now + vendorOffsetMs(), crypto: recorder?.crypto ?? crypto, secrets: secrets() };
    const effects = this.#step(input, context);
    const turns: Turn[] = [];
    for (const effect of effects) {
      const performed = await this.#perform(effect);
      const came = performed.kind === "answers" ? await this.take(performed.input) : [performed];
      turns.push(...came.filter(({ kind }) => kind !== "goesOn"));
      if (came.some(({ kind }) => ENDS.has(kind))) {
        this.end();
        break;
      }
    }
    return turns;
  }

  /** It is recorded before anything of it is performed: a recording that is written meanwhile tells what was meant. */
  #step(input: Input<Message>, context: Context): readonly Effect<Message>[] {
    const { recorder } = this.#ports;
    try {
      const [next, effects] = this.#conversation.step(input, context);
      this.#conversation = next;
      recorder?.stepped(input, context, effects);
      return effects;
    } catch (mistake) {
      recorder?.threw(input, context, mistake);
      throw mistake;
    }
  }

  /** Takes the ring of a timer that still stands. */
  async ring(armed: Armed): Promise<readonly Turn[]> {
    if (this.#timers.get(armed.name) !== armed) return [];
    this.#timers.delete(armed.name);
    return this.take({ kind: "timer", timer: armed.name });
  }

  /** Takes an exchange over: its end is heard here. */
  own(exchange: Exchange<Message>): void {
    assert(!this.#exchanges.has(exchange.name), `an exchange ${exchange.name} is under way already`);
    exchange.owner = this;
    this.#exchanges.set(exchange.name, exchange);
  }

  /** Takes the end of an exchange of its own. */
  async hear(exchange: Exchange<Message>, end: ExchangeEnd<Message>): Promise<readonly Turn[]> {
    if (this.#exchanges.get(exchange.name) !== exchange) return [];
    this.#exchanges.delete(exchange.name);
    this.#askedAt = exchange.sentAt;
    const turns = await this.take(end);
    this.#askedAt = undefined;
    return turns;
  }

  /** Exchanges on which money hangs and whose answers are still to come. Asked of a machine that has ended. */
  get leftOpen(): readonly Exchange<Message>[] {
    return [...this.#exchanges.values()];
  }

  /** Stops its timers and what it asked, but for what money hangs on; it takes nothing any more. */
  end(): void {
    if (!this.#ended) this.#ports.recorder?.ended();
    this.#ended = true;
    for (const armed of this.#timers.values()) armed.timer?.cancel();
    this.#timers.clear();
    for (const exchange of this.#exchanges.values()) {
      if (exchange.commits) exchange.owner = undefined;
      else this.#abandon(exchange.name);
    }
  }

  #abandon(name: string): void {
    this.#exchanges.get(name)?.end();
    this.#exchanges.delete(name);
  }

  async #perform(effect: Effect<Message>): Promise<Performed<Message>> {
    const { performer } = this.#ports;
    switch (effect.kind) {
      case "send":
        return performer.send(effect.message, effect.commits);
      case "exchange":
        return performer.exchange(effect, this);
      case "repeat":
        return performer.repeat(effect, this);
      case "askClaims":
        return performer.claimed(effect.movements);
      case "storeSecrets":
        return performer.storeSecrets(effect);
      case "createKeyPair":
        return performer.createKeyPair(effect.name);
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
      case "later":
        return effect;
      case "arm":
      case "disarm":
      case "receipt":
      case "progress":
      case "prompt":
      case "identified":
      case "clockTold":
      case "baseline":
      case "ready":
      case "unpaired":
      case "pairing":
      case "reply":
      case "abandon":
      case "askAccount":
      case "tell":
      case "terminals":
      case "unusable":
      case "respond":
        this.#performAtOnce(effect);
        return GOES_ON;
      default:
        return unreachable(effect);
    }
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
        performer.identified(effect.identity, effect.model, this.#askedAt);
        return;
      case "clockTold":
        performer.clockTold(effect.localTime);
        return;
      case "baseline":
        performer.baseline(effect.baseline);
        return;
      case "ready":
        performer.ready();
        return;
      case "unpaired":
        performer.unpaired(effect);
        return;
      case "reply":
        performer.reply(effect.reply);
        return;
      case "pairing":
        performer.pairing(effect);
        return;
      case "abandon":
        this.#abandon(effect.exchange);
        return;
      case "askAccount":
        performer.askAccount(effect.message);
        return;
      case "tell":
      case "terminals":
      case "unusable":
      case "respond":
        performer.accountWord(effect);
        return;
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
  | AccountWord
  | "askAccount"
  | "arm"
  | "disarm"
  | "receipt"
  | "progress"
  | "prompt"
  | "identified"
  | "clockTold"
  | "baseline"
  | "ready"
  | "unpaired"
  | "pairing"
  | "reply"
  | "abandon";
