/** How a POS gets its token: with the code that an operator made for it. */
import { done, refused, type Result } from "../../core/errors.ts";
import type { PosRecord } from "../../core/pos.ts";
import type { ParamsOf, ResultOf } from "../../protocol/methods.ts";
import type { Arrival } from "./arrival.ts";
import { mayCome, newToken, tokenHash } from "./auth.ts";
import { record, type ServerContext } from "./handler.ts";

/**
 * Gives the token for a right code. The token before it, if there was one, ends with it. The code is held against what there is
 * when all is done that was asked for before: a revocation or a new token that is on its way ends it.
 */
export function pair(
  params: ParamsOf<"session.pair">,
  arrival: Arrival,
  server: ServerContext,
): Promise<Result<ResultOf<"session.pair">>> {
  return server.posTurns(params.pos, () => pairInTurn(params, arrival, server));
}

async function pairInTurn(
  { pos, code }: ParamsOf<"session.pair">,
  arrival: Arrival,
  server: ServerContext,
): Promise<Result<ResultOf<"session.pair">>> {
  const { origin, from } = arrival;
  const known = server.registry.find(pos);
  if (known !== undefined && !mayCome(known, from)) {
    server.refusals.refused("lan", { pos, origin, detail: "this POS may not be paired from the LAN" });
    return wrong();
  }
  const attempt = server.pairings.attempt(pos, code);
  if (attempt.kind === "died" || attempt.kind === "locked") {
    const detail = attempt.kind === "died" ? "five wrong codes: the code died" : "its code died, or codes are locked";
    server.refusals.refused("pairingLocked", { pos, origin, detail });
    if (attempt.kind === "died") await record(server, "pos pairing locked", pos, "five wrong codes");
    return locked(attempt.retryAfterMs);
  }
  if (attempt.kind === "wrong" || known === undefined) {
    server.refusals.refused("pairingFailed", { pos, origin, detail: "wrong code, or none was made" });
    return wrong();
  }
  return pairAs(known, arrival, server);
}

async function pairAs(
  known: PosRecord,
  { origin }: Arrival,
  server: ServerContext,
): Promise<Result<ResultOf<"session.pair">>> {
  const { pos } = known;
  const token = newToken(server.crypto);
  const { origin: _before, tokenHash: _old, ...rest } = known;
  const bound = origin === undefined ? {} : { origin };
  await server.registry.save({ ...rest, ...bound, tokenHash: tokenHash(server.crypto, token) });
  server.sessions.closeAllOf(pos, "replaced", "this POS was paired anew");
  await record(server, "pos paired", pos, origin ?? "no browser");
  return done({ token });
}

function wrong() {
  return refused(
    "pairingFailed",
    "This code is not good for this POS, or no more. An operator makes one: `tillbridge pos add NAME`.",
  );
}

function locked(retryAfterMs: number) {
  const wait = retryAfterMs === 0 ? "" : ` It is taken in ${Math.ceil(retryAfterMs / 1_000)} s at the earliest.`;
  return refused(
    "pairingLocked",
    `The code died after five wrong tries. An operator makes a new one: \`tillbridge pos add NAME\`.${wait}`,
    { retryAfterMs },
  );
}
