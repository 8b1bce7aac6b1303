import { openConnection, type Connection, type ConnectionState } from "../../../client/connection.ts";
import type { AnswerOf, ParamsOf } from "../../../client/calls.ts";
import { isOfTheWorld } from "../../../client/errors.ts";
import type { Session } from "../../../client/session.ts";
import type { ConnectSocket } from "../../../client/socket.ts";
import type { Clock, Timer } from "../../../core/ports.ts";
import { PAGE_POS } from "../../../core/pos.ts";
import type { EventOnWire } from "../../../protocol/events.ts";
import type { TerminalOnWire } from "../../../protocol/terminal.ts";
import { keep, type Live } from "../live.ts";
import type { OpenTransaction, PageSession } from "../view.ts";
import { createAlarmList } from "./alarm-list.ts";
import { afterEvent, listOf } from "./open-list.ts";
import { afterTerminalEvent, sorted } from "./terminal-list.ts";

export type PageSessionOptions = {
  readonly url: string;
  readonly token: string;
  readonly language: string;
  readonly version: string;
  readonly connect: ConnectSocket;
  readonly clock: Clock;
  readonly random: () => number;
  /** There will be no session any more: the login has ended. */
  readonly ended: () => void;
  /** The version of the daemon, at the beginning of each session. */
  readonly greeted: (version: string) => void;
};

const ANSWER_LIMIT_MS = 30_000;
const LOOK_EVERY_MS = 10_000;
const MORE_THAN_A_SHOP_HAS = 200;

/** Opens the page's session and keeps it open. `close` ends it for good. */
export function openPageSession(options: PageSessionOptions): PageSession & { close(): void } {
  const { clock } = options;
  const connectionState = keep<ConnectionState>({ kind: "connecting" });
  const picture = createPicture(clock);
  const { terminals } = picture;
  const health = keep<AnswerOf<"diagnostics.health"> | undefined>(undefined);
  const opened = keep(0);
  const listeners = new Set<(event: EventOnWire) => void>();
  let closing = false;
  let timer: Timer | undefined;

  /** What no event tells: when a terminal was last seen, and how the daemon is. */
  const look = async () => {
    timer?.cancel();
    try {
      health.set(await ask("diagnostics.health", {}));
      terminals.set(sorted((await ask("terminals.list", {})).terminals));
      picture.alarms.standing((await ask("diagnostics.alarms", {})).alarms);
    } catch (error) {
      if (!isOfTheWorld(error)) throw error;
    }
    timer = closing ? undefined : clock.after(LOOK_EVERY_MS, () => void look());
  };

  const connection: Connection = openConnection(
    {
      url: options.url,
      pos: PAGE_POS,
      token: options.token,
      language: options.language,
      client: { name: "page", version: options.version },
      connect: options.connect,
      clock,
      random: options.random,
      position: () => undefined,
    },
    {
      changed: (state) => {
        if (state.kind !== "open") timer?.cancel();
        connectionState.set(state);
        if (state.kind === "ended" && !closing) options.ended();
      },
      opened: (session) => {
        options.greeted(session.hello.version);
        void picture.begin(session).then(() => {
          opened.set(opened.current() + 1);
          return look();
        });
      },
      event: (event) => {
        picture.hear(event);
        for (const listener of listeners) listener(event);
      },
    },
  );

  const ask: PageSession["ask"] = async (method, params, limitMs = ANSWER_LIMIT_MS) => {
    const session = await sessionNow(connection, connectionState);
    return session.channel.request(method, params, limitMs);
  };

  return {
    ask,
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    connection: connectionState,
    terminals,
    open: picture.open,
    alarms: picture.alarms.alarms,
    seenAlarms: picture.alarms.seen,
    clearAlarms: picture.alarms.clear,
    health,
    opened,
    close: () => {
      closing = true;
      timer?.cancel();
      connection.close();
    },
  };
}

/**
 * Who looks at a page that says "no connection" is not kept waiting for the next one: what was pressed would be done whenever that comes, and
 * whoever pressed may have gone.
 */
function sessionNow(connection: Connection, state: Live<ConnectionState>): Promise<Session> {
  const now = new AbortController();
  const leaveWhereNone = () => {
    if (state.current().kind === "waiting") now.abort();
  };
  const stop = state.listen(leaveWhereNone);
  leaveWhereNone();
  return connection.session(now.signal).finally(stop);
}

/** What the page knows, kept true by the events. */
function createPicture(clock: Clock) {
  const terminals = keep<readonly TerminalOnWire[]>([]);
  const open = keep<readonly OpenTransaction[]>([]);
  const alarms = createAlarmList();
  /** Events that come while the lists are asked for are put on top of what the lists say. */
  let held: EventOnWire[] | undefined;

  const draw = (event: EventOnWire) => {
    terminals.set(afterTerminalEvent(terminals.current(), event));
    open.set(afterEvent(open.current(), event, clock.now()));
    if (event.type === "alarm") alarms.raised(event);
  };
  return {
    terminals,
    open,
    alarms,
    hear: (event: EventOnWire) => {
      if (held === undefined) draw(event);
      else held.push(event);
    },
    begin: async ({ opened, channel: { request } }: Session) => {
      const meanwhile: EventOnWire[] = (held = []);
      terminals.set(sorted(opened.terminals));
      const list = (query: ParamsOf<"transactions.list">) =>
        request("transactions.list", { ...query, limit: MORE_THAN_A_SHOP_HAS }, ANSWER_LIMIT_MS);
      try {
        await request("events.subscribe", { all: true }, ANSWER_LIMIT_MS);
        const lists = [list({ state: "accepted" }), list({ state: "dispatched" }), list({ undecided: true })];
        open.set(listOf((await Promise.all(lists)).flatMap(({ transactions }) => transactions)));
      } catch (error) {
        // Without a journal there are no lists, and a lost connection begins anew.
        if (!isOfTheWorld(error)) throw error;
      } finally {
        if (held === meanwhile) held = undefined;
        for (const event of meanwhile) draw(event);
      }
    },
  };
}
