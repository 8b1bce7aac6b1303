import { refused, type Result } from "../../core/errors.ts";
import { PRACTICE_TERMINAL } from "../../core/practice.ts";
import type { Practised, PracticeApi, PracticeRequest } from "../api.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { PracticePorts } from "./practise.ts";

/** The terminals at which operations can be, by their ids. */
export type TerminalsInUse = {
  get(terminal: string): Terminal | undefined;
  values(): Iterable<Terminal>;
};

/**
 * Where the practice terminal stands while it is there. No configuration, list or search knows it: nobody takes it for a real one,
 * and nobody is taken for it.
 */
export class PracticeStage implements PracticeApi {
  readonly #ended = new AbortController();
  #terminal: Terminal | undefined;
  #running: Promise<unknown> | undefined;
  #ports: (() => PracticePorts) | undefined;

  /** What it plays with needs it in turn, so it comes later. */
  furnish(ports: () => PracticePorts): void {
    this.#ports = ports;
  }

  /** With the practice terminal, while it is there. */
  beside(terminals: ReadonlyMap<string, Terminal>): TerminalsInUse {
    const own = () => (this.#terminal === undefined ? [] : [this.#terminal]);
    return {
      get: (terminal) => (terminal === PRACTICE_TERMINAL ? this.#terminal : terminals.get(terminal)),
      values: () => [...terminals.values(), ...own()],
    };
  }

  enter(terminal: Terminal): Disposable {
    this.#terminal = terminal;
    return { [Symbol.dispose]: () => void (this.#terminal = undefined) };
  }

  /** One at a time: what it needs is loaded for it, because hardly anybody practises. */
  async run(request: PracticeRequest): Promise<Result<Practised>> {
    if (this.#running !== undefined)
      return refused("terminalBusy", "Somebody practises at the moment: wait for the end of that payment.");
    if (this.#ports === undefined || this.#ended.signal.aborted)
      return refused("shuttingDown", "The service is about to end: practise when it is there again.");
    const run = this.#practise(this.#ports(), request);
    this.#running = run.catch(() => undefined);
    try {
      return await run;
    } finally {
      this.#running = undefined;
    }
  }

  async #practise(ports: PracticePorts, request: PracticeRequest): Promise<Result<Practised>> {
    const { practise } = await import("./practise.ts");
    return practise(request, ports, this, this.#ended.signal);
  }

  /** What runs is given up: no money hangs on it. */
  async close(): Promise<void> {
    this.#ended.abort();
    await this.#running;
  }
}
