import { Opening, otherProgramInWords } from "../../core/link-fault.ts";
import type { Clock, Crypto, Log, Timer } from "../../core/ports.ts";
import type { LinkLoss } from "../../drivers/driver.ts";
import type { Framed, Framer, StreamWire } from "../../drivers/wire.ts";
import { backoffMs, type BackoffBounds } from "../../transports/backoff.ts";
import type { TerminalRecorder } from "../recorder/conversation-recorder.ts";
import type { Link, LinkListener, LinkLost, Opened, Sent } from "../../transports/transport.ts";
import type { LinkFaults } from "./link-faults.ts";

/** Opens the terminal's link, whatever its medium: the address is bound already. */
export type OpenLink = (listener: LinkListener, openTimeoutMs: number, signal: AbortSignal) => Promise<Opened>;

interface ConnectionListener<Message> {
  up(link: string): void;
  message(message: Message): void;
  garbled(why: string, length: number): void;
  down(loss: LinkLoss, why: string): void;
  /** An attempt to connect failed; the next one comes by itself. */
  failed(why: string): void;
}

export type ConnectionSettings = {
  readonly openTimeoutMs: number;
  readonly writeTimeoutMs: number;
  /** A frame that stays unfinished for this long was none; its bytes are discarded. */
  readonly frameGapMs: number;
  readonly backoff: BackoffBounds;
};

type Ports<Message> = {
  /** Before each link: where it leads. */
  readonly choose: () => Promise<void>;
  readonly open: OpenLink;
  readonly wire: StreamWire<Message>;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly recorder?: TerminalRecorder | undefined;
  readonly faults: LinkFaults;
  readonly settings: ConnectionSettings;
  readonly listener: ConnectionListener<Message>;
};

type Current = {
  readonly link: Link;
  readonly framer: Framer;
  /** Until the first message, which only a terminal sends. */
  opening: Opening | undefined;
  /** Frames since the last one that was a message. */
  unreadable: number;
};

/** A terminal may say something odd now and then; what says nothing else is none. */
const MAX_UNREADABLE = 1_000;

/**
 * Keeps a link to one terminal: opens another one after each loss, cuts the bytes into frames and decodes them. Links are
 * single use; nothing is ever sent on another link than the one that was asked for.
 */
export class StreamConnection<Message> {
  readonly #ports: Ports<Message>;
  readonly #closing = new AbortController();
  #current: Current | undefined;
  #retry: Timer | undefined;
  #gap: Timer | undefined;
  #failures = 1;
  #restMs = 0;
  /** Why it could not be opened the last time. */
  #failure: string | undefined;
  #discardedBytes = 0;

  constructor(ports: Ports<Message>) {
    this.#ports = ports;
  }

  /** The name of the open link; undefined while there is none. */
  get link(): string | undefined {
    return this.#current?.link.isOpen === true ? this.#current.link.name : undefined;
  }

  get discardedBytes(): number {
    return this.#discardedBytes;
  }

  start(): void {
    void this.#open();
  }

  encode(message: Message): Uint8Array {
    return this.#ports.wire.encode(message, this.#ports.crypto);
  }

  /** Sends on this very link, or refuses. */
  async send(link: string, bytes: Uint8Array): Promise<Sent> {
    const current = this.#current;
    if (current === undefined || this.link !== link) return { kind: "refused", why: "the link is not open any more" };
    const sent = await current.link.send(bytes, this.#ports.settings.writeTimeoutMs);
    if (sent.kind === "failed") this.#lose(current, { loss: "failed", why: sent.why });
    return sent;
  }

  /**
   * Throws this very link away and opens another one.
   *
   * @param restMs before which none is opened, unless something else happens
   */
  drop(link: string, why: string, restMs = 0): void {
    if (this.#current?.link.name !== link) return;
    this.#restMs = restMs;
    this.#lose(this.#current, { loss: "failed", why });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#retry?.cancel();
    this.#gap?.cancel();
    const current = this.#current;
    this.#current = undefined;
    await current?.link.close();
  }

  /** Asked anew behind each wait. */
  #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  async #open(): Promise<void> {
    const { choose, open, wire, log, listener, settings, faults } = this.#ports;
    this.#retry = undefined;
    await choose();
    if (this.#isClosing()) return;
    const known: { current?: Current; lost?: LinkLost } = {};
    const opened = await open(
      {
        received: (bytes) => {
          if (known.current !== undefined) this.#received(known.current, bytes);
        },
        lost: (lost) => {
          if (known.current === undefined) known.lost = lost;
          else this.#lose(known.current, lost);
        },
      },
      settings.openTimeoutMs,
      this.#closing.signal,
    );
    if (opened.kind === "failed") {
      if (this.#isClosing()) return;
      const remedy = opened.remedy === undefined ? "" : `. ${opened.remedy.replace(/\.$/, "")}`;
      const why = `${opened.why}${remedy}`;
      // The same is tried again and again, and is said once.
      if (why !== this.#failure) log.warn("terminal.linkFailed", "the link cannot be opened", { why });
      this.#failure = why;
      if (opened.nobodyListens === true) faults.tell(why, { kind: "nobodyListens" });
      listener.failed(why);
      this.#openLater(opened.retryWithinMs);
      return;
    }
    if (this.#isClosing()) {
      await opened.link.close();
      return;
    }
    this.#failure = undefined;
    known.current = { link: opened.link, framer: wire.createFramer(), opening: new Opening(), unreadable: 0 };
    this.#current = known.current;
    log.info("terminal.linkOpen", "link open", { link: opened.link.name });
    this.#ports.recorder?.link("open");
    listener.up(opened.link.name);
    // It may be gone before its opening has answered: nobody says so a second time.
    if (known.lost !== undefined) this.#lose(known.current, known.lost);
  }

  /** @param withinMs of the next attempt, where its time is known better than by a back-off */
  #openLater(withinMs = Number.POSITIVE_INFINITY): void {
    if (this.#isClosing()) return;
    const { clock, crypto, settings } = this.#ports;
    const [byte = 0] = crypto.randomBytes(1);
    const delayMs = backoffMs(this.#failures, settings.backoff, byte / 256);
    this.#failures += 1;
    this.#retry = clock.after(Math.max(this.#restMs, Math.min(delayMs, withinMs)), () => void this.#open());
    this.#restMs = 0;
  }

  /** Something was plugged in, or the network is another one: what failed before may work now. */
  tryNow(): void {
    this.#failures = 1;
    if (this.#retry === undefined) return;
    this.#retry.cancel();
    void this.#open();
  }

  /** The terminal answered: the next loss starts again with short delays. */
  proven(): void {
    this.#failures = 1;
  }

  #lose(current: Current, lost: LinkLost): void {
    if (this.#current !== current) return;
    this.#current = undefined;
    this.#gap?.cancel();
    for (const framed of current.framer.flush()) this.#framed(current, framed);
    this.#ports.log.warn("terminal.linkLost", "link lost", { link: current.link.name, why: lost.why });
    this.#ports.recorder?.link("lost", lost.why);
    this.#ports.listener.down(lost.loss, lost.why);
    // A serial port can only be opened again once the system has let go of it.
    void current.link.close().then(() => {
      this.#openLater();
    });
  }

  #received(current: Current, bytes: Uint8Array): void {
    if (this.#current !== current) return;
    this.#gap?.cancel();
    for (const framed of current.framer.push(bytes)) {
      this.#framed(current, framed);
      if (current.unreadable < MAX_UNREADABLE) continue;
      this.#lose(current, { loss: "failed", why: "what is connected there speaks no language of this terminal" });
      return;
    }
    if (this.#leftOtherProgram(current, bytes)) return;
    this.#gap = this.#ports.clock.after(this.#ports.settings.frameGapMs, () => {
      for (const framed of current.framer.flush()) this.#framed(current, framed);
    });
  }

  /** Whatever is asked of a program that is no terminal, it only says who it is: nobody waits until a question is over. */
  #leftOtherProgram(current: Current, bytes: Uint8Array): boolean {
    const program = current.opening?.heard(bytes);
    if (program === undefined) return false;
    const why = otherProgramInWords(program);
    this.#ports.faults.tell(why, { kind: "otherProgram", program });
    // It is why the link is no good, whoever gave it up first.
    this.#ports.listener.failed(why);
    this.#lose(current, { loss: "failed", why });
    return true;
  }

  #framed(current: Current, framed: Framed): void {
    const { wire, crypto, listener, log, recorder } = this.#ports;
    if (framed.kind === "discarded") {
      this.#discardedBytes += framed.bytes.length;
      log.warn("terminal.bytesDiscarded", "bytes that are no message were discarded", {
        count: framed.bytes.length,
        total: this.#discardedBytes,
        why: framed.why,
      });
      recorder?.bytes("discarded", framed.bytes, framed.why);
      return;
    }
    const decoded = wire.decode(framed.bytes, crypto);
    current.unreadable = decoded.kind === "message" ? 0 : current.unreadable + 1;
    if (decoded.kind === "message") {
      current.opening = undefined;
      listener.message(decoded.message);
      return;
    }
    recorder?.bytes("garbled", framed.bytes, decoded.why);
    listener.garbled(decoded.why, framed.bytes.length);
  }
}
