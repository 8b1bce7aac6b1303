import type { LinkFault } from "../../core/link-fault.ts";

/** What kept the link from working last. Words alone find their way through a driver: by them it is found again. */
export class LinkFaults {
  #last: { readonly why: string; readonly fault: LinkFault } | undefined;

  tell(why: string, fault: LinkFault): void {
    this.#last = { why, fault };
  }

  /** Undefined where these words are of something else. */
  because(why: string | undefined): LinkFault | undefined {
    return this.#last?.why === why ? this.#last?.fault : undefined;
  }
}
