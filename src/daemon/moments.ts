import { maskCardNumbers } from "../codec/card-numbers.ts";
import type { Meanwhile, Moment } from "../core/moments.ts";

/** Of one transaction, in memory. */
const MOST_WAITING = 64;
/** A terminal that talks without end must not fill the journal: of one transaction, in one run. */
const MOST_WRITTEN = 512;
/** What a terminal shows has at most a few lines. */
const MOST_CHARACTERS = 160;

/**
 * What happened around one transaction and waits for a fact to be written along with. The fact is never made for it: a payment waits for
 * no moment, and a moment that is lost costs no money.
 */
export class Moments {
  #waiting: Moment[] = [];
  #missing = 0;
  #onTheirWay: Meanwhile = NOTHING;
  #written = 0;
  #stage: Moment | undefined;

  add(told: Moment): void {
    const moment = bounded(told);
    if (this.#saysNothingNew(moment)) return;
    if (moment.kind === "stage") this.#stage = moment;
    this.#waiting.push(moment);
    if (this.#waiting.length + this.#written > MOST_WRITTEN) this.#giveUp(this.#waiting.length - 1);
    else if (this.#waiting.length > MOST_WAITING) this.#giveUp(this.#leastNeeded());
  }

  /** What is not known to be on the disk. */
  get pending(): Meanwhile | undefined {
    return meanwhileOf(
      [...this.#onTheirWay.moments, ...this.#waiting],
      (this.#onTheirWay.missing ?? 0) + this.#missing,
    );
  }

  /** For a fact that is being written; `written` or `putBack` is called next. */
  take(): Meanwhile | undefined {
    const taken = meanwhileOf(this.#waiting, this.#missing);
    this.#onTheirWay = taken ?? NOTHING;
    this.#waiting = [];
    this.#missing = 0;
    return taken;
  }

  written(): void {
    this.#written += this.#onTheirWay.moments.length;
    this.#onTheirWay = NOTHING;
  }

  /** The fact was not written. */
  putBack(): void {
    this.#waiting = [...this.#onTheirWay.moments, ...this.#waiting];
    this.#missing += this.#onTheirWay.missing ?? 0;
    this.#onTheirWay = NOTHING;
    while (this.#waiting.length > MOST_WAITING) this.#giveUp(this.#leastNeeded());
  }

  /** A terminal repeats what it shows, and a recovery asks until it knows: told once, and counted. */
  #saysNothingNew(moment: Moment): boolean {
    switch (moment.kind) {
      case "stage":
        return sameStage(this.#stage, moment);
      case "recoveryBegan":
        return this.#sinceTheLink().some(({ kind }) => kind === "recoveryBegan");
      case "askedAgain": {
        const before = this.#sinceTheLink().find((other) => other.kind === "askedAgain");
        if (before === undefined) return false;
        this.#waiting[this.#waiting.indexOf(before)] = { ...before, times: before.times + moment.times };
        return true;
      }
      case "told":
        return this.#all.some((other) => other.kind === "told" && other.revision === moment.revision);
      case "linkLost":
      case "linkOpened":
        return this.#all.at(-1)?.kind === moment.kind;
      case "serviceBegan":
        return false;
    }
  }

  get #all(): readonly Moment[] {
    return [...this.#onTheirWay.moments, ...this.#waiting];
  }

  #sinceTheLink(): readonly Moment[] {
    return this.#waiting.slice(this.#waiting.findLastIndex(({ kind }) => BEGINNINGS.has(kind)) + 1);
  }

  /** The oldest stage; where there is none, the oldest of all. */
  #leastNeeded(): number {
    return Math.max(
      0,
      this.#waiting.findIndex(({ kind }) => kind === "stage"),
    );
  }

  #giveUp(place: number): void {
    this.#waiting.splice(place, 1);
    this.#missing += 1;
  }
}

const NOTHING: Meanwhile = { moments: [] };

function meanwhileOf(moments: readonly Moment[], missing: number): Meanwhile | undefined {
  if (moments.length === 0 && missing === 0) return undefined;
  return { moments, ...(missing === 0 ? {} : { missing }) };
}

const BEGINNINGS: ReadonlySet<Moment["kind"]> = new Set(["linkOpened", "linkLost", "serviceBegan"]);

function sameStage(before: Moment | undefined, now: Extract<Moment, { kind: "stage" }>): boolean {
  return before?.kind === "stage" && before.stage === now.stage && before.text === now.text;
}

/** What a terminal or a network says goes to the disk short, and without what could be a card's number. */
function bounded(moment: Moment): Moment {
  if (moment.kind === "stage" && moment.text !== undefined) return { ...moment, text: shortened(moment.text) };
  return moment.kind === "linkLost" ? { ...moment, why: shortened(moment.why) } : moment;
}

function shortened(text: string): string {
  // Masked before the cut, so that no half of a number is left.
  return maskCardNumbers(text.slice(0, 2 * MOST_CHARACTERS)).slice(0, MOST_CHARACTERS);
}
