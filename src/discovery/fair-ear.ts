import type { RemoteInfo } from "node:dgram";

type Message = { readonly bytes: Buffer; readonly from: RemoteInfo };

export type Hearing = {
  readonly read: (bytes: Buffer, from: RemoteInfo) => void;
  /** Of all messages together, and an eighth of it of those of one speaker; absent where whoever listens does so as long as he runs. */
  readonly maxBytes?: number;
};

/** One that cries all the time must not use up what is there for all. */
const SHARES = 8;
/** What came and was not read yet, at any time. */
const MAX_WAITING_BYTES = 2 * 1024 * 1024;

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
  #turn: NodeJS.Immediate | undefined;

  constructor(hearing: Hearing) {
    this.#hearing = hearing;
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

  #hasRoom(length: number, speaker: string): boolean {
    const { maxBytes } = this.#hearing;
    if (maxBytes !== undefined && !this.#isWithinShare(length, speaker, maxBytes / SHARES)) return false;
    this.#allBytes += length;
    const isTooMuch = maxBytes !== undefined && this.#allBytes > maxBytes;
    const isRoom = !isTooMuch && this.#waitingBytes + length <= MAX_WAITING_BYTES;
    this.#isFlooded ||= !isRoom;
    return isRoom;
  }

  #isWithinShare(length: number, speaker: string, shareBytes: number): boolean {
    const heard = (this.#heardBytes.get(speaker) ?? 0) + length;
    if (heard > shareBytes) this.#tooLoud.add(speaker);
    else if (!this.#tooLoud.has(speaker)) this.#heardBytes.set(speaker, heard);
    return !this.#tooLoud.has(speaker);
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
