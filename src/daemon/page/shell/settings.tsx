import { LANGUAGE_NAMES, LANGUAGES, isLanguage, type Language } from "../language.ts";
import { LOOKS, type Look } from "../preferences.ts";
import type { Words } from "../words/words.ts";

export type Settings = {
  readonly language: Language;
  readonly look: Look;
  readonly setLanguage: (language: Language) => void;
  readonly setLook: (look: Look) => void;
};

/** Language, and light or dark. */
export function SettingsForm({ words, language, look, setLanguage, setLook }: Settings & { readonly words: Words }) {
  return (
    <div class="settings">
      <label>
        <span class="visually-hidden">{words.shell.language}</span>
        <select value={language} onChange={({ currentTarget: { value } }) => isLanguage(value) && setLanguage(value)}>
          {LANGUAGES.map((each) => (
            <option key={each} value={each} lang={each}>
              {LANGUAGE_NAMES[each]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="visually-hidden">{words.shell.look}</span>
        <select
          value={look}
          onChange={({ currentTarget: { value } }) => setLook(LOOKS.find((each) => each === value) ?? "system")}
        >
          {LOOKS.map((each) => (
            <option key={each} value={each}>
              {words.shell.looks[each]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
