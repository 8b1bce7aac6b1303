/** Of which shell: what `sh` and its kin read, or what the command prompt of Windows reads. */
export type Shell = "posix" | "windows";

/** Words that mean themselves in every shell. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** The text as one word of a command line that a person pastes. */
export function shellWord(text: string, shell: Shell): string {
  if (PLAIN.test(text)) return text;
  return shell === "posix" ? `'${text.replaceAll("'", "'\\''")}'` : `"${text.replaceAll('"', '\\"')}"`;
}
