import { isLanguage, languageOf, type Language } from "./language.ts";

export const LOOKS = ["system", "light", "dark"] as const;
export type Look = (typeof LOOKS)[number];

type Storage = Pick<globalThis.Storage, "getItem" | "setItem">;

const LANGUAGE_KEY = "tillbridge.page.language";
const LOOK_KEY = "tillbridge.page.look";

/** What somebody has chosen in this browser. A browser that keeps nothing forgets it with the tab. */
export function preferencesIn(storage: Storage, browserLanguages: readonly string[]) {
  return {
    language: (): Language => {
      const chosen = read(storage, LANGUAGE_KEY);
      return chosen !== undefined && isLanguage(chosen) ? chosen : languageOf(browserLanguages);
    },
    setLanguage: (language: Language) => write(storage, LANGUAGE_KEY, language),
    look: (): Look => LOOKS.find((look) => look === read(storage, LOOK_KEY)) ?? "system",
    setLook: (look: Look) => write(storage, LOOK_KEY, look),
  };
}

function read(storage: Storage, key: string): string | undefined {
  try {
    return storage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(storage: Storage, key: string, value: string): void {
  try {
    storage.setItem(key, value);
  } catch {
    // It counts until the page is closed.
  }
}
