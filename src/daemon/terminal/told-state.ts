import type { DaemonEvent, TerminalView } from "../api.ts";

type ToldStatePorts = {
  readonly view: () => TerminalView;
  readonly emit: (event: DaemonEvent) => void;
};

/** A terminal's state as it was told last: told anew where it is another one. */
export class ToldState {
  readonly #ports: ToldStatePorts;
  #told = "";
  #isToTell = false;

  constructor(ports: ToldStatePorts) {
    this.#ports = ports;
  }

  /** It may be another one now. */
  mayDiffer(): void {
    if (this.#isToTell) return;
    this.#isToTell = true;
    // At the end of the turn: how it came out is told, and the result of an operation is told before.
    process.nextTick(() => {
      this.#isToTell = false;
      this.#tell();
    });
  }

  #tell(): void {
    const { view: see, emit } = this.#ports;
    const view = see();
    const told = JSON.stringify([view.state, view.busyWith, view.queue, view.fence, view.identity, view.detail]);
    if (told === this.#told) return;
    this.#told = told;
    emit({ kind: "terminalState", terminal: view });
  }
}
