import { userInfo } from "node:os";
import type { JsonObject } from "../../core/json.ts";
import type { Call, Command } from "../call.ts";
import { confirmed, mustBeAnswerable, NOTHING_CHANGED } from "../confirm.ts";
import { transactionOf, whatToDo, whatWasLifted } from "../doubt.ts";
import { CommandFailure, EXIT, wrongUsage } from "../exit.ts";
import { askDaemon, withSession, type DaemonSession } from "../with-session.ts";
import { inOneLine } from "../readable.ts";
import { terminalFacts, terminalTable, transactionTable } from "../words.ts";
import { makeReady, pairWith } from "../pairing.ts";
import { vendorsInWords } from "../vendor-words.ts";
import { isLinkCompletedBy, readChangedLink, readLink, readSettings, withTexts } from "../terminal-options.ts";

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

/** With what is to be done about the payment that keeps it from working. */
export const show: Command = (call) =>
  withSession(call, async (daemon) => {
    const answer = await daemon.ask("terminals.get", { terminal: idOf(call) });
    const { terminal } = answer;
    const fence = call.out.json ? undefined : terminal.fence;
    const inDoubt = fence && (await transactionOf(daemon, fence.transaction));
    const toDo = inDoubt && whatToDo(inDoubt, terminal);
    call.out.result(answer, () => [terminalFacts(terminal), toDo].filter(Boolean).join("\n\n"));
    return EXIT.done;
  });

export const add: Command = (call) => {
  const vendor = call.text("vendor");
  if (vendor === undefined) return sayVendor(call);
  const [name, serialNumber] = [call.text("name"), call.text("serial-number")];
  const settings = readSettings(call.texts("setting"), call.texts("secret-setting"));
  const config = {
    terminal: idOf(call),
    vendor,
    link: readLink(call, serialNumber) as JsonObject & { readonly type: string },
    ...(name === undefined ? {} : { name }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
  };
  return withSession(call, async (daemon) => {
    const own = settings && (await asVendorHasThem(settings, call, daemon, () => vendor));
    const answer = await daemon.ask("terminals.add", { ...config, ...(own === undefined ? {} : { settings: own }) });
    // A program reads what was added, and asks for the rest itself.
    if (!call.out.json || call.flag("pair")) return makeReady(daemon, answer.terminal, call);
    call.out.result(answer, () => "");
    return EXIT.done;
  });
};

async function sayVendor({ composition }: Call): Promise<never> {
  const vendors = vendorsInWords(await composition.loadVendors());
  throw wrongUsage(
    `Say the terminal's vendor with --vendor. There are ${vendors}. \`tillbridge help terminals\` tells how each of them is added.`,
  );
}

/** What it takes to know that is asked only where it makes a difference. */
async function asVendorHasThem(
  settings: JsonObject,
  call: Call,
  { ask }: DaemonSession,
  vendorOf: () => string | Promise<string>,
): Promise<JsonObject> {
  if (!Object.values(settings).some((value) => typeof value === "number")) return settings;
  const vendor = await vendorOf();
  const { vendors } = await ask("vendors.list", {});
  return withTexts(settings, call.texts("setting"), vendors.find(({ id }) => id === vendor)?.settingsSchema);
}

/** Settings that are named take the place of those of that name; the others stay. */
export const update: Command = (call) => {
  const [name, serialNumber] = [call.text("name"), call.text("serial-number")];
  const settings = readSettings(call.texts("setting"), call.texts("secret-setting"));
  const isForgotten = call.flag("forget-serial-number");
  const [enable, disable] = [call.flag("enable"), call.flag("disable")];
  if (isForgotten && serialNumber !== undefined)
    throw wrongUsage("--serial-number and --forget-serial-number are two different wishes.");
  if (enable && disable) throw wrongUsage("--enable and --disable are two different wishes.");
  const change = {
    ...(settings === undefined ? {} : { settings }),
    ...(name === undefined ? {} : { name }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(isForgotten ? { serialNumber: null } : {}),
    ...(enable || disable ? { disabled: disable } : {}),
  };
  const isCompleted = isLinkCompletedBy(call);
  const said = isCompleted ? undefined : readChangedLink(call, undefined);
  if (Object.keys(change).length === 0 && !isCompleted && said === undefined)
    throw wrongUsage("Say what is to be changed; `--help` tells what can be.");
  return withSession(call, async (daemon) => {
    const { ask } = daemon;
    const terminal = idOf(call);
    const vendorOf = async () => (await ask("terminals.get", { terminal })).terminal.vendor;
    const own = settings && (await asVendorHasThem(settings, call, daemon, vendorOf));
    const link = isCompleted ? readChangedLink(call, (await ask("terminals.get", { terminal })).terminal) : said;
    const answer = await ask("terminals.update", {
      terminal,
      ...(link === undefined ? {} : { link: link as JsonObject & { readonly type: string } }),
      ...change,
      ...(own === undefined ? {} : { settings: own }),
    });
    call.out.result(answer, () => terminalFacts(answer.terminal));
    return EXIT.done;
  });
};

/** A pairing goes with it, and what is in doubt there can be asked of nobody any more. */
export const remove: Command = (call) => {
  const terminal = idOf(call);
  const question = `Forget terminal ${terminal}, its settings and its pairing? Its transactions stay.`;
  mustBeAnswerable(call, question, NOTHING_CHANGED);
  return withSession(call, async ({ ask }) => {
    const { transactions } = call.yes
      ? { transactions: [] }
      : await ask("transactions.list", { undecided: true, terminal });
    if (transactions.length > 0) {
      call.out.note("Of these nobody knows yet how they ended; only a person can decide them then.");
      call.out.note(transactionTable(transactions));
    }
    if (!(await confirmed(call, question, NOTHING_CHANGED))) return EXIT.refused;
    const answer = await ask("terminals.remove", { terminal });
    call.out.result(answer, () => `${terminal} is not configured any more. Its transactions stay.`);
    return EXIT.done;
  });
};

export const pair: Command = (call) =>
  withSession(call, (daemon) => pairWith(daemon, idOf(call), call.text("code"), call.out));

/** Ends with 1 where the terminal does not answer. */
export const poll: Command = (call) =>
  withSession(call, async ({ ask }) => {
    const answer = await ask("terminals.poll", { terminal: idOf(call) }, POLL_LIMIT_MS);
    const { reachable, asked, latencyMs, detail } = answer;
    call.out.result(answer, () => {
      const word = reachable ? "reachable" : "not reachable";
      const why = detail === undefined ? "" : `: ${inOneLine(detail)}`;
      // Why it was not asked is why it is not reachable, or that it is busy.
      if (!asked) return `${word} as far as its link tells${why}`;
      const latency = latencyMs === undefined ? "" : `, answered in ${Math.round(latencyMs)} ms`;
      return `${word}${latency}${why}`;
    });
    return reachable ? EXIT.done : EXIT.refused;
  });

export const liftFence: Command = (call) =>
  withSession(call, async (daemon) => {
    const { ask } = daemon;
    const terminal = idOf(call);
    const reason = call.text("reason");
    if (reason === undefined) throw wrongUsage("Say why the terminal may work again with --reason.");
    const transaction =
      call.text("transaction") ?? (await ask("terminals.get", { terminal })).terminal.fence?.transaction;
    if (transaction === undefined)
      throw new CommandFailure(EXIT.refused, `${terminal} is not fenced: there is nothing to lift.`);
    const operator = call.text("operator") ?? userInfo().username;
    const answer = await ask("terminals.liftFence", { terminal, transaction, operator, reason });
    const inDoubt = call.out.json ? undefined : await transactionOf(daemon, transaction);
    call.out.result(answer, () => whatWasLifted(terminal, transaction, inDoubt));
    return EXIT.done;
  });

function idOf(call: { readonly arguments: readonly string[] }): string {
  return call.arguments[0] ?? "";
}
