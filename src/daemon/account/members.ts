import type { Log } from "../../core/ports.ts";
import type { Addressee } from "../../drivers/driver.ts";
import type { Member, Usability } from "./seat.ts";

/** The terminals of an account that are in use. */
export class Members<Message> {
  readonly #members = new Set<Member<Message>>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  get areGone(): boolean {
    return this.#members.size === 0;
  }

  add(member: Member<Message>): void {
    this.#members.add(member);
  }

  remove(member: Member<Message>): void {
    this.#members.delete(member);
  }

  changed(usability: Usability): void {
    for (const member of this.#members) member.accountChanged(usability);
  }

  /** To the terminal that is meant, or that works for what is meant. */
  tell(to: Addressee, message: Message): void {
    if (to.kind === "device") {
      for (const member of this.#members) if (member.device() === to.device) member.told(message);
      return;
    }
    const { ticket } = to;
    const working = [...this.#members].find((member) => member.worksFor(ticket));
    if (working !== undefined) return working.told(message, ticket);
    void this.#tellTheEnded(ticket, message);
  }

  /** Nobody works for it any more: the device machine of its terminal judges whether that is news. */
  async #tellTheEnded(ticket: string, message: Message): Promise<void> {
    for (const member of [...this.#members]) if (await member.knows(ticket)) return member.told(message);
    this.#log.info("transaction.notOurs", "the vendor told of a payment that is not ours", { ticket });
  }
}
