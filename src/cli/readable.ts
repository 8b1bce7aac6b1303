/** Any character that moves the cursor, turns the text around, or hides what is there. */
const CONTROL = "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]";
const CONTROLS = new RegExp(CONTROL, "gu");
/** Most text has none, and is not looked at twice. */
const PLAIN = /^[\x20-\x7e\n]*$/;

/** A reference, a name or a terminal's own text is somebody else's: it is shown, and does nothing to the screen. */
export function readable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(CONTROLS, (character) => (character === "\n" ? character : escaped(character)));
}

/** What somebody else wrote, as a part of a line of ours: a line break in it begins none. */
export function inOneLine(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\n", "\\n");
}

/** The same JSON value, of which nothing does anything to a screen either: JSON itself leaves many of them as they are. */
export function readableJson(json: string): string {
  if (PLAIN.test(json)) return json;
  return json.replace(CONTROLS, (character) =>
    // By its UTF-16 units, as JSON has it.
    Array.from({ length: character.length }, (_, at) => {
      return `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
    }).join(""),
  );
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`;
}
