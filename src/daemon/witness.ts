import { timestamp, type Clock, type Log, type Timer } from "../core/ports.ts";
import type { Witness } from "../home/witness.ts";
import { HomeFailure } from "../home/store.ts";
import { JournalFailure, type Journal } from "../journal/journal.ts";
import type { DaemonEvents } from "./api.ts";

/** A journal that knows less than it was seen to know: an older copy was put in its place. */
export async function assertNotBehind(
  journal: Pick<Journal, "id" | "lastSeq">,
  witness: Witness | undefined,
): Promise<void> {
  if (witness?.journal !== journal.id) return;
  for (const [pos, seen] of Object.entries(witness.told)) {
    const known = await journal.lastSeq(pos);
    if (known < seen) throw behind(witness.at, pos, seen, known);
  }
}

function behind(at: string, pos: string, seen: number, known: number): JournalFailure {
  return new JournalFailure(
    `journal.db: it is an older copy of itself. At ${at} it had told ${pos} ${seen} events, now it knows of ${known}: the payments since ` +
      "are missing. Put the newest one back. If that is lost for good, stop the service and say `tillbridge journal adopt`.",
  );
}

/** Written at most this often: what the journal learned since is what an older copy could hide. */
const WRITE_EVERY_MS = 30_000;

export type WitnessPorts = {
  readonly journal: Pick<Journal, "id" | "lastSeq">;
  /** What the journal told is on the disk by then. */
  readonly events: DaemonEvents;
  /** The POS programs that are known by name. */
  readonly names: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly write: (witness: Witness) => Promise<void>;
};

/** Keeps the witness of a journal up to date, beside the payments and never on their way. */
export class WitnessKeeper {
  readonly #ports: WitnessPorts;
  readonly #told = new Map<string, number>();
  readonly #deaf: () => void;
  #timer: Timer | undefined;
  #isNews = false;
  #hasFailed = false;
  #written: Promise<void> = Promise.resolve();

  private constructor(ports: WitnessPorts) {
    this.#ports = ports;
    this.#deaf = ports.events.listen((event) => {
      if ((event.kind === "told" || event.kind === "alarm") && event.pos !== undefined && event.seq !== undefined) {
        this.#see(event.pos, event.seq);
      }
    });
  }

  /** @throws JournalFailure where the journal cannot be read */
  static async start(ports: WitnessPorts): Promise<WitnessKeeper> {
    const keeper = new WitnessKeeper(ports);
    try {
      for (const pos of ports.names) keeper.#see(pos, await ports.journal.lastSeq(pos));
    } catch (failure) {
      keeper.#leave();
      throw failure;
    }
    keeper.#write();
    return keeper;
  }

  /** Writes what is new for the last time. */
  async close(): Promise<void> {
    this.#leave();
    this.#write();
    await this.#written;
  }

  #leave(): void {
    this.#deaf();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #see(pos: string, seq: number): void {
    if (seq <= (this.#told.get(pos) ?? 0)) return;
    this.#told.set(pos, seq);
    this.#isNews = true;
    this.#timer ??= this.#ports.clock.after(WRITE_EVERY_MS, () => {
      this.#timer = undefined;
      this.#write();
    });
  }

  #write(): void {
    if (!this.#isNews) return;
    this.#isNews = false;
    const { journal, clock, write } = this.#ports;
    const witness = { journal: journal.id, at: timestamp(clock), told: Object.fromEntries(this.#told) };
    this.#written = this.#written
      .then(() => write(witness))
      .then(
        () => {
          this.#hasFailed = false;
        },
        (failure: unknown) => this.#failed(failure),
      );
  }

  /** What is told next tries again. The journal is believed for longer than it could be, and payments go on. */
  #failed(failure: unknown): void {
    if (!(failure instanceof HomeFailure)) throw failure;
    this.#isNews = true;
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#ports.log.warn("journal.witnessNotWritten", "What the journal knows could not be noted beside it", {
      why: failure.message,
    });
  }
}
