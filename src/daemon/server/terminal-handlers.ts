import { done, refused, type Result } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { MethodName } from "../../protocol/methods.ts";
import type { TerminalOnWire } from "../../protocol/terminal.ts";
import type { Discovered, TerminalView } from "../api.ts";
import { mapped, nameOf, personIn, record, type Asked, type Handlers } from "./handler.ts";
import { sightingOnWire, terminalOnWire } from "./views.ts";

type TerminalMethod = Extract<
  MethodName,
  `terminals.${string}` | `vendors.${string}` | `discovery.${string}` | `reports.${string}` | `device.${string}`
>;

/** A question and its repetition, and a second for whoever answers slowly. */
const DEFAULT_SCAN_SECONDS = 3;

export const terminalHandlers: Handlers<TerminalMethod> = {
  "terminals.list": (_params, { server, session }) =>
    done({ terminals: server.terminals.list().map((terminal) => terminalOnWire(terminal, session.language)) }),
  "terminals.get": ({ terminal }, asked) => mapped(known(terminal, asked), shown(asked)),
  "terminals.poll": ({ terminal }, asked) => withTerminal(terminal, asked, () => asked.server.terminals.poll(terminal)),
  "terminals.add": async ({ terminal, link, settings, ...config }, asked) => {
    const added = await asked.server.terminals.add({ ...config, id: terminal, ...asJson(link, settings) });
    return afterChange("terminal added", terminal, added, asked);
  },
  "terminals.update": ({ terminal, link, settings, ...change }, asked) =>
    withTerminal(terminal, asked, async (view) => {
      const changes = { ...change, id: terminal, ...asJson(link ?? view.link, settings) };
      return afterChange("terminal changed", terminal, await asked.server.terminals.update(changes), asked);
    }),
  "terminals.remove": ({ terminal }, asked) =>
    withTerminal(terminal, asked, async () => {
      const removed = await asked.server.terminals.remove(terminal);
      if (removed.kind === "done") await record(asked.server, "terminal removed", asked.caller.pos, terminal);
      return removed;
    }),
  "terminals.pair": ({ terminal, code }, asked) =>
    withTerminal(terminal, asked, async () => {
      const paired = await asked.server.terminals.pair(terminal, code);
      return afterChange("terminal paired", terminal, paired, asked);
    }),
  "terminals.liftFence": ({ terminal, operator: said, reason: why, ...named }, asked) =>
    withTerminal(terminal, asked, async () => {
      const transaction = await idOf(named, asked);
      if (transaction.kind === "refused") return transaction;
      const person = personIn({ operator: said, reason: why });
      const lifted = await asked.server.terminals.liftFence(terminal, transaction.value, person);
      const detail = `${terminal}, transaction ${transaction.value}, by ${person.operator}: ${person.reason}`;
      if (lifted.kind === "done") await record(asked.server, "fence lifted", asked.caller.pos, detail);
      return mapped(lifted, shown(asked));
    }),
  "vendors.list": (_params, { server }) => done({ vendors: server.vendors }),
  "discovery.list": (_params, { server }) => mapped(server.discovery.list(), discoveredOnWire),
  "discovery.scan": async ({ seconds = DEFAULT_SCAN_SECONDS }, { server }) =>
    mapped(await server.discovery.scan(seconds * 1_000), discoveredOnWire),
  "reports.run": ({ terminal, report, params }, asked) =>
    withTerminal(terminal, asked, async () =>
      mapped(await asked.server.terminals.report(terminal, report, (params ?? {}) as JsonObject), (answer) => ({
        report: answer,
      })),
    ),
  "device.display": ({ terminal, ...params }, asked) => deviceFunction("display", terminal, params, asked),
  "device.print": ({ terminal, ...params }, asked) => deviceFunction("print", terminal, params, asked),
  "device.function": ({ terminal, name, params = {} }, asked) =>
    deviceMethods.includes(name) ? ownMethod(name) : deviceFunction(name, terminal, params as JsonObject, asked),
  "device.scan": ({ terminal, ...params }, asked) => deviceFunction("scan", terminal, params, asked),
};

/** What has a method of its own is asked for with it, which checks its params. */
const deviceMethods = Object.keys(terminalHandlers).flatMap((method) =>
  method.startsWith("device.") ? [method.slice("device.".length)] : [],
);

function ownMethod(name: string) {
  return refused("invalidParams", `Ask with device.${name}, which is a method of its own.`, { field: "name" });
}

function known(terminal: string, { server }: Asked): Result<TerminalView> {
  const view = server.terminals.get(terminal);
  if (view !== undefined) return done(view);
  return refused(
    "terminalNotFound",
    `There is no terminal ${terminal}; \`tillbridge terminals\` lists those there are.`,
    {
      terminal,
    },
  );
}

async function withTerminal<Value>(
  terminal: string,
  asked: Asked,
  act: (view: TerminalView) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  const found = known(terminal, asked);
  return found.kind === "refused" ? found : act(found.value);
}

/** The terminals know transactions by their ids alone. */
async function idOf(named: Parameters<typeof nameOf>[0], { server, caller }: Asked): Promise<Result<string>> {
  const name = nameOf(named);
  if (name.kind === "refused") return name;
  if ("transaction" in name.value) return done(name.value.transaction);
  return mapped(await server.transactions.get(caller, name.value), ({ transaction }) => transaction.id);
}

function shown({ session }: Asked) {
  return (view: TerminalView): { readonly terminal: TerminalOnWire } => ({
    terminal: terminalOnWire(view, session.language),
  });
}

async function afterChange(what: string, terminal: string, changed: Result<TerminalView>, asked: Asked) {
  if (changed.kind === "done") await record(asked.server, what, asked.caller.pos, terminal);
  return mapped(changed, shown(asked));
}

function deviceFunction(name: string, terminal: string, params: JsonObject, asked: Asked) {
  return withTerminal(terminal, asked, async () =>
    mapped(await asked.server.terminals.deviceFunction(terminal, name, params), (answer) => ({ answer })),
  );
}

function discoveredOnWire({ sightings, notes }: Discovered) {
  return { sightings: sightings.map(sightingOnWire), ...(notes.length === 0 ? {} : { notes }) };
}

/** Free objects came out of JSON text, so JSON is what they hold. */
function asJson(link: unknown, settings: unknown): { readonly link: JsonObject; readonly settings?: JsonObject } {
  return { link: link as JsonObject, ...(settings === undefined ? {} : { settings: settings as JsonObject }) };
}
