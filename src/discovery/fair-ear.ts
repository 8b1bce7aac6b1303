import type { RemoteInfo } from "node:dgram";
import type { Clock } from "../core/ports.ts";

type Message = { readonly bytes: Buffer; readonly from: RemoteInfo };

export type Budget = {
  /** Of all messages together, and an eighth of it of those of one speaker. */
  readonly maxBytes: number;
  /** Each time so much later it begins anew, for who listens as long as he runs; absent where it is for all the time. */
  readonly renewal?: { readonly everyMs: number; readonly clock: Pick<Clock, "monotonicMs"> };
};

export type Hearing = Budget & { readonly read: (bytes: Buffer, from: RemoteInfo) => void };

/** One that cries all the time must not use up what is there for all. */
const SHARES = 8;

/**
 * Reads what came one message in a turn of the event loop: the system hands over 32 of them in one go, each may be made to be hard work, and a payment
 * may be running. Speakers are read in turn, so that who says little is not behind one who says much.
 */
export class FairEar {
  readonly #hearing: Hearing;
  /** By speaker; who has nothing waiting is not in it. */
  readonly #waiting = new Map<string, Message[]>();
  readonly #heardBytes = new Map<string, number>();
  readonly #tooLoud = new Set<string>();
  #allBytes = 0;
  #waitingBytes = 0;
  #isFlooded = false;
  #begunMs: number;
  #turn: NodeJS.Immediate | undefined;

  constructor(hearing: Hearing) {
    this.#hearing = hearing;
    this.#begunMs = hearing.renewal?.clock.monotonicMs() ?? 0;
  }

  /** Whether all together said more than is read. */
  get isFlooded(): boolean {
    return this.#isFlooded;
  }

  /** Who said more than his share. */
  get tooLoud(): readonly string[] {
    return [...this.#tooLoud];
  }

  hear(bytes: Buffer, from: RemoteInfo): void {
    this.#renew();
    if (!this.#hasRoom(bytes.length, from.address)) return;
    const message = { bytes, from };
    const waiting = this.#waiting.get(from.address);
    if (waiting === undefined) this.#waiting.set(from.address, [message]);
    else waiting.push(message);
    this.#waitingBytes += bytes.length;
    this.#turn ??= setImmediate(() => this.#readNext());
  }

  /** What was not read by then never is. */
  close(): void {
    clearImmediate(this.#turn);
    this.#waiting.clear();
  }

  #renew(): void {
    const { renewal } = this.#hearing;
    if (renewal === undefined) return;
    const nowMs = renewal.clock.monotonicMs();
    if (nowMs - this.#begunMs < renewal.everyMs) return;
    this.#begunMs = nowMs;
    this.#allBytes = this.#waitingBytes;
    this.#heardBytes.clear();
    this.#tooLoud.clear();
  }

  #hasRoom(length: number, speaker: string): boolean {
    const { maxBytes } = this.#hearing;
    if (this.#isFull(maxBytes) || this.#tooLoud.has(speaker)) return false;
    const ofOne = (this.#heardBytes.get(speaker) ?? 0) + length;
    if (ofOne > maxBytes / SHARES) {
      this.#tooLoud.add(speaker);
      return false;
    }
    this.#heardBytes.set(speaker, ofOne);
    this.#allBytes += length;
    this.#isFlooded ||= this.#isFull(maxBytes);
    return !this.#isFull(maxBytes);
  }

  #isFull(maxBytes: number): boolean {
    return this.#allBytes > maxBytes;
  }

  #readNext(): void {
    this.#turn = undefined;
    const [[speaker, waiting] = []] = this.#waiting;
    const message = waiting?.shift();
    if (speaker === undefined || waiting === undefined || message === undefined) return;
    this.#waiting.delete(speaker);
    // Behind the others.
    if (waiting.length > 0) this.#waiting.set(speaker, waiting);
    this.#waitingBytes -= message.bytes.length;
    if (this.#waiting.size > 0) this.#turn = setImmediate(() => this.#readNext());
    this.#hearing.read(message.bytes, message.from);
  }
}
