import { systemClock } from "../../client/clock.ts";
import { pairPos } from "../../client/pairing.ts";
import type { Command } from "../call.ts";
import { EXIT, wrongUsage } from "../exit.ts";
import { findDaemon } from "../local-daemon.ts";
import { limitsInWords, posSettings } from "../pos-settings.ts";
import { table } from "../table.ts";
import { askDaemon, unreachable } from "../with-session.ts";

export const add: Command = async (call) => {
  const [pos = ""] = call.arguments;
  const answer = await askDaemon(call, "pos.add", {
    pos,
    ...posSettings(call),
    ...(call.flag("token") ? { token: true } : {}),
  });
  if (answer.token === undefined) {
    call.out.note(
      `The pairing code of ${pos}; it is good for 2 minutes${answer.expiresAt === undefined ? "" : `, until ${answer.expiresAt}`}:`,
    );
    if (answer.codeGoodFrom !== undefined) {
      call.out.note(
        `Wrong codes were tried for ${pos} before: no code is taken before ${answer.codeGoodFrom}. \`tillbridge pos add ${pos} --token\` needs none.`,
      );
    }
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
          ["NAME", "SCOPES", "PAIRED", "SHARED", "LAN", "SIGNED", "ORIGIN", "SESSIONS", "SINCE", "LIMITS"],
          answer.pos.map(({ pos, scopes, paired, shared, lan, signingKey, origin, sessions, createdAt, limits }) => [
            pos,
            scopes.join(" "),
            paired ? "yes" : "no",
            shared ? "yes" : "no",
            lan === true ? "yes" : "no",
            signingKey === undefined ? "no" : "yes",
            origin ?? "",
            String(sessions),
            createdAt,
            limitsInWords(limits ?? []),
          ]),
        ),
  );
  for (const { pos, place, why } of answer.unreadable ?? []) call.out.note(unreadableNote(pos, place, why));
  return EXIT.done;
};

function unreadableNote(pos: string | undefined, place: number, why: string): string {
  const broken = `${pos ?? `Number ${place} in data/pos.json`} cannot be read and is not let in: ${why}.`;
  // The service writes the file from its memory: mended while it runs, the next change undoes it.
  const stop = "stop the service (`tillbridge service stop`)";
  const start = "start it again (`tillbridge service start`)";
  return pos === undefined
    ? `${broken} To mend it, ${stop}, mend it in the file or take it out, and ${start}.`
    : `${broken} Either ${stop}, mend it in data/pos.json and ${start}; or forget it with \`tillbridge pos revoke ${pos}\` and add it anew, with the limits that it had.`;
}

/** Changes what is said; no code becomes good, and what was paired stays paired. */
export const set: Command = async (call) => {
  const [pos = ""] = call.arguments;
  const settings = posSettings(call);
  if (Object.keys(settings).length === 0)
    throw wrongUsage("Nothing is to be changed. `tillbridge help pos set` tells what can be.");
  const answer = await askDaemon(call, "pos.update", { pos, ...settings });
  call.out.result(answer, () => `${pos} is changed. It counts from now on.`);
  return EXIT.done;
};

export const revoke: Command = async (call) => {
  const [pos = ""] = call.arguments;
  const answer = await askDaemon(call, "pos.revoke", { pos });
  call.out.result(
    answer,
    () =>
      `${pos} has no token any more and its sessions are closed. Its scopes, limits and signing key are forgotten, its transactions stay.`,
  );
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
