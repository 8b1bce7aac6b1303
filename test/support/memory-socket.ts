import type { ConnectSocket, SocketListener as ClientListener } from "../../src/client/socket.ts";
import type { Connection } from "../../src/daemon/server/connection.ts";
import type { Socket } from "../../src/daemon/server/socket.ts";
import type { Clock } from "../../src/core/ports.ts";
import { Arrivals } from "./arrivals.ts";
import type { ProcessLife } from "./process-life.ts";

const LATENCY_MS = 1;
const NORMAL = 1000;
const ABNORMAL = 1006;

/** Lets a client in, and answers who listens to it. Undefined where no daemon is there. */
export type Admit = (socket: Socket) => { readonly connection: Connection; readonly daemon: ProcessLife } | undefined;

/**
 * WebSockets in memory and under virtual time, between two processes that can die at any moment: what one of them has not read then
 * is lost, and the other one hears that the socket has gone.
 */
export class MemorySockets {
  readonly #arrivals: Arrivals;
  readonly #admit: Admit;
  readonly #open = new Set<MemorySocket>();

  constructor(clock: Clock, admit: Admit) {
    this.#arrivals = new Arrivals(clock);
    this.#admit = admit;
  }

  /** How a program of this life connects. */
  connectFrom(program: ProcessLife): ConnectSocket {
    return (_url, listener) => {
      const socket = new MemorySocket(this.#arrivals, program, listener, () => this.#open.delete(socket));
      this.#open.add(socket);
      socket.open(this.#admit);
      return socket.clientEnd;
    };
  }

  /** Of all processes that are over, and of those that are chosen. */
  cut(isChosen: (program: ProcessLife) => boolean): void {
    for (const socket of this.#open) if (socket.isOrphaned || isChosen(socket.program)) socket.cut();
  }
}

class MemorySocket {
  readonly program: ProcessLife;
  readonly #arrivals: Arrivals;
  readonly #client: ClientListener;
  readonly #gone: () => void;
  #server: { readonly connection: Connection; readonly daemon: ProcessLife } | undefined;
  #isOver = false;
  #isPaused = false;
  #unread: string[] = [];

  constructor(arrivals: Arrivals, program: ProcessLife, client: ClientListener, gone: () => void) {
    this.#arrivals = arrivals;
    this.program = program;
    this.#client = client;
    this.#gone = gone;
  }

  get isOrphaned(): boolean {
    return this.program.isOver || this.#server?.daemon.isOver === true;
  }

  get clientEnd() {
    return {
      send: (text: string) => {
        if (!this.program.isOver) this.#later(() => this.#arrive(text));
      },
      close: () => {
        if (!this.program.isOver) this.#close(NORMAL, "");
      },
    };
  }

  open(admit: Admit): void {
    this.#later(() => {
      const admitted = admit(this.#serverEnd());
      if (admitted === undefined) {
        this.cut();
        return;
      }
      this.#server = admitted;
      this.#client.opened();
    });
  }

  /** What is under way is lost. */
  cut(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#arrivals.after(LATENCY_MS, () => this.#tellEnd(ABNORMAL, ""));
  }

  #serverEnd(): Socket {
    const isDead = () => this.#server?.daemon.isOver === true;
    return {
      unreadBytes: 0,
      send: (text) => {
        if (!isDead())
          this.#later(() => {
            if (!this.program.isOver) this.#client.received(text);
          });
      },
      flushed: () => Promise.resolve(),
      ping: () =>
        this.#later(() => {
          if (!this.program.isOver && !isDead()) this.#server?.connection.heard();
        }),
      pause: () => {
        this.#isPaused = true;
      },
      resume: () => {
        this.#isPaused = false;
        for (const text of this.#unread.splice(0)) this.#arrive(text);
      },
      close: (code, why) => {
        if (!isDead()) this.#close(code, why);
      },
      terminate: () => {
        if (!isDead()) this.cut();
      },
    };
  }

  #arrive(text: string): void {
    if (this.#server === undefined || this.#server.daemon.isOver) return;
    if (this.#isPaused) {
      this.#unread.push(text);
      return;
    }
    this.#server.connection.heard();
    this.#server.connection.received(text);
  }

  /** What was sent before still arrives. */
  #close(code: number, why: string): void {
    this.#later(() => {
      this.#isOver = true;
      this.#tellEnd(code, why);
    });
  }

  #tellEnd(code: number, why: string): void {
    this.#gone();
    if (this.#server?.daemon.isOver === false) this.#server.connection.closed(code);
    if (!this.program.isOver) this.#client.closed(code, why);
  }

  #later(work: () => void): void {
    this.#arrivals.after(LATENCY_MS, () => {
      if (!this.#isOver) work();
    });
  }
}
