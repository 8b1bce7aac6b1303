import { unreachable } from "../../core/assert.ts";
import type { Timer } from "../../core/ports.ts";
import { isInDoubt } from "../../core/transaction.ts";
import type { DeviceLimits, DeviceReply, DeviceRequest, Input, LinkLoss } from "../../drivers/driver.ts";
import type { Seat, Usability } from "../account/seat.ts";
import type { ActorPorts } from "./actor-ports.ts";
import type { TransactionRecord } from "../record.ts";
import { AnswerLimits } from "./answer-limits.ts";
import { Question, type Device } from "./device.ts";
import { earsOf } from "./ears.ts";
import { Endings, type Left } from "./endings.ts";
import type { Turn } from "./turn.ts";
import type { Exchange, ExchangeEnd, ExchangeOwner } from "./exchange.ts";
import { Freshness } from "./freshness.ts";
import { LOOK, PROBE, type Item, type News, type StrangerMet } from "./items.ts";
import { LinkedDevice } from "./linked-device.ts";
import { Machines } from "./machines.ts";
import { Mailbox } from "./mailbox.ts";
import { nextStep } from "./next-step.ts";
import { isItsAccount, openOutlet } from "./open-outlet.ts";
import type { Outlet } from "./outlet.ts";
import { Postponed } from "./postponed.ts";
import { Search } from "./search.ts";
import { raise } from "./settling.ts";
import { Standing } from "./standing.ts";
import { Work, type Running, type WorkKind } from "./work.ts";

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
  readonly #linked: LinkedDevice<Message>;
  readonly #postponed: Postponed;
  readonly #standing: Standing;
  readonly #work: Work<Message>;
  readonly #search: Search;
  #pause: Timer | undefined;
  #closed = false;

  constructor(ports: ActorPorts<Message>) {
    const { clock } = ports;
    this.#ports = ports;
    this.#deviceLimits = ports.vendor.deviceLimits(ports.settings);
    this.#freshness = new Freshness(clock, this.#deviceLimits);
    this.#question = new Question(clock);
    this.#postponed = new Postponed(clock);
    this.#standing = new Standing({ ...ports, due: () => this.tell(LOOK) });
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
    this.#linked = new LinkedDevice({ outlet: this.#outlet, machines: this.#machines, question: this.#question });
    this.#work = new Work({
      ...ports,
      machines: this.#machines,
      limits: this.#limits,
      endings: this.#endings,
      standing: this.#standing,
      post: (exchange, end) => this.#mailbox.post({ kind: "exchange", exchange, end }),
    });
  }

  get #running(): Running<Message> | undefined {
    return this.#work.running;
  }

  get device(): Device {
    return this.#linked.device;
  }

  /** Why there is no working link, in words; undefined while the first attempt runs or the link works. */
  get offlineWhy(): string | undefined {
    const usability = this.#accountAbove?.usability;
    if (usability?.kind === "hindered") return usability.why;
    const { link, offlineWhy } = this.#linked;
    return this.#running !== undefined && link !== undefined ? undefined : offlineWhy;
  }

  /** Wall clock of the last sign of life. */
  get lastSeenMs(): number | undefined {
    return this.#freshness.lastSeenMs;
  }

  /** The operation that it works for, from the moment on in which it has left the queue. */
  get runningOperation(): TransactionRecord | undefined {
    return this.#work.operation;
  }

  /** Link up, handshake answered, nothing runs and nothing is asked. */
  get idle(): boolean {
    return this.device.ready && this.#work.isFree && !this.#question.pending;
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
    this.#limits.start(record, remainingMs, this.#mayOrderLive ? this.#machines.limitsOf(record).cancelGraceMs : 0);
  }

  /** An approval that is not final: its end is asked for. */
  follow(record: TransactionRecord): void {
    this.#standing.add(record);
  }

  /** Whether the transaction with this ticket is being worked for, or asked about. */
  worksFor(ticket: string): boolean {
    const records = [this.#running?.record, ...this.#ports.doubts.records];
    return records.some((record) => record?.transaction.dispatched?.ticket === ticket);
  }

  /**
   * Who answers from now on may be another account: nothing that was begun with the one of before sends anything more, from this moment on.
   */
  accountChanged(usability: Usability): void {
    if (usability.kind === "opening" && this.#accountAbove !== undefined)
      this.#linked.drop("its account is opened anew");
    this.tell({ kind: "account", usability });
  }

  /** The account above it has something to say. */
  hear(message: Message, ticket: string | undefined): void {
    this.#mailbox.post({ kind: "told", message, ...(ticket === undefined ? {} : { ticket }) });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#pause?.cancel();
    this.#search.close();
    this.#postponed.take()?.answered({ kind: "noAnswer", why: "the service is shutting down" });
    this.#limits.close();
    this.#linked.close();
    this.#question.answer({ kind: "noAnswer", why: "the service is shutting down" });
    this.#work.close();
    this.#standing.clear();
    await this.#outlet.connection.close();
  }

  async #handle(item: Item<Message>): Promise<void> {
    if (this.#closed) {
      if (item.kind === "ask") item.answered({ kind: "noAnswer", why: "the service is shutting down" });
      return;
    }
    await this.#take(item);
    this.#search.judge(this.#linked.link, this.device, (why, restMs) => this.#linked.drop(why, restMs));
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
    this.#work.stop();
    this.#linked.renew("a person decided what the terminal was asked about");
  }

  async #take(item: Item<Message>): Promise<void> {
    switch (item.kind) {
      case "up":
        this.#linked.up(item.link, item.place);
        this.#freshness.began();
        this.#ports.doubts.askAgain();
        return;
      case "down":
        return this.#linkDown(item.loss, item.why);
      case "failed":
        this.#linked.offlineWhy = item.why;
        return;
      case "input":
        return this.#give(item.input);
      case "exchange":
        return this.#hearExchange(item.exchange, item.end);
      case "nobodyListens":
        return this.#machines.suspectRestart([...this.#ports.doubts.records, this.runningOperation]);
      case "stranger":
        return this.#leaveStranger(item);
      case "told":
        return this.#told(item.message, item.ticket);
      case "account":
        return this.#accountChanged(item.usability);
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
    const dialogue = this.#running?.dialogue ?? this.#linked.dialogue;
    if (dialogue !== undefined) return this.#turned(dialogue, await dialogue.take(input));
    this.#ports.log.warn("terminal.unheard", "the terminal spoke while nobody listened", {
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
    return this.#work.heardByNobody(exchange, end, this.device);
  }

  async #linkDown(loss: LinkLoss, why: string): Promise<void> {
    const running = this.#running;
    this.#ports.doubts.recount({ kind: "linkLost", why }, running?.record);
    this.#linked.down(why);
    this.#question.answer({ kind: "noAnswer", why: `the link was lost: ${why}` });
    if (running === undefined) return;
    await this.#turned(running.dialogue, await running.dialogue.take({ kind: "linkLost", loss }));
    if (this.#running !== running) return;
    // A machine lives no longer than its link: what an operation left open is a doubt, a recovery starts anew with the next one.
    return running.kind === "operation" ? this.#ended(running, { since: "linkLost", why }) : this.#work.stop();
  }

  /** Of the transaction that is worked for, or of the device: what is told of that is no answer to anybody else. */
  async #told(message: Message, ticket: string | undefined): Promise<void> {
    const running = this.#running;
    const input: Input<Message> = { kind: "told", message };
    if (ticket === undefined) {
      this.#freshness.heard();
      const device = this.#linked.dialogue;
      return device === undefined ? undefined : this.#turned(device, await device.take(input));
    }
    if (running?.record.transaction.dispatched?.ticket === ticket)
      return this.#turned(running.dialogue, await running.dialogue.take(input));
    for (const record of this.#ports.doubts.records)
      if (record.transaction.dispatched?.ticket === ticket) this.#ports.doubts.askAgainAbout(record);
  }

  /** What runs finds out for itself; nothing new is begun, and a terminal without its account is away. */
  #accountChanged(usability: Usability): void {
    // Beside a terminal with a link of its own it is of use in a doubt, and nothing else hangs on it.
    if (this.#accountAbove === undefined) return;
    this.#linked.offlineWhy = usability.kind === "hindered" ? usability.why : undefined;
  }

  #deadline(record: TransactionRecord): Promise<void> {
    const mayStop = this.runningOperation === record || (this.#running?.record === record && this.#mayOrderLive);
    return mayStop ? this.#give({ kind: "deadline" }) : this.#overdue(record);
  }

  /** In a cloud what was ordered goes on without us: a recovery may have it in its hands, and the time that a cancel takes. */
  get #mayOrderLive(): boolean {
    return this.#accountAbove !== undefined;
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
    const { dialogue, link } = this.#linked;
    if (this.#ports.doubts.fenced && !this.idle && !this.#question.pending && link !== undefined) {
      // The recovery that gave up only listens: it makes room for the device machine, which listens as well.
      this.#work.stop();
      this.#postponed.put(request, answered, 3 * this.#deviceLimits.replyMs);
      return;
    }
    const canPair = request.kind === "pair" && this.device.unpaired !== undefined && !this.#question.pending;
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
        case "later":
          return this.#work.later(running.record, turn.afterMs);
        case "dropLink":
          return isInDoubt(running.record.transaction) ? this.#linked.drop(turn.why) : this.#linked.renew(turn.why);
        case "goesOn":
          return undefined;
      }
    }
    if (turn.kind === "dropLink") this.#linked.drop(turn.why);
  }

  async #leaveStranger(stranger: StrangerMet): Promise<void> {
    // It was paired since, or proved to be the terminal after all.
    if (this.device.ready && !this.#ports.recognition.isStranger(stranger.identity)) return;
    if (this.#linked.link !== stranger.link || !(await this.#search.avoid(stranger))) return;
    if (this.#running?.kind !== "operation" && !this.#question.pending && !this.device.ready)
      this.#outlet.connection.drop(stranger.link, "somebody else answers there");
  }

  /**
   * What runs, and who is being asked, keeps its link and finds out whether that is lost; a new one comes before the next. A recovery begins anew on a
   * new one, unless it was no more than a clock that is set forward again and again: that would never let it come to its end.
   */
  #renewIdle(why: string, gapMs: number): void {
    const isIdle = this.#running === undefined || (this.#running.kind === "recovery" && gapMs >= REAL_SLEEP_MS);
    if (isIdle && !this.#question.pending) this.#linked.renew(why);
  }

  async #ended(running: Running<Message>, left: Left): Promise<void> {
    await this.#work.ended(running, left);
    // The device machine has heard nothing of it: with a new link it asks for itself.
    const { unpaired } = this.device;
    if (unpaired !== undefined && !isInDoubt(running.record.transaction)) this.#linked.renew(unpaired);
  }

  #gaveUp(record: TransactionRecord, why: string): Promise<void> {
    const makesRoom = this.#linked.dialogue === undefined && this.#ports.presence.isToBeMet(this.device);
    return this.#work.gaveUp(record, why, makesRoom);
  }

  /** What is to be done now that the last item is handled. */
  async #next(): Promise<void> {
    const link = this.#linked.link;
    // Nothing starts on a link whose loss, or whose handshake, is still in the mailbox.
    if (this.#closed || link === undefined || this.#outlet.connection.link !== link) return;
    if (this.#running !== undefined || this.#question.pending) return;
    const hindrance = this.#hindrance;
    if (hindrance !== undefined) return this.#outlet.connection.drop(link, hindrance);
    if (this.device.ready) this.#linked.offlineWhy = undefined;
    this.#pause?.cancel();
    const step = nextStep({
      ...this.#ports,
      standing: this.#standing,
      postponed: this.#postponed,
      freshness: this.#freshness,
      device: this.device,
      hasDeviceMachine: this.#linked.dialogue !== undefined,
    });
    switch (step.kind) {
      case "nothing":
        return undefined;
      case "pause":
        this.#pause = this.#ports.clock.after(step.forMs, () => this.tell(LOOK));
        return undefined;
      case "renew":
        return this.#linked.renew(step.why);
      case "recover":
        return this.#begin("recovery", step.record, link);
      case "shakeHands":
        return this.#shakeHands(link);
      case "ask":
        return this.#mailbox.post(step.ask);
      case "probe":
        return this.#mailbox.post(PROBE);
      case "operate":
        return this.#begin("operation", step.record, link);
    }
  }

  /** The account through whose servers the terminal is reached; undefined where it has a link of its own. */
  get #accountAbove(): Seat<Message> | undefined {
    const { seat, route } = this.#ports;
    return isItsAccount(route) ? seat : undefined;
  }

  /** Why the account through which the terminal is reached cannot be used. */
  get #hindrance(): string | undefined {
    const usability = this.#accountAbove?.usability;
    if (usability === undefined || usability.kind === "usable") return undefined;
    return usability.kind === "hindered" ? usability.why : "its account is not open yet";
  }

  async #shakeHands(link: string): Promise<void> {
    const dialogue = this.#linked.beginHandshake(link);
    await this.#turned(dialogue, await dialogue.take({ kind: "opened", link }));
  }

  async #begin(kind: WorkKind, record: TransactionRecord, link: string): Promise<void> {
    // Whatever comes of an operation at once, the next one must not wait for something else to happen.
    if (kind === "operation" || this.#standing.has(record)) this.tell(LOOK);
    else this.#linked.forgetHandshake();
    const begun = await this.#work.begin(kind, record, link, this.device);
    if (begun.kind === "failed") this.#outlet.connection.drop(link, begun.why);
    if (begun.kind === "begun") await this.#turned(begun.dialogue, await begun.dialogue.take(begun.input));
  }
}
