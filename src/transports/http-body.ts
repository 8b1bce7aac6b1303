/** Names in lower case; a repeated one is joined with a comma and a blank. */
export function joinedHeaders(nameAndValueInTurn: readonly string[]): Readonly<Record<string, string>> {
  const joined = new Map<string, string>();
  for (let index = 0; index + 1 < nameAndValueInTurn.length; index += 2) {
    const name = nameAndValueInTurn[index]?.toLowerCase() ?? "";
    const value = nameAndValueInTurn[index + 1] ?? "";
    const earlier = joined.get(name);
    joined.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return Object.fromEntries(joined);
}

/** Bytes as they come, in one piece: kept one by one they would take a hundred times their size. */
export function createBody(maxBytes: number) {
  let room = new Uint8Array(0);
  let length = 0;
  return {
    /** Whether they fit. */
    add: (chunk: Uint8Array): boolean => {
      const wanted = length + chunk.length;
      if (wanted > maxBytes) return false;
      if (wanted > room.length) {
        const wider = new Uint8Array(Math.min(maxBytes, Math.max(wanted, 2 * room.length, 1024)));
        wider.set(room.subarray(0, length));
        room = wider;
      }
      room.set(chunk, length);
      length = wanted;
      return true;
    },
    bytes: (): Uint8Array => room.slice(0, length),
  };
}
