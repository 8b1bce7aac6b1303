/** A shorter input that still fails, found by leaving out parts, the large ones first; the input itself where there is none. */
export async function smaller(
  input: Uint8Array,
  fails: (candidate: Uint8Array) => Promise<boolean>,
  mostTries: number,
): Promise<Uint8Array> {
  let least = input;
  let tries = 0;
  for (let size = Math.ceil(input.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < least.length && tries < mostTries;) {
      const candidate = Uint8Array.from([...least.subarray(0, at), ...least.subarray(at + size)]);
      tries += 1;
      if (await fails(candidate)) least = candidate;
      else at += size;
    }
  }
  return least;
}
