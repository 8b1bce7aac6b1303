import { userInfo } from "node:os";
import type { JsonObject } from "../../core/json.ts";
import type { Command } from "../call.ts";
import { CommandFailure, EXIT, wrongUsage } from "../exit.ts";
import { askDaemon, withSession } from "../with-session.ts";
import { terminalFacts, terminalTable, timeOfDay } from "../words.ts";
import { readLink, readSettings } from "../terminal-options.ts";

/** A terminal may take its time to be paired: somebody types a code on it. */
const PAIR_LIMIT_MS = 180_000;
const POLL_LIMIT_MS = 60_000;

export const list: Command = async (call) => {
  const answer = await askDaemon(call, "terminals.list", {});
  call.out.result(answer, () =>
    answer.terminals.length === 0
      ? "No terminal is configured. `tillbridge help terminals add` tells how to add one."
      : terminalTable(answer.terminals),
  );
  return EXIT.done;
};

export const show: Command = async (call) => {
  const answer = await askDaemon(call, "terminals.get", { terminal: idOf(call) });
  call.out.result(answer, () => terminalFacts(answer.terminal));
  return EXIT.done;
};

export const add: Command = async (call) => {
  const vendor = call.text("vendor");
  if (vendor === undefined) throw wrongUsage("Say the terminal's vendor with --vendor.");
  const name = call.text("name");
  const settings = readSettings(call.texts("setting"));
  const answer = await askDaemon(call, "terminals.add", {
    terminal: idOf(call),
    vendor,
    link: readLink(call) as JsonObject & { readonly type: string },
    ...(settings === undefined ? {} : { settings }),
    ...(name === undefined ? {} : { name }),
  });
  call.out.result(answer, () => terminalFacts(answer.terminal));
  return EXIT.done;
};

export const remove: Command = async (call) => {
  const terminal = idOf(call);
  const answer = await askDaemon(call, "terminals.remove", { terminal });
  call.out.result(answer, () => `${terminal} is not configured any more. Its transactions stay.`);
  return EXIT.done;
};

export const pair: Command = (call) =>
  withSession(call, async ({ ask, session }) => {
    const terminal = idOf(call);
    const code = call.text("code");
    session.listen((event) => {
      if (event.type !== "terminal.pairing" || event.terminal !== terminal) return;
      if (event.text !== undefined) call.out.note(event.text);
      if (event.code !== undefined) call.out.note(`\n    ${event.code}\n`);
      if (event.expiresAt !== undefined) call.out.note(`It waits until ${timeOfDay(event.expiresAt)}.`);
    });
    const answer = await ask("terminals.pair", { terminal, ...(code === undefined ? {} : { code }) }, PAIR_LIMIT_MS);
    call.out.result(answer, () => terminalFacts(answer.terminal));
    return EXIT.done;
  });

/** Ends with 1 where the terminal does not answer. */
export const poll: Command = (call) =>
  withSession(call, async ({ ask }) => {
    const answer = await ask("terminals.poll", { terminal: idOf(call) }, POLL_LIMIT_MS);
    const { reachable, asked, latencyMs, detail } = answer;
    call.out.result(answer, () => {
      const word = reachable ? "reachable" : "not reachable";
      const how = asked ? "" : ", by its link: it was not asked";
      const latency = latencyMs === undefined ? "" : `, answered in ${Math.round(latencyMs)} ms`;
      return `${word}${how}${latency}${detail === undefined ? "" : `: ${detail}`}`;
    });
    return reachable ? EXIT.done : EXIT.refused;
  });

export const liftFence: Command = (call) =>
  withSession(call, async ({ ask }) => {
    const terminal = idOf(call);
    const reason = call.text("reason");
    if (reason === undefined) throw wrongUsage("Say why the terminal may work again with --reason.");
    const transaction =
      call.text("transaction") ?? (await ask("terminals.get", { terminal })).terminal.fence?.transaction;
    if (transaction === undefined)
      throw new CommandFailure(EXIT.refused, `${terminal} is not fenced: there is nothing to lift.`);
    const operator = call.text("operator") ?? userInfo().username;
    const answer = await ask("terminals.liftFence", { terminal, transaction, operator, reason });
    call.out.result(
      answer,
      () =>
        `${terminal} may work again. Transaction ${transaction} is still in doubt: look at the terminal, then ` +
        `\`tillbridge transactions resolve ${transaction}\`.`,
    );
    return EXIT.done;
  });

function idOf(call: { readonly arguments: readonly string[] }): string {
  return call.arguments[0] ?? "";
}
