import { isDeepStrictEqual } from "node:util";
import { AssertionFailure, unreachable } from "../../core/assert.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Clock, Crypto, Log, Timer } from "../../core/ports.ts";
import type { AccountDriver } from "../../drivers/account.ts";
import type { AccountTerminal, Input } from "../../drivers/driver.ts";
import type { HttpWire } from "../../drivers/wire.ts";
import { HomeFailure } from "../../home/store.ts";
import type { DaemonEvent } from "../api.ts";
import type { TerminalRecorder } from "../recorder/conversation-recorder.ts";
import { Dialogue, type Armed } from "../terminal/engine.ts";
import type { Exchange, ExchangeEnd } from "../terminal/exchange.ts";
import { HttpConnection, type OpenExchange } from "../terminal/http-connection.ts";
import type { Keyring, SecretValues } from "../terminal/keyring.ts";
import { Mailbox } from "../terminal/mailbox.ts";
import type { ConnectionSettings } from "../terminal/stream-connection.ts";
import type { Turn } from "../terminal/turn.ts";
import { AccountDesk } from "./account-desk.ts";
import { accountPerformer, type AccountWord } from "./account-performer.ts";
import { AccountUsability } from "./account-usability.ts";
import { CallDesk } from "./call-desk.ts";
import type { Callbacks } from "./callbacks.ts";
import { Changes } from "./changes.ts";
import { GivenSecrets } from "./given-secrets.ts";
import { Members } from "./members.ts";
import type { Member, Seat, Usability } from "./seat.ts";

export type AccountPorts<Message> = {
  /** For people. */
  readonly name: string;
  readonly driver: AccountDriver<Message>;
  readonly settings: JsonObject;
  readonly open: OpenExchange;
  readonly keyring: Keyring;
  readonly secretValues: SecretValues;
  /** Absent where nobody can call this house. */
  readonly callbacks: Callbacks | undefined;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly recorder?: TerminalRecorder | undefined;
  readonly connection: ConnectionSettings;
  readonly emit: (event: DaemonEvent) => void;
};

type Item<Message> =
  | { readonly kind: "begin" }
  | { readonly kind: "watch" }
  | { readonly kind: "input"; readonly input: Input<Message> }
  | { readonly kind: "exchange"; readonly exchange: Exchange<Message>; readonly end: ExchangeEnd<Message> }
  | { readonly kind: "rang"; readonly dialogue: Dialogue<Message>; readonly armed: Armed };

/** Between two looks at what a person keeps for the account. */
const WATCH_MS = 60_000;
const WATCH_HINDERED_MS = 5_000;
/** For a list of the account's terminals. */
const LIST_MS = 5_000;
const STORE_AGAIN_MS = 5_000;
const LINK = "account";

/** One account with a vendor, shared by all its terminals: the loop of its machine, with the secrets that it is opened with. */
export class Account<Message> implements Seat<Message> {
  readonly #ports: AccountPorts<Message>;
  readonly #mailbox = new Mailbox<Item<Message>>((item) => this.#handle(item));
  readonly #connection: HttpConnection<Message>;
  readonly desk: AccountDesk;
  #given: GivenSecrets;
  #settings: JsonObject;
  readonly #members: Members<Message>;
  readonly #changes = new Changes();
  readonly #whenGone: () => void;
  readonly #working = new Set<Promise<unknown>>();
  readonly #usability: AccountUsability;
  #calls: CallDesk<Message> | undefined;
  #dialogue: Dialogue<Message> | undefined;
  #terminals: readonly AccountTerminal[] = [];
  #watch: Timer | undefined;
  readonly #closing = new AbortController();

  /** @param whenGone called when nobody uses it any more, before it ends */
  constructor(ports: AccountPorts<Message>, whenGone: () => void) {
    const { clock, driver, settings } = ports;
    this.#ports = ports;
    this.#settings = settings;
    this.#whenGone = whenGone;
    this.#members = new Members(ports.log);
    this.#usability = new AccountUsability({
      ...ports,
      changed: (usability) => {
        this.#members.changed(usability);
        this.#changes.tell();
      },
    });
    this.desk = new AccountDesk(clock, driver.budget(settings));
    this.#given = new GivenSecrets(driver.secretsOf(settings), ports.secretValues, ports.keyring);
    this.#connection = new HttpConnection({
      ...ports,
      choose: () => Promise.resolve(),
      wire: driver.wire,
      desk: this.desk,
      settings: ports.connection,
      listener: {
        up: () => undefined,
        down: () => undefined,
        nobodyListens: () => undefined,
        ended: (exchange, end) => this.#mailbox.post({ kind: "exchange", exchange, end }),
      },
    });
  }

  start(): void {
    this.#mailbox.post({ kind: "begin" });
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  get keyring(): Keyring {
    return this.#ports.keyring;
  }

  get wire(): HttpWire<Message> {
    return this.#ports.driver.wire;
  }

  get open(): OpenExchange {
    return this.#ports.open;
  }

  get vendorOffsetMs(): number {
    return this.desk.vendorOffsetMs;
  }

  get usability(): Usability {
    return this.#usability.now;
  }

  /** As the vendor listed them last. */
  get terminals(): readonly AccountTerminal[] {
    return this.#terminals;
  }

  /** Where its servers can call this house; a secret. Undefined where they cannot. */
  get callbackUrl(): string | undefined {
    return this.#calls?.url;
  }

  consult(by: string, message: Message): void {
    this.#mailbox.post({ kind: "input", input: { kind: "consulted", by, message } });
  }

  join(member: Member<Message>): void {
    this.#members.add(member);
    member.accountChanged(this.usability);
  }

  async leave(member: Member<Message>): Promise<void> {
    this.#members.remove(member);
    if (!this.#members.areGone || this.#isClosed) return;
    this.#whenGone();
    await this.#close();
  }

  /** Its terminals are configured otherwise from now on: as the last one says. */
  adopt(settings: JsonObject): void {
    const { driver, secretValues, keyring } = this.#ports;
    const isSame = isDeepStrictEqual(driver.sharedSettings(settings), driver.sharedSettings(this.#settings));
    this.#settings = settings;
    if (isSame) return;
    this.#given = new GivenSecrets(driver.secretsOf(settings), secretValues, keyring);
    this.#usability.becomes({ kind: "opening" });
    this.#mailbox.post({ kind: "begin" });
  }

  async whenUsable(signal: AbortSignal): Promise<void> {
    while (this.usability.kind !== "usable" && !signal.aborted && !this.#isClosed) await this.#changes.next(signal);
  }

  /** Asks the vendor which terminals there are; resolves when that is known, or not to be had. */
  async look(): Promise<void> {
    if (this.usability.kind !== "usable") return;
    const patience = new AbortController();
    const limit = this.#ports.clock.after(LIST_MS, () => patience.abort());
    this.#mailbox.post({ kind: "input", input: { kind: "listAsked" } });
    await this.#changes.next(patience.signal);
    limit.cancel();
  }

  async #close(): Promise<void> {
    this.#usability.alarmIsOver();
    this.#closing.abort();
    this.#watch?.cancel();
    this.#dialogue?.end();
    this.#calls?.[Symbol.dispose]();
    this.#changes.tell();
    await this.#connection.close();
    // A token that is just being stored is stored: the next one of this account begins with it.
    await Promise.all(this.#working);
  }

  #handle(item: Item<Message>): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    const work = this.#take(item);
    this.#working.add(work);
    return work.finally(() => this.#working.delete(work));
  }

  async #take(item: Item<Message>): Promise<void> {
    switch (item.kind) {
      case "begin":
        return this.#begin();
      case "watch":
        return this.#readGiven();
      case "input":
        return this.#give(item.input);
      case "exchange": {
        const { owner } = item.exchange;
        return this.#turned(owner === undefined ? [] : await owner.hear(item.exchange, item.end));
      }
      case "rang":
        return this.#turned(await item.dialogue.ring(item.armed));
      default:
        return unreachable(item);
    }
  }

  async #begin(): Promise<void> {
    this.#dialogue?.end();
    this.#dialogue = undefined;
    const read = await this.#given.read(this.#changing);
    if (read.kind === "missing") return this.#hinder(read.why);
    try {
      await this.#openDoor();
    } catch (failure) {
      if (!(failure instanceof HomeFailure)) throw failure;
      return this.#hinder(failure.message);
    }
    const { driver, clock, crypto, keyring, recorder } = this.#ports;
    this.#dialogue = new Dialogue(driver.machine(this.#settings), {
      clock,
      crypto,
      performer: accountPerformer({
        connection: this.#connection,
        keyring,
        said: (word) => this.#said(word),
        notStored: (why) => this.#notStored(why),
        // Its machine has heard nothing of the disk: it is what it was.
        storedAfterAll: () => this.#usability.restore(),
      }),
      rang: (dialogue, armed) => this.#mailbox.post({ kind: "rang", dialogue, armed }),
      secrets: () => keyring.described,
      vendorOffsetMs: () => this.desk.vendorOffsetMs,
      recorder: recorder?.conversation({ role: "account", settings: this.#settings }, crypto),
    });
    this.#watchLater();
    await this.#give({ kind: "opened", link: LINK });
  }

  /** From the first time on, at the same address. */
  async #openDoor(): Promise<void> {
    const { driver, callbacks, keyring, crypto, log } = this.#ports;
    if (driver.calls === undefined || callbacks === undefined || this.#calls !== undefined) return;
    this.#calls = await CallDesk.open({
      rules: driver.calls,
      callbacks,
      keyring,
      crypto,
      log,
      vendorNow: () => this.desk.vendorNow,
      called: (call, message) => this.#mailbox.post({ kind: "input", input: { kind: "called", call, message } }),
    });
  }

  /** Nobody may take the one who is asked from now on for the one of before. */
  readonly #changing = (): void => this.#usability.becomes({ kind: "opening" });

  /** Whether a person has mended, or changed, what was given. */
  async #readGiven(): Promise<void> {
    const { changed } = await this.#given.read(this.#changing);
    if (changed) return this.#begin();
    this.#watchLater();
  }

  /** A token that was rotated is worth nothing without the one that came with it: it is stored before anything else happens. */
  async #notStored(why: string): Promise<"again" | "closed"> {
    this.#usability.setAside();
    this.#hinder(`${why.replace(/\.$/, "")}. It is tried again`);
    await new Promise<void>((resolve) => {
      const timer = this.#ports.clock.after(STORE_AGAIN_MS, resolve);
      this.#closing.signal.addEventListener("abort", () => {
        timer.cancel();
        resolve();
      });
    });
    return this.#isClosed ? "closed" : "again";
  }

  #watchLater(): void {
    this.#watch?.cancel();
    const afterMs = this.usability.kind === "hindered" ? WATCH_HINDERED_MS : WATCH_MS;
    this.#watch = this.#ports.clock.after(afterMs, () => {
      this.#watch = undefined;
      this.#mailbox.post({ kind: "watch" });
    });
  }

  async #give(input: Input<Message>): Promise<void> {
    if (this.#dialogue === undefined) {
      // Whoever calls, calls again.
      if (input.kind === "called") this.#calls?.respond(input.call, 503);
      return;
    }
    const dialogue = this.#dialogue;
    return this.#turned(await dialogue.take(input));
  }

  #turned(turns: readonly Turn[]): void {
    for (const turn of turns) {
      if (turn.kind === "goesOn") continue;
      if (turn.kind !== "dropLink") throw new AssertionFailure(`an account machine came to ${turn.kind}`);
      this.#dialogue = undefined;
      this.#hinder(turn.why);
      this.#watch?.cancel();
      this.#watch = this.#ports.clock.after(WATCH_HINDERED_MS, () => this.#mailbox.post({ kind: "begin" }));
    }
  }

  #said(word: AccountWord<Message>): void {
    switch (word.kind) {
      case "ready":
        this.#usability.alarmIsOver();
        this.desk.accessCame();
        return this.#usability.becomes({ kind: "usable" });
      case "unusable":
        if (word.alarm !== undefined) this.#usability.alarm(word.alarm, word.why, word.remedy);
        return this.#hinder(`${word.why}. ${word.remedy}`);
      case "terminals":
        this.#terminals = word.terminals;
        return this.#changes.tell();
      case "tell":
        return this.#members.tell(word.to, word.message);
      case "respond":
        return this.#calls?.respond(word.call, word.status);
      default:
        return unreachable(word);
    }
  }

  /** One that says so again and again does not put off the look at what a person gives. */
  #hinder(why: string): void {
    const isNews = this.usability.kind !== "hindered";
    this.#usability.becomes({ kind: "hindered", why });
    if (isNews || this.#watch === undefined) this.#watchLater();
  }
}
