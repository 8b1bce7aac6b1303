/** Room for each block of the sources under test. */
const MOST_BLOCKS = 1 << 17;

/**
 * Which blocks of the sources ran, and how often by orders of magnitude: a loop that ran a hundred times is news after one that ran twice. The
 * instrumented sources count in `counters`.
 */
export class Coverage {
  readonly counters = new Uint8Array(MOST_BLOCKS);
  readonly #words = new Uint32Array(this.counters.buffer);
  /** By block, the orders of magnitude that were seen, a bit each. */
  readonly #seen = new Uint8Array(MOST_BLOCKS);
  #known = 0;
  #blocks = 0;

  /** A number for one more block. */
  readonly newBlock = (): number => {
    this.#known += 1;
    if (this.#known > MOST_BLOCKS) throw new Error(`the sources have more than ${MOST_BLOCKS} blocks`);
    return this.#known - 1;
  };

  /** How many blocks ran at all. */
  get blocks(): number {
    return this.#blocks;
  }

  /** Answers whether something ran as it never did before, and begins anew. */
  take(): boolean {
    let isNew = false;
    const end = Math.ceil(this.#known / 4);
    for (let word = 0; word < end; word += 1) {
      if (this.#words[word] === 0) continue;
      for (let block = word * 4; block < word * 4 + 4; block += 1) isNew = this.#see(block) || isNew;
      this.#words[word] = 0;
    }
    return isNew;
  }

  #see(block: number): boolean {
    const bit = magnitudeOf(this.counters[block] ?? 0);
    const before = this.#seen[block] ?? 0;
    if ((before | bit) === before) return false;
    if (before === 0) this.#blocks += 1;
    this.#seen[block] = before | bit;
    return true;
  }
}

/** The counters are bytes that run over, so a very busy block says one or another of them. */
function magnitudeOf(count: number): number {
  if (count <= 3) return count === 0 ? 0 : 1 << (count - 1);
  if (count < 8) return 8;
  if (count < 16) return 16;
  if (count < 32) return 32;
  return count < 128 ? 64 : 128;
}
