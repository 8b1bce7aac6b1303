import type { Scope } from "../core/pos.ts";
import type { TSchema } from "../core/schema.ts";

/** `open`: before the session, by anybody who reached the socket. `session`: every session. `byOperation`: see `scopeOf`. */
type MethodScope = Scope | "open" | "session" | "byOperation";

export type Method<Params extends TSchema = TSchema, Result extends TSchema = TSchema> = {
  readonly summary: string;
  readonly scope: MethodScope;
  readonly params: Params;
  readonly result: Result;
};

/** Keeps the exact types of both schemas. */
export function method<Params extends TSchema, Result extends TSchema>(
  description: Method<Params, Result>,
): Method<Params, Result> {
  return description;
}
