import { done, refused, type Result } from "../../core/errors.ts";
import { DEFAULT_SCOPES, type PosRecord, type UnreadablePos } from "../../core/pos.ts";
import { timestamp } from "../../core/ports.ts";
import type { MethodName, ParamsOf, ResultOf } from "../../protocol/methods.ts";
import { newToken, tokenHash } from "./auth.ts";
import { mapped, record, type Asked, type Handlers, type ServerContext } from "./handler.ts";
import { changesOf } from "./pos-changes.ts";
import { changedRecord } from "./pos-record.ts";

type AdministrationMethod = Extract<
  MethodName,
  `pos.${string}` | `secrets.${string}` | `callbacks.${string}` | `certificate.${string}` | `events.${string}` | "ping"
>;

/** The rest is in the file. */
const MAX_UNREADABLE_TOLD = 100;

export const administrationHandlers: Handlers<AdministrationMethod> = {
  ping: (_params, { server }) => done({ time: timestamp(server.clock) }),
  "pos.add": (params, asked) => asked.server.posTurns(params.pos, () => addPos(params, asked)),
  "pos.list": (_params, { server }) =>
    done({ pos: server.registry.list().map((pos) => posOnWire(pos, server)), ...unreadableOnWire(server) }),
  "pos.update": (params, asked) => asked.server.posTurns(params.pos, () => updatePos(params, asked)),
  "pos.revoke": (params, asked) => asked.server.posTurns(params.pos, () => revokePos(params, asked)),
  "secrets.set": async ({ name, value }, { server, caller }) => {
    await server.secrets.set(name, value);
    await record(server, "secret set", caller.pos, name);
    return done({});
  },
  "secrets.list": async (_params, { server }) => done({ secrets: await server.secrets.names() }),
  "secrets.remove": async ({ name }, { server, caller }) => {
    if (!(await server.secrets.remove(name)))
      return refused("invalidParams", `There is no secret ${name}.`, { field: "name" });
    await record(server, "secret removed", caller.pos, name);
    return done({});
  },
  "callbacks.list": async (_params, { server }) =>
    mapped(await server.terminals.callbacks(), (callbacks) => ({ callbacks })),
  "certificate.reload": async (_params, { server, caller }) => {
    const shown = await server.certificate.reload();
    await record(server, "certificate reloaded", caller.pos, shown === undefined ? "none" : `until ${shown.notAfter}`);
    return done(shown ?? {});
  },
  "events.subscribe": async (_params, { server, session, caller }) => {
    server.sessions.subscribe(session);
    await record(server, "events of every pos subscribed", caller.pos, `session ${session.id}`);
    return done({});
  },
};

async function addPos(params: ParamsOf<"pos.add">, { server, caller }: Asked): Promise<Result<ResultOf<"pos.add">>> {
  const { pos, token: atOnce, ...change } = params;
  const broken = unreadableOf(pos, server);
  if (broken !== undefined) return unreadable(pos, broken);
  const known = server.registry.find(pos);
  const before = known ?? { pos, createdAt: timestamp(server.clock), scopes: DEFAULT_SCOPES, shared: false };
  const changed = changedRecord(before, { pos, ...change });
  if (changed.kind === "refused") return changed;
  const wanted = changed.value;
  if (atOnce === true) {
    const token = newToken(server.crypto);
    const { origin: _before, ...rest } = wanted;
    await server.registry.save({ ...rest, tokenHash: tokenHash(server.crypto, token) });
    server.pairings.withdraw(pos);
    server.sessions.closeAllOf(pos, "replaced", "this POS has a new token");
    await record(server, "pos token made", caller.pos, changesOf(known, rest));
    return done({ pos, token });
  }
  await server.registry.save(wanted);
  if (wanted.lan !== true) server.sessions.closeFromLan(pos, "an administrator took the LAN from this POS");
  const { code, lifeMs, goodInMs } = server.pairings.offer(pos);
  await record(server, "pos pairing offered", caller.pos, changesOf(known, wanted));
  return done({
    pos,
    code,
    expiresAt: inMs(lifeMs, server),
    ...(goodInMs === 0 ? {} : { codeGoodFrom: inMs(goodInMs, server) }),
  });
}

function inMs(durationMs: number, { clock }: ServerContext): string {
  return new Date(clock.now() + durationMs).toISOString();
}

/** Counts at once, and makes no code live: what was paired stays paired. */
async function updatePos(
  params: ParamsOf<"pos.update">,
  { server, caller }: Asked,
): Promise<Result<ResultOf<"pos.update">>> {
  const { pos } = params;
  const broken = unreadableOf(pos, server);
  if (broken !== undefined) return unreadable(pos, broken);
  const known = server.registry.find(pos);
  if (known === undefined) return noSuchPos(pos);
  const changed = changedRecord(known, params);
  if (changed.kind === "refused") return changed;
  await server.registry.save(changed.value);
  if (changed.value.lan !== true) server.sessions.closeFromLan(pos, "an administrator took the LAN from this POS");
  await record(server, "pos changed", caller.pos, changesOf(known, changed.value));
  return done({});
}

async function revokePos(
  { pos }: ParamsOf<"pos.revoke">,
  { server, caller }: Asked,
): Promise<Result<ResultOf<"pos.revoke">>> {
  if (server.registry.find(pos) === undefined && unreadableOf(pos, server) === undefined) return noSuchPos(pos);
  server.pairings.withdraw(pos);
  await server.registry.remove(pos);
  server.sessions.closeAllOf(pos, "tokenRevoked", "an administrator revoked this POS");
  await record(server, "pos revoked", caller.pos, pos);
  return done({});
}

function noSuchPos(pos: string) {
  return refused("invalidParams", `There is no POS ${pos}; \`tillbridge pos\` lists those there are.`, {
    field: "pos",
  });
}

function unreadableOf(pos: string, { registry }: ServerContext): UnreadablePos | undefined {
  return registry.unreadable().find((kept) => kept.pos === pos);
}

/** Written over, it would be a POS without the limits and the key that nobody can read any more. */
function unreadable(pos: string, { why }: UnreadablePos) {
  return refused(
    "invalidParams",
    `What is kept of ${pos} cannot be read: ${why}. It may have had limits or a signing key. Stop the service, mend it in data/pos.json and start it again; or forget it with \`tillbridge pos revoke ${pos}\` and add it anew, with its limits.`,
    { field: "pos" },
  );
}

function unreadableOnWire({ registry }: ServerContext): Pick<ResultOf<"pos.list">, "unreadable"> {
  const kept = registry.unreadable();
  return kept.length === 0 ? {} : { unreadable: kept.slice(0, MAX_UNREADABLE_TOLD) };
}

function posOnWire(known: PosRecord, { sessions }: ServerContext): ResultOf<"pos.list">["pos"][number] {
  const { tokenHash: hash, ...shown } = known;
  return { ...shown, paired: hash !== undefined, sessions: sessions.of(known.pos).length };
}
