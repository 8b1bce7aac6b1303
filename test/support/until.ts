/** Over this, nobody waits any more: a wait without an end would keep the whole run from ending after its test has timed out. */
const LIMIT_MS = 200_000;

/** Waits for what tells nobody when it happens. The limit that matters is the test's own. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const endMs = performance.now() + LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > endMs)
      throw new Error(`Waited ${LIMIT_MS / 1_000} s for what did not happen: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
