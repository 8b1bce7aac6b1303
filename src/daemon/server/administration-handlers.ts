import { done, refused, type Result } from "../../core/errors.ts";
import { ADMINISTRATOR_POS, DEFAULT_SCOPES, type PosRecord } from "../../core/pos.ts";
import { timestamp } from "../../core/ports.ts";
import type { MethodName, ParamsOf, ResultOf } from "../../protocol/methods.ts";
import { newToken, tokenHash } from "./auth.ts";
import { mapped, record, type Asked, type Handlers, type ServerContext } from "./handler.ts";
import { healthOf } from "./health.ts";

type AdministrationMethod = Extract<
  MethodName,
  | `pos.${string}`
  | `secrets.${string}`
  | `callbacks.${string}`
  | `certificate.${string}`
  | `events.${string}`
  | `diagnostics.${string}`
  | "ping"
>;

export const administrationHandlers: Handlers<AdministrationMethod> = {
  ping: (_params, { server }) => done({ time: timestamp(server.clock) }),
  "pos.add": addPos,
  "pos.list": (_params, { server }) => done({ pos: server.registry.list().map((pos) => posOnWire(pos, server)) }),
  "pos.revoke": revokePos,
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
    if (server.certificate === undefined) return refused("unsupportedOperation", "This daemon serves no wss.");
    const shown = await server.certificate.reload();
    await record(server, "certificate reloaded", caller.pos, shown === undefined ? "none" : `until ${shown.notAfter}`);
    return done(shown ?? {});
  },
  "events.subscribe": (_params, { server, session }) => {
    server.sessions.subscribe(session);
    return done({});
  },
  "diagnostics.health": (_params, { server }) => done(healthOf(server)),
  "diagnostics.trace": trace,
};

async function addPos(params: ParamsOf<"pos.add">, { server, caller }: Asked): Promise<Result<ResultOf<"pos.add">>> {
  const { pos } = params;
  if (pos === ADMINISTRATOR_POS) {
    return refused("invalidParams", `${pos} is the name of the tillbridge command itself: choose another one.`, {
      field: "pos",
    });
  }
  const known = server.registry.find(pos);
  const wanted: PosRecord = {
    ...(known ?? { pos, createdAt: timestamp(server.clock) }),
    scopes: params.scopes ?? known?.scopes ?? DEFAULT_SCOPES,
    shared: params.shared ?? known?.shared ?? false,
  };
  if (params.token === true) {
    const token = newToken(server.crypto);
    const { origin: _before, ...rest } = wanted;
    await server.registry.save({ ...rest, tokenHash: tokenHash(server.crypto, token) });
    server.pairings.withdraw(pos);
    server.sessions.closeAllOf(pos, "replaced", "this POS has a new token");
    await record(server, "pos token made", caller.pos, pos);
    return done({ pos, token });
  }
  await server.registry.save(wanted);
  const { code, lifeMs } = server.pairings.offer(pos);
  await record(server, "pos pairing offered", caller.pos, pos);
  return done({ pos, code, expiresAt: new Date(server.clock.now() + lifeMs).toISOString() });
}

async function revokePos(
  { pos }: ParamsOf<"pos.revoke">,
  { server, caller }: Asked,
): Promise<Result<ResultOf<"pos.revoke">>> {
  if (server.registry.find(pos) === undefined) {
    return refused("invalidParams", `There is no POS ${pos}; \`tillbridge pos\` lists those there are.`, {
      field: "pos",
    });
  }
  server.pairings.withdraw(pos);
  await server.registry.remove(pos);
  server.sessions.closeAllOf(pos, "tokenRevoked", "an administrator revoked this POS");
  await record(server, "pos revoked", caller.pos, pos);
  return done({});
}

function posOnWire(known: PosRecord, { sessions }: ServerContext): ResultOf<"pos.list">["pos"][number] {
  const { tokenHash: hash, ...shown } = known;
  return { ...shown, paired: hash !== undefined, sessions: sessions.of(known.pos).length };
}

function trace(
  { terminal, enable }: ParamsOf<"diagnostics.trace">,
  { server, session }: Asked,
): Result<Record<string, never>> {
  if (server.recorder === undefined) {
    return refused("unsupportedOperation", "This daemon records no trace.");
  }
  if (terminal !== undefined && server.terminals.get(terminal) === undefined) {
    return refused("terminalNotFound", `There is no terminal ${terminal}.`, { terminal });
  }
  const stop = enable
    ? server.recorder.listen(terminal, (source, entry) =>
        session.stream.push({ at: timestamp(server.clock), body: { type: "trace", terminal: source, entry } }),
      )
    : undefined;
  session.keepTrace(stop);
  return done({});
}
