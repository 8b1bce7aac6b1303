import { useCallback, useEffect, useLayoutEffect, useState } from "preact/hooks";
import { systemClock } from "../../client/clock.ts";
import { connectWebSocket } from "../../client/socket.ts";
import { PROTOCOL_PATH } from "../../protocol/version.ts";
import { exchange, takeCode, tokenIn, type LoggedIn } from "./login/login.ts";
import { LoginView, type LoggedOut } from "./login/login-view.tsx";
import type { preferencesIn } from "./preferences.ts";
import { hashOf, routeOf, type Route } from "./routes.ts";
import { openPageSession } from "./session/page-session.ts";
import { SettingsForm } from "./shell/settings.tsx";
import { Shell } from "./shell/shell.tsx";
import { loadWords } from "./words/load-words.ts";
import type { Words } from "./words/words.ts";

/** Told by the build. */
declare const PAGE_VERSION: string;

type Session = ReturnType<typeof openPageSession>;
type Login =
  { readonly kind: "out"; readonly why: LoggedOut } | { readonly kind: "in" | "trying"; readonly token: string };

export type AppProps = {
  readonly preferences: ReturnType<typeof preferencesIn>;
  /** In the language that was chosen. */
  readonly firstWords: Words;
  /** What comes of the code that stood in the address; it was sent before anything else was loaded. */
  readonly firstLogin: Promise<LoggedIn> | undefined;
};

/** The whole page: without a login it says how to get one, and nothing else. */
export function App({ preferences, firstWords, firstLogin }: AppProps) {
  const [words, setWords] = useState(firstWords);
  const [language, setLanguage] = useState(preferences.language);
  const [look, setLook] = useState(preferences.look);
  const [route, go] = useRoute();
  const [login, setLogin] = useLogin(firstLogin);
  const [session, setSession] = useState<Session>();
  const [daemonVersion, setDaemonVersion] = useState<string>();
  const token = login.kind === "in" ? login.token : undefined;

  useEffect(() => {
    document.documentElement.dataset["look"] = look;
    document.documentElement.lang = language;
    document.title = login.kind === "in" ? `${titleOf(route, words)} – Tillbridge` : "Tillbridge";
  }, [look, language, route, words, login.kind]);

  // Not behind the next frame: while the page is first drawn that is long, and what it shows is asked for here.
  useLayoutEffect(() => {
    if (token === undefined) return;
    const opened = openPageSession({
      url: `${location.origin.replace(/^http/, "ws")}${PROTOCOL_PATH}`,
      token,
      language,
      version: PAGE_VERSION,
      connect: connectWebSocket,
      clock: systemClock,
      random: Math.random,
      ended: () => setLogin({ kind: "out", why: "ended" }),
      greeted: setDaemonVersion,
    });
    setSession(opened);
    return () => {
      opened.close();
      setSession(undefined);
    };
  }, [token, language, setLogin]);

  const chooseLanguage = (chosen: typeof language) => {
    preferences.setLanguage(chosen);
    void loadWords(chosen).then((loaded) => {
      setWords(loaded);
      setLanguage(chosen);
    });
  };
  const chooseLook = (chosen: typeof look) => {
    preferences.setLook(chosen);
    setLook(chosen);
  };
  const signOut = () => {
    // Where the daemon does not hear it, the token is forgotten here, and ends there after an hour.
    void session?.ask("page.logout", {}).catch(() => undefined);
    setLogin({ kind: "out", why: "signedOut" });
  };
  const settings = { language, look, setLanguage: chooseLanguage, setLook: chooseLook };
  if (login.kind === "in" && session !== undefined) {
    const isOutdated = daemonVersion !== undefined && daemonVersion !== PAGE_VERSION;
    return <Shell {...settings} {...{ session, words, route, go, signOut, isOutdated }} />;
  }
  return (
    <>
      <header class="top">
        <span class="brand">Tillbridge</span>
        <span class="grow" />
        <SettingsForm {...settings} words={words} />
      </header>
      <main>
        {login.kind === "out" ? (
          <LoginView words={words} why={login.why} />
        ) : (
          <p class="muted">{words.login.opening}</p>
        )}
      </main>
    </>
  );
}

function useRoute(): readonly [Route, (route: Route) => void] {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const follow = () => setRoute(routeOf(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const go = useCallback((next: Route) => {
    location.hash = hashOf(next);
  }, []);
  return [route, go];
}

function useLogin(first: Promise<LoggedIn> | undefined): readonly [Login, (login: Login) => void] {
  const tokens = tokenIn(sessionStorage);
  const [login, setLogin] = useState<Login>(() => {
    const kept = tokens.get();
    if (first !== undefined) return { kind: "trying", token: "" };
    return kept === undefined ? { kind: "out", why: "never" } : { kind: "in", token: kept };
  });
  const change = useCallback((next: Login) => {
    tokenIn(sessionStorage).set(next.kind === "in" ? next.token : undefined);
    setLogin(next);
  }, []);
  useLayoutEffect(() => {
    const follow = async (trying: Promise<LoggedIn>) => {
      change({ kind: "trying", token: "" });
      const answer = await trying;
      change(answer.kind === "done" ? { kind: "in", token: answer.token } : { kind: "out", why: answer.why });
    };
    if (first !== undefined) void follow(first);
    const another = () => {
      const code = takeCode(location, history);
      if (code !== undefined) void follow(exchange(code, (url, init) => fetch(url, init)));
    };
    addEventListener("hashchange", another);
    return () => removeEventListener("hashchange", another);
  }, [first, change]);
  return [login, change];
}

function titleOf(route: Route, { places }: Words): string {
  if (route.kind === "terminal") return route.terminal;
  return route.kind === "transaction" ? route.transaction : places[route.kind];
}
