import type { ConnectionState } from "../../../client/connection.ts";
import { useEffect, useRef, useState } from "preact/hooks";
import { announce, announcement } from "../announcing.ts";
import { Badge } from "../parts.tsx";
import { hashOf, type Route } from "../routes.ts";
import { useLive } from "../use-live.ts";
import type { PageSession } from "../view.ts";
import type { Words } from "../words/words.ts";
import { changesIn } from "./changes.ts";
import { Navigation } from "./navigation.tsx";
import { PlaceView } from "./place.tsx";
import { SettingsForm, type Settings } from "./settings.tsx";

export type ShellProps = Settings & {
  readonly session: PageSession;
  readonly words: Words;
  readonly route: Route;
  readonly go: (route: Route) => void;
  readonly signOut: () => void;
  /** The daemon is of another version than this page. */
  readonly isOutdated: boolean;
};

/** What is around each view: where one is, where one can go, and whether what is shown is true right now. */
export function Shell(props: ShellProps) {
  const { session, words, route, go, language } = props;
  const [isMenuOpen, setMenuOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  useFocusOnArrival(main, route);
  useAnnouncements(session, words);
  return (
    <>
      <a class="skip" href="#content" onClick={(event) => skipTo(event, main.current)}>
        {words.shell.skip}
      </a>
      <Header {...props} isMenuOpen={isMenuOpen} toggleMenu={() => setMenuOpen(!isMenuOpen)} />
      <div class={isMenuOpen ? "frame menu-open" : "frame"}>
        <Navigation session={session} words={words} route={route} chosen={() => setMenuOpen(false)} />
        <main id="content" ref={main} tabIndex={-1}>
          <Banner {...props} />
          <PlaceView key={hashOf(route)} session={session} words={words} language={language} route={route} go={go} />
        </main>
      </div>
      <LiveRegion />
    </>
  );
}

/** Somebody who hears the page, or goes through it by keyboard, is where he went: at the heading of the place. */
function useFocusOnArrival(main: { readonly current: HTMLElement | null }, route: Route): void {
  const hash = hashOf(route);
  const first = useRef(true);
  useEffect(() => {
    scrollTo(0, 0);
    if (first.current) first.current = false;
    else (main.current?.querySelector("h1") ?? main.current)?.focus({ preventScroll: true });
  }, [hash, main]);
}

/** The address stays where it is: behind `#` stands the place. */
function skipTo(event: Event, main: HTMLElement | null): void {
  event.preventDefault();
  main?.focus();
}

function useAnnouncements(session: PageSession, words: Words): void {
  const terminals = useLive(session.terminals);
  const { kind } = useLive(session.connection);
  const before = useRef({ terminals, kind });
  useEffect(() => {
    const texts = changesIn(before.current, { terminals, kind }, words);
    before.current = { terminals, kind };
    if (texts.length > 0) announce(texts.join(" "));
  }, [terminals, kind, words]);
}

function LiveRegion() {
  const text = useLive(announcement);
  return (
    <div role="status" aria-live="polite" class="visually-hidden">
      {text}
    </div>
  );
}

function Header(props: ShellProps & { readonly isMenuOpen: boolean; readonly toggleMenu: () => void }) {
  const { session, words, isMenuOpen, toggleMenu, signOut } = props;
  const connection = useLive(session.connection);
  return (
    <header class="top">
      <button type="button" class="menu" aria-expanded={isMenuOpen} aria-controls="places" onClick={toggleMenu}>
        {words.shell.menu}
      </button>
      <a class="brand" href={hashOf({ kind: "start" })}>
        Tillbridge
      </a>
      <ConnectionBadge connection={connection} words={words} />
      <SettingsForm {...props} />
      <button type="button" class="small" onClick={signOut}>
        {words.shell.signOut}
      </button>
    </header>
  );
}

function ConnectionBadge({ connection, words }: { readonly connection: ConnectionState; readonly words: Words }) {
  return connection.kind === "open" ? (
    <Badge tone="good">{words.shell.connected}</Badge>
  ) : (
    <Badge tone={connection.kind === "connecting" ? "quiet" : "bad"}>{words.shell.connecting}</Badge>
  );
}

function Banner({ session, words, isOutdated }: ShellProps) {
  const connection = useLive(session.connection);
  const sessions = useLive(session.opened);
  if (connection.kind !== "open" && (sessions > 0 || connection.kind === "waiting")) {
    return (
      <div class="banner" role="alert">
        <strong>{words.shell.lost}</strong> {sessions > 0 ? words.shell.stale : ""}
      </div>
    );
  }
  if (!isOutdated) return null;
  return (
    <div class="banner" role="alert">
      {words.shell.newVersion}{" "}
      <button type="button" class="small" onClick={() => location.reload()}>
        {words.shell.reload}
      </button>
    </div>
  );
}
