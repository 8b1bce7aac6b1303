import type { JsonObject } from "../../core/json.ts";
import type { DeviceIdentity } from "../../core/terminal.ts";
import type { Device } from "./device.ts";
import type { Recognition } from "./recognition.ts";
import type { Route } from "./route.ts";

type PresencePorts = {
  readonly route: Route;
  readonly recognition: Recognition;
  /** It was found at another place than the one that is configured. */
  readonly moved: (link: JsonObject) => void;
};

/** Whether the terminal is where its link leads. */
export class Presence {
  readonly #ports: PresencePorts;

  constructor(ports: PresencePorts) {
    this.#ports = ports;
  }

  /** What the handshake of a link has found out. Answers why the link is no good, where it leads to somebody else. */
  found({ ready, refused, unpaired, place }: Device): string | undefined {
    const { route } = this.#ports;
    if (refused !== undefined) return refused;
    // It would know us, wherever it is: a pairing is no matter of the place.
    if (unpaired !== undefined && place !== undefined && !route.isHome(place)) return unpaired;
    const link = ready && place !== undefined ? route.arrived(place) : undefined;
    if (link !== undefined) this.#ports.moved(link);
    return undefined;
  }

  /** For how long nobody should be asked again, where somebody else was found. */
  get restMs(): number {
    return this.#ports.route.restMs;
  }

  /**
   * A device in the place of ours, met in a recovery. Answers whether ours can be looked for elsewhere: then this one is asked nothing more. Else its
   * word stays what it is, no evidence, and a person hears that.
   */
  async avoid(stranger: DeviceIdentity): Promise<boolean> {
    this.#ports.recognition.met(stranger);
    return this.#ports.route.avoid();
  }

  /**
   * Whether a recovery that gave up has to make room for a handshake: it may have asked somebody else, and then the terminal itself can still be found.
   */
  isToBeMet({ identity, refused }: Device): boolean {
    return this.#ports.recognition.serialNumber !== undefined && identity === undefined && refused === undefined;
  }

  /** Whether a doubt may be asked about before a handshake: where nobody has proved to be it yet, only after one. */
  mayBeAsked({ ready, place }: Device): boolean {
    return ready || place === undefined || this.#ports.route.isHome(place);
  }
}
