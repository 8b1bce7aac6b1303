/** Read aloud and typed by somebody else: in two halves. */
export function inHalves(code: string): string {
  const middle = Math.ceil(code.length / 2);
  return code.length < 6 ? code : `${code.slice(0, middle)} ${code.slice(middle)}`;
}

/** Whole seconds until then; 0 when it is over. */
export function secondsLeft(expiresAt: string | undefined, nowMs: number): number | undefined {
  return expiresAt === undefined ? undefined : Math.max(0, Math.ceil((Date.parse(expiresAt) - nowMs) / 1_000));
}

export function isPosName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name);
}
