/** Handles one item after the other, in the order in which they were posted. A handler that fails ends the process. */
export class Mailbox<Item> {
  readonly #handle: (item: Item) => Promise<void>;
  readonly #items: Item[] = [];
  #handling = false;

  constructor(handle: (item: Item) => Promise<void>) {
    this.#handle = handle;
  }

  post(item: Item): void {
    this.#items.push(item);
    if (!this.#handling) void this.#handleAll();
  }

  async #handleAll(): Promise<void> {
    this.#handling = true;
    for (let item = this.#items.shift(); item !== undefined; item = this.#items.shift()) await this.#handle(item);
    this.#handling = false;
  }
}
