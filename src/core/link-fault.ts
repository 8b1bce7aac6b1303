/** What keeps a link from working, where more is known of it than words. */
export type LinkFault =
  /** The machine is there, and refuses the connection. */
  | { readonly kind: "nobodyListens" }
  /** What answers is no terminal. */
  | { readonly kind: "otherProgram"; readonly program: OtherProgram };

/** What a wrong address or port leads to: a router, a printer, a server. `tls`: whatever it is, perhaps the terminal, it speaks TLS. */
export type OtherProgram = "web" | "ssh" | "telnet" | "mailOrFtp" | "tls";

/** So many bytes tell. */
const TELLING_BYTES = 8;

/**
 * Which program that is no terminal begins to speak like this. Undefined where nobody knows, which is the rule: only what no terminal says is
 * recognized.
 */
export function otherProgramIn(opening: Uint8Array): OtherProgram | undefined {
  const bytes = opening.subarray(0, TELLING_BYTES);
  const text = String.fromCharCode(...bytes);
  if (text.startsWith("HTTP/1.")) return "web";
  if (text.startsWith("SSH-")) return "ssh";
  if (/^220[ -][ -~]/.test(text)) return "mailOrFtp";
  if (isTelnet(bytes)) return "telnet";
  return isTlsAlert(bytes) ? "tls" : undefined;
}

/** Two options that it negotiates (RFC 854). A single one could be noise on a line. */
function isTelnet([iac, verb = 0, , iacAgain, verbAgain = 0]: Uint8Array): boolean {
  const isVerb = (byte: number) => byte >= 0xfb && byte <= 0xfe;
  return iac === 0xff && isVerb(verb) && iacAgain === 0xff && isVerb(verbAgain);
}

/** With which it answers what is no TLS: two bytes, always (RFC 8446 6). */
function isTlsAlert([type, major, minor = 0xff, lengthHigh, lengthLow]: Uint8Array): boolean {
  return type === 0x15 && major === 3 && minor <= 4 && lengthHigh === 0 && lengthLow === 2;
}

/** What comes first over a connection, as far as it tells who answers. */
export class Opening {
  #bytes = new Uint8Array();

  /** Undefined from the moment on from which nothing more is learned. */
  heard(chunk: Uint8Array): OtherProgram | undefined {
    if (this.#bytes.length >= TELLING_BYTES) return undefined;
    this.#bytes = new Uint8Array([...this.#bytes, ...chunk.subarray(0, TELLING_BYTES)]);
    return otherProgramIn(this.#bytes);
  }
}

/** Why a link to it is no good, for people. */
export function otherProgramInWords(program: OtherProgram): string {
  const answers = `${NAMES[program]} answers there`;
  return program === "tls"
    ? `${answers}: where that is the terminal, its link lacks \`tls\`; else check the terminal's address and port`
    : `${answers}, and no terminal: check the terminal's address and port`;
}

const NAMES: Readonly<Record<OtherProgram, string>> = {
  web: "a web server",
  ssh: "an SSH server",
  telnet: "a Telnet server",
  mailOrFtp: "a mail or FTP server",
  tls: "a server that speaks TLS",
};
