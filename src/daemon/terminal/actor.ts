import { unreachable } from "../../core/assert.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Clock, Crypto, Log, Timer } from "../../core/ports.ts";
import { isInDoubt } from "../../core/transaction.ts";
import type { DeviceLimits, DeviceReply, DeviceRequest, Input, LinkLoss, Vendor } from "../../drivers/driver.ts";
import { JournalFailure } from "../../journal/journal.ts";
import type { DaemonEvent } from "../api.ts";
import type { TransactionRecord } from "../record.ts";
import type { Records } from "../records.ts";
import { AnswerLimits } from "./answer-limits.ts";
import { AwaitedAnswers } from "./awaited-answers.ts";
import { Question, type Device } from "./device.ts";
import type { Doubts } from "./doubts.ts";
import { earsOf } from "./ears.ts";
import { Endings, type Left } from "./endings.ts";
import type { Dialogue } from "./engine.ts";
import type { Turn } from "./turn.ts";
import type { Exchange, ExchangeEnd, ExchangeOwner } from "./exchange.ts";
import { Freshness } from "./freshness.ts";
import { LOOK, PROBE, type Item, type News, type StrangerMet } from "./items.ts";
import type { Keyring } from "./keyring.ts";
import { Machines } from "./machines.ts";
import { Mailbox } from "./mailbox.ts";
import { openOutlet } from "./open-outlet.ts";
import type { Outlet } from "./outlet.ts";
import { Postponed } from "./postponed.ts";
import type { Queue } from "./queue.ts";
import type { Presence } from "./presence.ts";
import type { Recognition } from "./recognition.ts";
import type { Route } from "./route.ts";
import { Search } from "./search.ts";
import { raise, settleSurely } from "./settling.ts";
import type { ConnectionSettings } from "./stream-connection.ts";

export type ActorPorts<Message> = {
  readonly terminal: string;
  readonly vendor: Vendor<Message>;
  /** Validated, defaults filled in. */
  readonly settings: JsonObject;
  readonly route: Route;
  readonly recognition: Recognition;
  readonly presence: Presence;
  readonly keyring: Keyring;
  readonly records: Records;
  readonly queue: Queue;
  readonly doubts: Doubts;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly connection: ConnectionSettings;
  readonly emit: (event: DaemonEvent) => void;
  /** Called after each item: what can be seen of the terminal may have changed. */
  readonly changed: () => void;
};

type Running<Message> = {
  readonly kind: "operation" | "recovery";
  readonly record: TransactionRecord;
  readonly dialogue: Dialogue<Message>;
};

const SLEPT = "the machine slept";
const REAL_SLEEP_MS = 60_000;

/**
 * One terminal's loop: everything that happens to it goes through one mailbox, and at any time one machine has its ear: the
 * operation that runs, else the recovery of what is in doubt, else the device machine of the link.
 */
export class Actor<Message> {
  readonly #ports: ActorPorts<Message>;
  readonly #mailbox = new Mailbox<Item<Message>>((item) => this.#handle(item));
  readonly #outlet: Outlet<Message>;
  readonly #question: Question;
  readonly #limits: AnswerLimits;
  readonly #endings: Endings;
  readonly #machines: Machines<Message>;
  readonly #deviceLimits: DeviceLimits;
  readonly #freshness: Freshness;
  /** The link whose `up` was handled and whose `down` was not: what the connection has by now may be another one. */
  #link: string | undefined;
  #device: Device = { ready: false };
  #deviceDialogue: Dialogue<Message> | undefined;
  #running: Running<Message> | undefined;
  readonly #postponed: Postponed;
  readonly #awaited: AwaitedAnswers<Message>;
  readonly #search: Search;
  #offlineWhy: string | undefined;
  #pause: Timer | undefined;
  #closed = false;

  constructor(ports: ActorPorts<Message>) {
    const { clock } = ports;
    this.#ports = ports;
    this.#deviceLimits = ports.vendor.deviceLimits(ports.settings);
    this.#freshness = new Freshness(clock, this.#deviceLimits);
    this.#question = new Question(clock);
    this.#postponed = new Postponed(clock);
    this.#awaited = new AwaitedAnswers(ports.records);
    this.#limits = new AnswerLimits(clock, (kind, record) => this.#mailbox.post({ kind, record }));
    this.#search = new Search({ ...ports, met: (stranger) => this.#mailbox.post(stranger) });
    this.#endings = new Endings({ ...ports, limits: this.#limits });
    this.#outlet = openOutlet({
      ...ports,
      wire: ports.vendor.wire,
      settings: ports.connection,
      listener: earsOf(
        (item) => this.#mailbox.post(item),
        () => this.#freshness.heard(),
        () => ports.route.place,
      ),
    });
    this.#machines = new Machines({
      ...ports,
      outlet: this.#outlet,
      rang: (dialogue, armed) => this.#mailbox.post({ kind: "rang", dialogue, armed }),
      dispatched: (record, limits) => this.#limits.start(record, limits.answerMs, limits.cancelGraceMs),
      strangerMet: (link, identity) => this.#mailbox.post({ kind: "stranger", link, identity }),
      lastSeenMs: () => this.#freshness.lastSeenMs ?? clock.now(),
    });
  }

  get device(): Device {
    return this.#device;
  }

  /** Why there is no working link, in words; undefined while the first attempt runs or the link works. */
  get offlineWhy(): string | undefined {
    return this.#running !== undefined && this.#link !== undefined ? undefined : this.#offlineWhy;
  }

  /** Wall clock of the last sign of life. */
  get lastSeenMs(): number | undefined {
    return this.#freshness.lastSeenMs;
  }

  get runningOperation(): TransactionRecord | undefined {
    return this.#running?.kind === "operation" ? this.#running.record : undefined;
  }

  /** Link up, handshake answered, nothing runs and nothing is asked. */
  get idle(): boolean {
    return this.#device.ready && this.#running === undefined && !this.#question.pending;
  }

  tell(news: News): void {
    this.#mailbox.post(news);
  }

  ask(request: DeviceRequest): Promise<DeviceReply> {
    return new Promise((answered) => {
      this.#mailbox.post({ kind: "ask", request, answered });
    });
  }

  /** What keeps the link: it is started once, and told when what kept it from being opened may be over. */
  get connection(): Pick<Outlet<Message>["connection"], "start" | "tryNow"> {
    return this.#outlet.connection;
  }

  /** A transaction that the last process left behind dispatched: its answer limit goes on, its recovery starts. */
  resume(record: TransactionRecord, remainingMs: number): void {
    this.#limits.start(record, remainingMs, 0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#pause?.cancel();
    this.#search.close();
    this.#postponed.take();
    this.#limits.close();
    this.#deviceDialogue?.end();
    this.#stopRunning();
    this.#question.answer({ kind: "noAnswer", why: "the service is shutting down" });
    this.#awaited.close();
    await this.#outlet.connection.close();
  }

  async #handle(item: Item<Message>): Promise<void> {
    if (this.#closed) {
      if (item.kind === "ask") item.answered({ kind: "noAnswer", why: "the service is shutting down" });
      return;
    }
    await this.#take(item);
    this.#search.judge(this.#link, this.#device, (why, restMs) => this.#drop(why, restMs));
    if (this.#ports.doubts.sweep()) this.#leaveDecided();
    await this.#next();
    this.#ports.changed();
  }

  /**
   * A person, not the terminal, ended a doubt. An answer that is still to come must not reach the next operation, and what the
   * terminal's memory ends with is asked anew.
   */
  #leaveDecided(): void {
    if (this.#running?.kind === "operation") return;
    this.#stopRunning();
    this.#renew("a person decided what the terminal was asked about");
  }

  async #take(item: Item<Message>): Promise<void> {
    switch (item.kind) {
      case "up":
        this.#link = item.link;
        this.#device = { ready: false, place: item.place };
        this.#freshness.began();
        this.#ports.doubts.askAgain();
        return;
      case "down":
        return this.#linkDown(item.loss, item.why);
      case "failed":
        this.#offlineWhy = item.why;
        return;
      case "input":
        return this.#give(item.input);
      case "exchange":
        return this.#hearExchange(item.exchange, item.end);
      case "nobodyListens":
        return this.#machines.suspectRestart([...this.#ports.doubts.records, this.runningOperation]);
      case "stranger":
        return this.#leaveStranger(item);
      case "renew":
        return this.#renewIdle(item.why, item.gapMs);
      case "rang":
        return this.#turned(item.dialogue, await item.dialogue.ring(item.armed));
      case "deadline":
        return this.#deadline(item.record);
      case "overdue":
        return this.#overdue(item.record);
      case "cancel":
        return this.#running?.record === item.record ? this.#give({ kind: "cancelAsked" }) : undefined;
      case "answer": {
        const { record, prompt, value } = item;
        return this.#running?.record === record ? this.#give({ kind: "answerGiven", prompt, value }) : undefined;
      }
      case "ask":
        return this.#ask(item.request, item.answered);
      case "look":
        return undefined;
      default:
        return unreachable(item);
    }
  }

  /** To whichever machine has the ear. */
  async #give(input: Input<Message>): Promise<void> {
    const dialogue = this.#running?.dialogue ?? this.#deviceDialogue;
    if (dialogue !== undefined) return this.#turned(dialogue, await dialogue.take(input));
    this.#ports.log.warn("the terminal spoke while nobody listened", {
      terminal: this.#ports.terminal,
      input: input.kind,
    });
  }

  /** To the machine that asked; to the recovery that begins, where that machine is over. */
  async #hearExchange(exchange: Exchange<Message>, end: ExchangeEnd<Message>): Promise<void> {
    const { owner } = exchange;
    if (this.#running !== undefined && this.#running.dialogue === owner && exchange.commits)
      this.#endings.heard(this.#running.record, end);
    if (owner !== undefined) return this.#turned(owner, await owner.hear(exchange, end));
    const waiting = this.#awaited.cameIn(exchange, end);
    if (waiting === undefined || this.#ports.doubts.askAgainAbout(waiting)) return;
    await this.#machines.hearLate(waiting, this.#device, exchange, end);
    this.#awaited.drop(waiting, exchange);
  }

  async #linkDown(loss: LinkLoss, why: string): Promise<void> {
    const running = this.#running;
    this.#link = undefined;
    this.#forgetHandshake();
    this.#question.answer({ kind: "noAnswer", why: `the link was lost: ${why}` });
    if (running === undefined) return;
    await this.#turned(running.dialogue, await running.dialogue.take({ kind: "linkLost", loss }));
    if (this.#running !== running) return;
    // A machine lives no longer than its link: what an operation left open is a doubt, a recovery starts anew with the next one.
    if (running.kind === "operation") await this.#ended(running, { since: "linkLost", why });
    else this.#stopRunning();
  }

  #deadline(record: TransactionRecord): Promise<void> {
    return this.runningOperation === record ? this.#give({ kind: "deadline" }) : this.#overdue(record);
  }

  /** The answer limit is over, and so is what a cancel may take: now it is unknown, and the terminal is asked on. */
  async #overdue(record: TransactionRecord): Promise<void> {
    const since = this.#ports.doubts.of(record)?.since ?? "timeout";
    const running = this.#running;
    if (running?.kind === "operation" && running.record === record)
      await this.#ended(running, { since: "timeout", why: "the answer limit is over" });
    if (isInDoubt(record.transaction)) await this.#endings.unknown(record, since);
  }

  async #ask(request: DeviceRequest, answered: (reply: DeviceReply) => void): Promise<void> {
    const dialogue = this.#deviceDialogue;
    const link = this.#link;
    if (this.#ports.doubts.fenced && !this.idle && !this.#question.pending && link !== undefined) {
      // The recovery that gave up only listens: it makes room for the device machine, which listens as well.
      this.#stopRunning();
      this.#postponed.put(request, answered, 3 * this.#deviceLimits.replyMs);
      return;
    }
    const canPair = request.kind === "pair" && this.#device.unpaired !== undefined && !this.#question.pending;
    if (!(this.idle || canPair) || dialogue === undefined || link === undefined) {
      answered({ kind: "refused", why: "the terminal is busy or not connected" });
      return;
    }
    const { replyMs, pairMs } = this.#deviceLimits;
    this.#question.open(request.kind === "pair" ? pairMs : 3 * replyMs, (reply) => {
      answered(reply);
      const deaf = reply.kind === "noAnswer" || (reply.kind === "refused" && request.kind === "probe");
      if (deaf) this.#outlet.connection.drop(link, reply.why);
      this.tell(LOOK);
    });
    await this.#turned(dialogue, await dialogue.take({ kind: "asked", request }));
  }

  /** What a turn of a machine means for the terminal. */
  async #turned(dialogue: ExchangeOwner<Message>, turns: readonly Turn[]): Promise<void> {
    for (const turn of turns) await this.#turn(dialogue, turn);
  }

  async #turn(dialogue: ExchangeOwner<Message>, turn: Turn): Promise<void> {
    const running = this.#running;
    if (running?.dialogue === dialogue) {
      switch (turn.kind) {
        case "done":
          return this.#ended(running, {
            since: "contradiction",
            why: "the machine ended without a result that stands",
          });
        case "doubt":
          if (turn.alarm !== undefined) await raise(running.record, turn.alarm, turn.why, this.#ports);
          return this.#ended(running, turn);
        case "gaveUp":
          return this.#gaveUp(running.record, turn.why);
        case "dropLink":
          return isInDoubt(running.record.transaction) ? this.#drop(turn.why) : this.#renew(turn.why);
        case "goesOn":
          return undefined;
      }
    }
    if (turn.kind === "dropLink") this.#drop(turn.why);
  }

  async #leaveStranger(stranger: StrangerMet): Promise<void> {
    if (this.#link !== stranger.link || !(await this.#search.avoid(stranger))) return;
    if (this.#running?.kind !== "operation" && !this.#question.pending && !this.#device.ready)
      this.#outlet.connection.drop(stranger.link, "somebody else answers there");
  }

  /**
   * What runs, and who is being asked, keeps its link and finds out whether that is lost; a new one comes before the next. A recovery begins anew on a
   * new one, unless it was no more than a clock that is set forward again and again: that would never let it come to its end.
   */
  #renewIdle(why: string, gapMs: number): void {
    const isIdle = this.#running === undefined || (this.#running.kind === "recovery" && gapMs >= REAL_SLEEP_MS);
    if (isIdle && !this.#question.pending) this.#renew(why);
  }

  #drop(why: string, restMs = 0): void {
    if (!this.#device.ready) this.#offlineWhy = why;
    if (this.#link !== undefined) this.#outlet.connection.drop(this.#link, why, restMs);
  }

  /** Takes another link to a terminal that answers: what is asked of it meanwhile waits. */
  #renew(why: string): void {
    if (this.#link === undefined) return;
    this.#offlineWhy = undefined;
    this.#outlet.connection.drop(this.#link, why);
  }

  /** The running machine is over. */
  async #ended({ kind, record }: Running<Message>, left: Left): Promise<void> {
    this.#stopRunning();
    await this.#endings.ended(record, left);
    const isLeftOpen = isInDoubt(record.transaction) && this.#ports.doubts.of(record)?.gaveUp === false;
    if (kind === "recovery" && isLeftOpen) await this.#endings.gaveUp(record, left.why);
    this.#ports.doubts.sweep();
    this.#ports.records.tidy(record.id);
    // The device machine has heard nothing of it: with a new link it asks for itself.
    if (this.#device.unpaired !== undefined && !isInDoubt(record.transaction)) this.#renew(this.#device.unpaired);
  }

  async #gaveUp(record: TransactionRecord, why: string): Promise<void> {
    const { doubts } = this.#ports;
    await this.#endings.gaveUp(record, why);
    const makesRoom = this.#deviceDialogue === undefined && this.#ports.presence.isToBeMet(this.#device);
    if (makesRoom || doubts.next() !== undefined || doubts.of(record) === undefined) this.#stopRunning();
  }

  #stopRunning(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.dialogue.end();
    this.#awaited.keep(running.record, running.dialogue.leftOpen);
    this.#ports.records.release(running.record);
  }

  /** What is to be done now that the last item is handled. */
  async #next(): Promise<void> {
    const { doubts, queue } = this.#ports;
    const link = this.#link;
    // Nothing starts on a link whose loss, or whose handshake, is still in the mailbox.
    if (this.#closed || link === undefined || this.#outlet.connection.link !== link) return;
    if (this.#running !== undefined || this.#question.pending) return;
    // A link from before a sleep leads nowhere, and money is not what should find that out.
    if (this.#freshness.slept) return this.#renew(SLEPT);
    const doubt = doubts.next();
    if (doubt !== undefined && this.#ports.presence.mayBeAsked(this.#device))
      return this.#begin("recovery", doubt.record, link);
    const isFenced = doubt === undefined && doubts.fence !== undefined;
    if (isFenced && !this.#postponed.isWaiting && !this.#ports.presence.isToBeMet(this.#device)) return;
    if (this.#deviceDialogue === undefined) return this.#shakeHands(link);
    if (!this.#device.ready) return;
    this.#offlineWhy = undefined;
    const postponed = this.#postponed.take();
    if (postponed !== undefined) return this.#mailbox.post(postponed);
    if (isFenced) return;
    const { restLeftMs, isFresh, probeInMs } = this.#freshness;
    const waitMs = queue.length > 0 ? restLeftMs : probeInMs;
    this.#pause?.cancel();
    if (waitMs > 0) this.#pause = this.#ports.clock.after(waitMs, () => this.tell(LOOK));
    else if (queue.length === 0 || !isFresh) this.#mailbox.post(PROBE);
    else {
      const record = queue.next();
      if (record !== undefined) await this.#begin("operation", record, link);
    }
  }

  async #shakeHands(link: string): Promise<void> {
    const dialogue = this.#machines.device(link, this.#device, this.#question);
    this.#deviceDialogue = dialogue;
    await this.#turned(dialogue, await dialogue.take({ kind: "opened", link }));
  }

  /** What it found out before a recovery is not how things are after it. */
  #forgetHandshake(): void {
    this.#deviceDialogue?.end();
    this.#deviceDialogue = undefined;
    this.#device = { ready: false, place: this.#device.place };
  }

  /** Starts the machine of an operation, or of the recovery of one. */
  async #begin(kind: Running<Message>["kind"], record: TransactionRecord, link: string): Promise<void> {
    const isOperation = kind === "operation";
    // Whatever comes of an operation at once, the next one must not wait for something else to happen.
    if (isOperation) this.tell(LOOK);
    else this.#forgetHandshake();
    if (isOperation && record.transaction.outcome !== undefined) return;
    // Whoever ends it meanwhile, its machine may still write, and what it left open is waited for.
    this.#ports.records.keep(record);
    let dialogue: Dialogue<Message>;
    try {
      dialogue = await this.#machines.transaction(kind, record, link, this.#device);
    } catch (failure) {
      if (!(failure instanceof JournalFailure)) throw failure;
      if (isOperation) await settleSurely(record, { kind: "notPerformed", reason: "notSent" }, this.#ports);
      else this.#outlet.connection.drop(link, failure.message);
      return this.#ports.records.release(record);
    }
    this.#running = { kind, record, dialogue };
    if (isOperation) {
      record.setProgress({ stage: "waitingForTerminal" });
      const { answerMs, cancelGraceMs } = this.#machines.limitsOf(record);
      this.#limits.start(record, answerMs, cancelGraceMs);
      return this.#turned(dialogue, await dialogue.take({ kind: "opened", link }));
    }
    const pending = this.#awaited.handOver(record, dialogue, (exchange, end) => {
      this.#mailbox.post({ kind: "exchange", exchange, end });
    });
    await this.#turned(dialogue, await dialogue.take({ kind: "resumed", link, pending }));
  }
}
