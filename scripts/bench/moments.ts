/** Milliseconds of a clock that all processes of a machine share where the system has one (Linux: CLOCK_MONOTONIC). */
export function momentMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
