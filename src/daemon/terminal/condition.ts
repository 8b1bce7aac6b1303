import type { TerminalState } from "../../core/terminal.ts";
import type { Actor } from "./actor.ts";
import type { Doubts } from "./doubts.ts";
import type { Queue } from "./queue.ts";
import { whyRefused, type StateRefusal } from "./state-refusals.ts";

type ConditionPorts = {
  readonly terminal: string;
  readonly isDisabled: boolean;
  readonly actor: Pick<Actor<unknown>, "device" | "offlineWhy" | "runningOperation">;
  readonly doubts: Doubts;
  readonly queue: Queue;
};

/** How a terminal is now, for whoever wants something of it. */
export class Condition {
  readonly #ports: ConditionPorts;

  constructor(ports: ConditionPorts) {
    this.#ports = ports;
  }

  get state(): TerminalState {
    const { isDisabled, actor, doubts, queue } = this.#ports;
    const { device, offlineWhy, runningOperation } = actor;
    if (isDisabled) return "disabled";
    if (doubts.fence !== undefined) return doubts.fenced ? "fenced" : "recovering";
    if (device.unpaired !== undefined) return "unpaired";
    if (!device.ready) return offlineWhy === undefined ? "connecting" : "offline";
    return runningOperation !== undefined || queue.length > 0 ? "busy" : "ready";
  }

  /** What keeps it from being ready, in words, where its state alone does not say so. */
  get detail(): string | undefined {
    const { device, offlineWhy } = this.#ports.actor;
    return device.unpaired ?? offlineWhy;
  }

  /** The transaction in doubt that keeps it from working. */
  get inTheWay(): { readonly transaction?: string } {
    const { fence } = this.#ports.doubts;
    return fence === undefined ? {} : { transaction: fence.record.id };
  }

  /** For the person at the counter. */
  whyRefused(reason: StateRefusal): string {
    const { terminal, actor } = this.#ports;
    const { device, offlineWhy } = actor;
    const { state } = this;
    return whyRefused(reason, { terminal, state, device, offlineWhy, inTheWay: this.inTheWay.transaction });
  }
}
