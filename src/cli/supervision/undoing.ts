/** What has to be done to take back what was done, newest first. */
export class Undoing {
  readonly #steps: { readonly what: string; readonly step: () => Promise<unknown> }[] = [];

  /** @param what is left where the step fails, for people: "the unit in /etc/systemd/system" */
  add(what: string, step: () => Promise<unknown>): void {
    this.#steps.push({ what, step });
  }

  /** Goes through all of them, whatever fails. Answers what is left. */
  async takeBack(): Promise<readonly string[]> {
    const left: string[] = [];
    for (const { what, step } of this.#steps.splice(0).reverse()) {
      try {
        await step();
      } catch {
        left.push(what);
      }
    }
    return left;
  }
}
