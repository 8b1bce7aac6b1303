// A reporter for Node's test runner: one line of JSON for each test, and how a failed one failed.
import type { TestEvent } from "node:test/reporters";
import type { Failure, ToldTest } from "./test-run.ts";

export default async function* toldAsJson(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { name, details } = event.data;
    // A group fails with its tests: only these count.
    if (details.type === "suite") continue;
    const told: ToldTest =
      event.type === "test:pass" ? { name } : { name, failure: failureOf(event.data.details.error) };
    yield `${JSON.stringify(told)}\n`;
  }
}

/** What was thrown first: the runner, and a check of properties, put their own errors around it. */
function failureOf(error: Error): Failure {
  let cause = error;
  while (cause.cause instanceof Error) cause = cause.cause;
  return { name: cause.name, code: "code" in cause ? String(cause.code) : "", message: cause.message };
}
