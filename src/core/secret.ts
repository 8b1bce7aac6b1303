const SHOWN = "[secret]";

/**
 * A value that does not print: in a text, in JSON, in what `util.inspect` shows and in a copy for another thread stands nothing of it.
 * The value comes out by `reveal` alone, so a search for that word finds every place where it is used.
 */
export class Secret {
  /** Private to the language, not only to the compiler: no inspector, serializer or copy gets at it. */
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [Symbol.toPrimitive](): string {
    return SHOWN;
  }

  /** What `console.log`, an assertion's message and an uncaught error's report show. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return SHOWN;
  }
}
