import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LANGUAGES, type Language } from "../../src/core/language.ts";
import { words as english } from "../../src/doctor/words/english/words.ts";
import { loadWords } from "../../src/doctor/words/load-words.ts";

type Fact = string | number;
type Message = string | ((...facts: readonly Fact[]) => string);

/** Every message by its place: `disk.free`. */
function messagesIn(words: object, place = ""): ReadonlyMap<string, Message> {
  return new Map(
    Object.entries(words).flatMap(([name, value]) => {
      const id = place === "" ? name : `${place}.${name}`;
      return typeof value === "object" ? [...messagesIn(value as object, id)] : [[id, value as Message] as const];
    }),
  );
}

const ENGLISH = messagesIn(english);

/** Facts that no language has in its sentences, one for each that the English words take. */
function factsOf(id: string): readonly string[] {
  const message = ENGLISH.get(id);
  return typeof message === "function" ? Array.from({ length: message.length }, (_, at) => `<fact ${at}>`) : [];
}

function told(message: Message | undefined, facts: readonly Fact[]): string {
  return typeof message === "function" ? message(...facts) : (message ?? "");
}

/** What a person pastes into a shell, or looks for in a file. */
function commandsIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/`[^`]+`/g), ([command]) => command).toSorted();
}

/** Names of things that are called the same in each language. */
const THE_SAME = /^(account\.owner|cards\.tunnel|browsers\.because|cloud\.signer|firewall\.server|firewall\.withPort)$/;

describe("what the doctor says", () => {
  for (const language of LANGUAGES) {
    it(`in ${language} has each fact of each message, and nothing that is left over`, async () => {
      const messages = messagesIn(await loadWords(language));
      assert.deepEqual([...messages.keys()].toSorted(), [...ENGLISH.keys()].toSorted());
      assert.ok(messages.size > 250, "each subject is there");
      for (const [id, message] of messages) {
        const facts = factsOf(id);
        const text = told(message, facts);
        assert.notEqual(text.trim(), "", id);
        assert.doesNotMatch(text, /undefined|NaN|\$\{|\[object/, id);
        for (const fact of facts) assert.ok(text.includes(fact), `${id} does not tell ${fact}: ${text}`);
        assert.doesNotMatch(
          told(
            message,
            facts.map(() => 1),
          ),
          /undefined|NaN|\$\{|\[object/,
          id,
        );
      }
    });
  }

  for (const language of LANGUAGES.filter((each): each is Exclude<Language, "en"> => each !== "en")) {
    it(`in ${language} has the same commands, which nobody translates, in other sentences`, async () => {
      const messages = messagesIn(await loadWords(language));
      for (const [id, message] of ENGLISH) {
        const facts = factsOf(id);
        const [ours, theirs] = [told(message, facts), told(messages.get(id), facts)];
        assert.deepEqual(commandsIn(theirs), commandsIn(ours), id);
        const isSentence = /[a-z]{3,} [a-z]{2,} [a-z]{2,}/i.test(ours.replaceAll(/`[^`]*`|<fact \d>/g, ""));
        if (isSentence && !THE_SAME.test(id)) assert.notEqual(theirs, ours, `${id} is not translated`);
      }
    });
  }
});
