/** One browser's place for what its administrator says. */
export type Place = {
  readonly browser: string;
  /** A file, or a key of the registry. */
  readonly where: string;
  /** The origins, or for Firefox the hosts, that may reach this machine by what Tillbridge has written there. */
  readonly allowed: readonly string[];
};

/** A change of one place: what is written there, or that it goes away. Nothing is done before `apply`. */
export type Change = {
  readonly browser: string;
  readonly where: string;
  /** What will be there afterwards; undefined where nothing will be. */
  readonly text: string | undefined;
  apply(): Promise<void>;
};

/** A place that cannot be used as it is. The message says what, where, and what to do next. */
export class PlaceFailure extends Error {
  override readonly name = "PlaceFailure";
}

/** What the browsers of this machine let web pages do, for all of its users. Nothing that others have written is touched. */
export type BrowserAccess = {
  places(): Promise<readonly Place[]>;
  /** What we have allowed so far. */
  origins(): Promise<readonly string[]>;
  /** What has to be changed so that exactly these origins are allowed by us; nothing where it is so already. */
  changesTo(origins: readonly string[]): Promise<readonly Change[]>;
};
