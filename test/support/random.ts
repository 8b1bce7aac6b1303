/** A whole number below a bound. */
export type Random = (below: number) => number;

/** Whole numbers below a bound that follow from a seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export function oneOf<const Value>(random: Random, values: readonly [Value, ...Value[]]): Value;
export function oneOf<const Value>(random: Random, values: readonly Value[]): Value | undefined;
export function oneOf<Value>(random: Random, values: readonly Value[]): Value | undefined {
  return values[random(values.length)];
}
