import type { Device, Question } from "./device.ts";
import type { Dialogue } from "./engine.ts";
import type { Machines } from "./machines.ts";
import type { Outlet } from "./outlet.ts";
import type { Place } from "./route.ts";

type LinkedDevicePorts<Message> = {
  readonly outlet: Outlet<Message>;
  readonly machines: Machines<Message>;
  readonly question: Question;
};

/** The link that a terminal's loop knows of, and who its handshake has found at the other end. */
export class LinkedDevice<Message> {
  readonly #ports: LinkedDevicePorts<Message>;
  #link: string | undefined;
  #device: Device = { ready: false };
  #dialogue: Dialogue<Message> | undefined;
  /** The link that we gave up ourselves, for another one to whoever answers there. */
  #renewed: string | undefined;
  /** Why there is no working link, in words; undefined where nothing speaks against it. */
  offlineWhy: string | undefined;

  constructor(ports: LinkedDevicePorts<Message>) {
    this.#ports = ports;
  }

  /** The link whose `up` was handled and whose `down` was not: what the connection has by now may be another one. */
  get link(): string | undefined {
    return this.#link;
  }

  get device(): Device {
    return this.#device;
  }

  /** The device machine of the link, from its handshake on. */
  get dialogue(): Dialogue<Message> | undefined {
    return this.#dialogue;
  }

  up(link: string, place: Place): void {
    this.#link = link;
    this.#device = { ready: false, place };
  }

  /** The link is lost. A handshake that it breaks off, again and again, is no connecting: there is something else at the other end. */
  down(why: string): void {
    const { ready, unpaired } = this.#device;
    const isOurs = this.#link === this.#renewed;
    const isBrokenOff = this.#dialogue !== undefined && !ready && unpaired === undefined && !isOurs;
    if (isBrokenOff && this.offlineWhy !== why) this.offlineWhy = `${why}, before the terminal had answered who it is`;
    this.#link = undefined;
    this.forgetHandshake();
  }

  /** The machine that begins the handshake; it is to hear that the link is open. */
  beginHandshake(link: string): Dialogue<Message> {
    const { machines, question } = this.#ports;
    this.#dialogue = machines.device(link, this.#device, question);
    return this.#dialogue;
  }

  /** What it found out before a recovery is not how things are after it. */
  forgetHandshake(): void {
    this.#dialogue?.end();
    this.#dialogue = undefined;
    this.#device = { ready: false, place: this.#device.place };
  }

  /** Gives the link up, for this reason. */
  drop(why: string, restMs = 0): void {
    if (!this.#device.ready) this.offlineWhy = why;
    if (this.#link !== undefined) this.#ports.outlet.connection.drop(this.#link, why, restMs);
  }

  /** Takes another link to a terminal that answers: what is asked of it meanwhile waits. */
  renew(why: string): void {
    if (this.#link === undefined) return;
    this.offlineWhy = undefined;
    this.#renewed = this.#link;
    this.#ports.outlet.connection.drop(this.#link, why);
  }

  close(): void {
    this.#dialogue?.end();
  }
}
