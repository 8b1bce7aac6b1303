import { systemClock } from "../../client/clock.ts";
import { pairPos } from "../../client/pairing.ts";
import { SCOPES, type Scope } from "../../core/pos.ts";
import type { Command } from "../call.ts";
import { EXIT, wrongUsage } from "../exit.ts";
import { findDaemon } from "../local-daemon.ts";
import { table } from "../table.ts";
import { askDaemon, unreachable } from "../with-session.ts";

export const add: Command = async (call) => {
  const [pos = ""] = call.arguments;
  const scopes = readScopes(call.texts("scopes"));
  const answer = await askDaemon(call, "pos.add", {
    pos,
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(call.flag("token") ? { token: true } : {}),
    ...(call.flag("shared") ? { shared: true } : {}),
  });
  if (answer.token === undefined) {
    call.out.note(
      `The pairing code of ${pos}; it is good for 2 minutes${answer.expiresAt === undefined ? "" : `, until ${answer.expiresAt}`}:`,
    );
  } else {
    call.out.note(`The token of ${pos}. It is shown this once; keep it like a password:`);
  }
  call.out.result(answer, () => answer.token ?? answer.code ?? "");
  return EXIT.done;
};

export const list: Command = async (call) => {
  const answer = await askDaemon(call, "pos.list", {});
  call.out.result(answer, () =>
    answer.pos.length === 0
      ? "No POS program is known. `tillbridge pos add NAME` makes a pairing code for one."
      : table(
          ["NAME", "SCOPES", "PAIRED", "SHARED", "ORIGIN", "SESSIONS", "SINCE"],
          answer.pos.map(({ pos, scopes, paired, shared, origin, sessions, createdAt }) => [
            pos,
            scopes.join(" "),
            paired ? "yes" : "no",
            shared ? "yes" : "no",
            origin ?? "",
            String(sessions),
            createdAt,
          ]),
        ),
  );
  return EXIT.done;
};

export const revoke: Command = async (call) => {
  const [pos = ""] = call.arguments;
  const answer = await askDaemon(call, "pos.revoke", { pos });
  call.out.result(answer, () => `${pos} has no token any more and its sessions are closed. Its transactions stay.`);
  return EXIT.done;
};

/** Does what a POS does with its code, for trying it out. */
export const pair: Command = async (call) => {
  const [pos = "", code = ""] = call.arguments;
  const { url } = findDaemon(call.home, call.homeOption);
  const token = await pairPos({ url, pos, code, clock: systemClock }).catch((error: unknown) => {
    throw unreachable(error, call.homeOption);
  });
  call.out.note(`${pos} is paired. Its token is shown this once; keep it like a password:`);
  call.out.result({ pos, token }, () => token);
  return EXIT.done;
};

function readScopes(given: readonly string[]): readonly Scope[] {
  return given
    .flatMap((text) => text.split(","))
    .map((name) => {
      const scope = SCOPES.find((known) => known === name);
      if (scope === undefined) throw wrongUsage(`There is no scope ${name}. There are ${SCOPES.join(", ")}.`);
      return scope;
    });
}
