import type { AnswerOf, MethodName, ParamsOf } from "../../client/calls.ts";
import type { ConnectionState } from "../../client/connection.ts";
import type { EventOnWire } from "../../protocol/events.ts";
import type { TerminalOnWire } from "../../protocol/terminal.ts";
import type { TransactionOnWire } from "../../protocol/transaction.ts";
import type { Language } from "./language.ts";
import type { Live } from "./live.ts";
import type { Route } from "./routes.ts";
import type { Words } from "./words/words.ts";

/** A transaction that is not over, with what is known of it right now. */
export type OpenTransaction = TransactionOnWire & {
  /** When the terminal gives up, by this browser's clock; absent where the terminal does not say. */
  readonly endsAtMs?: number;
};

export type Alarm = AnswerOf<"diagnostics.alarms">["alarms"][number];

/** The page's conversation with the daemon. It comes back by itself when it was lost. */
export type PageSession = {
  /** One request. Rejects with `RequestRefused`, `NoAnswer` or `NotConnected`; `faultText` puts them into words. */
  ask<Name extends MethodName>(method: Name, params: ParamsOf<Name>, limitMs?: number): Promise<AnswerOf<Name>>;
  /** Hears every event of every POS from now on, over lost connections. Answers how to stop. */
  listen(listener: (event: EventOnWire) => void): () => void;
  readonly connection: Live<ConnectionState>;
  /** By id. */
  readonly terminals: Live<readonly TerminalOnWire[]>;
  /** Those that wait, run, or are in doubt; the oldest first. */
  readonly open: Live<readonly OpenTransaction[]>;
  /** Those of which nobody has heard the end, and that were not put away on this page; the newest first. */
  readonly alarms: Live<readonly Alarm[]>;
  /** How many of those that stand were put away on this page. */
  readonly seenAlarms: Live<number>;
  clearAlarms(): void;
  /** Asked for again every few seconds. */
  readonly health: Live<AnswerOf<"diagnostics.health"> | undefined>;
  /** Counts the sessions: what a view has asked for by itself is asked for again when this changes. */
  readonly opened: Live<number>;
};

export type ViewProps = {
  readonly session: PageSession;
  readonly words: Words;
  readonly language: Language;
  readonly route: Route;
  /** Goes there, as a link does; the browser's way back works. For links: `<a href={hashOf(route)}>`. */
  readonly go: (route: Route) => void;
};
