import type { Clock, Timer } from "../../core/ports.ts";
import type { Device } from "./device.ts";
import type { Doubts } from "./doubts.ts";
import type { StrangerMet } from "./items.ts";
import type { Presence } from "./presence.ts";

type SearchPorts = {
  readonly presence: Pick<Presence, "found" | "restMs" | "avoid">;
  readonly doubts: Pick<Doubts, "fence">;
  readonly clock: Clock;
  readonly met: (stranger: StrangerMet) => void;
};

/** Between two looks for a terminal in whose place somebody else answers. */
const LOOK_AGAIN_MS = 15_000;
/** One that only knows another pairing is mostly the terminal itself. */
const UNPAIRED_LOOK_MS = 60_000;

/** Looks for a terminal in whose place somebody else answers. */
export class Search {
  readonly #ports: SearchPorts;
  #next: Timer | undefined;
  /** The link on which nobody knew our pairing. */
  #unpairedOn: string | undefined;

  constructor(ports: SearchPorts) {
    this.#ports = ports;
  }

  /** What the handshake of this link has found out, and perhaps that the link is to be given up. */
  judge(link: string | undefined, device: Device, giveUp: (why: string, restMs: number) => void): void {
    const { presence, doubts } = this.#ports;
    if (link === undefined) return;
    const stranger = presence.found(device);
    if (stranger !== undefined && doubts.fence === undefined) return giveUp(stranger, presence.restMs);
    const { identity = {} } = device;
    if (stranger !== undefined) {
      const isNews = device.refused !== undefined || this.#isUnpairedNews(link);
      // Asked about the doubt with each new link it would answer the same, and people would see the terminal waver.
      delete device.refused;
      if (isNews) this.#ports.met({ kind: "stranger", link, identity });
    } else if (device.unpaired !== undefined && this.#isUnpairedNews(link)) {
      this.#lookAgain({ kind: "stranger", link, identity: {} }, UNPAIRED_LOOK_MS);
    }
  }

  /** That nobody there knows our pairing stays so for as long as the link: told with each item, the terminal's loop would never come to its end. */
  #isUnpairedNews(link: string): boolean {
    const isNews = this.#unpairedOn !== link;
    this.#unpairedOn = link;
    return isNews;
  }

  /** Answers whether there is another place to try. Where there is none, it looks again as long as the link leads to the stranger. */
  async avoid(stranger: StrangerMet): Promise<boolean> {
    if (await this.#ports.presence.avoid(stranger.identity)) return true;
    this.#lookAgain(stranger, LOOK_AGAIN_MS);
    return false;
  }

  close(): void {
    this.#next?.cancel();
  }

  #lookAgain(stranger: StrangerMet, afterMs: number): void {
    this.#next?.cancel();
    this.#next = this.#ports.clock.after(afterMs, () => this.#ports.met(stranger));
  }
}
