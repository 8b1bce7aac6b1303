import { oneOf, Type } from "../core/schema.ts";
import { exactly, PosName, ScopeName, Time } from "./fields.ts";
import { method } from "./method.ts";
import { PosLimits } from "./pos.ts";
import { TerminalSchema } from "./terminal.ts";
import { TransactionSchema } from "./transaction.ts";

export const LimitsSchema = Type.Object({
  messageBytes: Type.Integer({ description: "of one message to the server" }),
  requestsInFlight: Type.Integer({ description: "unanswered requests on one socket" }),
  requestsPerSecond: Type.Integer({ description: "on one socket" }),
  sockets: Type.Integer({ description: "at the server" }),
  operations: Type.Optional(PosLimits),
  signed: Type.Optional(
    Type.Boolean({ description: "`true`: what moves money has to be signed by the back office of this POS" }),
  ),
});

const Token = Type.String({ minLength: 1, maxLength: 256, description: "What pairing gave; keep it like a password" });

const Client = exactly({
  name: Type.String({ minLength: 1, maxLength: 64 }),
  version: Type.String({ minLength: 1, maxLength: 64 }),
  installation: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: "One id for each installation of the program, kept by it",
    }),
  ),
});

export const sessionMethods = {
  "session.open": method({
    summary: "Opens the session of a POS on this socket.",
    scope: "open",
    params: exactly({
      protocol: Type.Integer({ description: "1" }),
      pos: PosName,
      token: Token,
      client: Type.Optional(Client),
      language: Type.Optional(
        Type.String({
          pattern: "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$",
          description: "Of texts for people: en, es, pt or de",
        }),
      ),
      resumeAfter: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: Number.MAX_SAFE_INTEGER,
          description: "The last kept event that the client has",
        }),
      ),
      journal: Type.Optional(
        Type.String({ maxLength: 64, description: "`hello.journal` as it was when that event came" }),
      ),
    }),
    result: Type.Object({
      session: Type.String(),
      pos: PosName,
      scopes: Type.Array(ScopeName),
      limits: LimitsSchema,
      lastEvent: Type.Integer({ minimum: 0, description: "`seq` of the last kept event; 0 where there is none" }),
      resume: oneOf(["none", "replay", "reset"], {
        description:
          "`replay`: the events after `resumeAfter` follow. `reset`: the client knows another past; `open` and `unacknowledged` are the truth",
      }),
      terminals: Type.Array(TerminalSchema),
      open: Type.Array(TransactionSchema, {
        description: "Not settled, in doubt or contradicted: those that run before the others; at most 100",
      }),
      moreOpen: Type.Optional(
        Type.Boolean({
          description:
            "`true`: there are more open ones; `transactions.list` with `undecided` tells those that wait for a decision",
        }),
      ),
      unacknowledged: Type.Array(TransactionSchema, {
        description: "Settled, latest revision not acknowledged; oldest first",
      }),
      more: Type.Boolean({ description: "There are more: `transactions.list` with `unacknowledged` tells them" }),
    }),
  }),
  "session.pair": method({
    summary: "Gives a POS its token for the code that an operator got from `tillbridge pos add`.",
    scope: "open",
    params: exactly({
      pos: PosName,
      code: Type.String({
        minLength: 1,
        maxLength: 32,
        description: "8 characters; case, spaces and hyphens do not matter",
      }),
    }),
    result: Type.Object({ token: Token }),
  }),
  ping: method({
    summary: "Answers the server's time.",
    scope: "session",
    params: exactly({}),
    result: Type.Object({ time: Time }),
  }),
};
