/** The technician's page. Where it begins: the code leaves the address before anything else is done. */
import { render } from "preact";
import { App } from "./app.tsx";
import { exchange, takeCode } from "./login/login.ts";
import { preferencesIn } from "./preferences.ts";
import { loadWords } from "./words/load-words.ts";

const code = takeCode(location, history);
const firstLogin = code === undefined ? undefined : exchange(code, (url, init) => fetch(url, init));
const preferences = preferencesIn(localStorage, navigator.languages);
// At the same time as the login: the rest waits for both.
const loading = loadWords(preferences.language());
document.documentElement.dataset["look"] = preferences.look();
const place = document.getElementById("page");
if (place === null) throw new Error("The page has no place for its content.");
const firstWords = await loading;
render(<App preferences={preferences} firstWords={firstWords} firstLogin={firstLogin} />, place);
