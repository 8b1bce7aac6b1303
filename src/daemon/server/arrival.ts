import type { From } from "./doors.ts";

/** How a client came: what the door knows of it before it says a word. */
export type Arrival = {
  /** Of the page; undefined where no browser sent it. */
  readonly origin: string | undefined;
  /** Through which door. From the shop's network only those come in whom the administrator let in there. */
  readonly from: From;
};
