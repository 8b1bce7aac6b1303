import { NAME_PATTERN, Type } from "../core/schema.ts";
import { exactly, PosName, ScopeName, TerminalId, Time } from "./fields.ts";
import { method } from "./method.ts";
import { PosLimits, SigningKey } from "./pos.ts";

const SecretName = Type.String({
  pattern: NAME_PATTERN,
  description: 'The name that a setting refers to as {"secret": NAME}',
});

/** What an administrator says of a POS. */
const posSettings = {
  scopes: Type.Optional(Type.Array(ScopeName, { minItems: 1, maxItems: 8, uniqueItems: true })),
  shared: Type.Optional(Type.Boolean({ description: "Several installations may use the name at the same time" })),
  limits: Type.Optional(PosLimits),
  signingKey: Type.Optional(
    Type.Union([SigningKey, Type.Null()], { description: "null takes it away; left out, it stays as it is" }),
  ),
  lan: Type.Optional(Type.Boolean({ description: "It may connect from other machines of the shop" })),
};

export const administrationMethods = {
  "pos.add": method({
    summary:
      "Makes a POS known, or lets a known one pair anew: answers a pairing code, or with `token: true` a token at once.",
    scope: "admin",
    params: exactly({
      pos: PosName,
      token: Type.Optional(Type.Boolean()),
      ...posSettings,
    }),
    result: Type.Object({
      pos: PosName,
      code: Type.Optional(Type.String({ description: "8 characters, good for 2 minutes and once" })),
      codeGoodFrom: Type.Optional(
        Type.String({
          format: "date-time",
          description: "Only after too many wrong tries: until then no code of this POS is taken",
        }),
      ),
      expiresAt: Type.Optional(Time),
      token: Type.Optional(Type.String()),
    }),
  }),
  "pos.list": method({
    summary: "The POS programs that are known.",
    scope: "admin",
    params: exactly({}),
    result: Type.Object({
      pos: Type.Array(
        Type.Object({
          pos: PosName,
          scopes: Type.Array(ScopeName),
          shared: Type.Boolean(),
          createdAt: Time,
          paired: Type.Boolean({ description: "It has a token" }),
          origin: Type.Optional(Type.String({ description: "The browser's Origin that the token is bound to" })),
          limits: Type.Optional(PosLimits),
          signingKey: Type.Optional(SigningKey),
          lan: Type.Optional(Type.Boolean({ description: "It may connect from other machines of the shop" })),
          sessions: Type.Integer({ minimum: 0, description: "Open now" }),
        }),
      ),
      unreadable: Type.Optional(
        Type.Array(
          Type.Object({
            place: Type.Integer({ minimum: 1, description: "Where it stands in data/pos.json" }),
            pos: Type.Optional(PosName),
            why: Type.String(),
          }),
          { description: "Kept, but damaged: they are not let in until somebody mends or revokes them" },
        ),
      ),
    }),
  }),
  "pos.update": method({
    summary: "Changes what is said of a known POS; the rest stays, its token as well. It counts at once.",
    scope: "admin",
    params: exactly({ pos: PosName, ...posSettings }),
    result: Type.Object({}),
  }),
  "pos.revoke": method({
    summary: "Takes a POS's token away and closes its sockets. Its transactions stay.",
    scope: "admin",
    params: exactly({ pos: PosName }),
    result: Type.Object({}),
  }),
  "secrets.set": method({
    summary: "Stores a secret. It never comes back.",
    scope: "admin",
    params: exactly({ name: SecretName, value: Type.String({ minLength: 1, maxLength: 16_384 }) }),
    result: Type.Object({}),
  }),
  "secrets.list": method({
    summary: "The names of the secrets.",
    scope: "admin",
    params: exactly({}),
    result: Type.Object({ secrets: Type.Array(Type.String()) }),
  }),
  "secrets.remove": method({
    summary: "Forgets a secret.",
    scope: "admin",
    params: exactly({ name: SecretName }),
    result: Type.Object({}),
  }),
  "callbacks.list": method({
    summary: "Where vendors' servers and terminals can call this house: what is pasted into the vendors' own pages.",
    scope: "admin",
    params: exactly({}),
    result: Type.Object({
      callbacks: Type.Array(
        Type.Object({
          vendor: Type.String(),
          url: Type.String({ description: "Whoever knows it may call: it is a secret" }),
          terminals: Type.Array(TerminalId, { description: "Whose account it is" }),
        }),
      ),
    }),
  }),
  "certificate.reload": method({
    summary:
      "Takes the certificate as it lies in the home folder now: opens wss, goes on with the next one, or closes it.",
    scope: "admin",
    params: exactly({}),
    result: Type.Object({
      url: Type.Optional(
        Type.String({ description: "wss://localhost:8456/v1; absent where no certificate is installed" }),
      ),
      notAfter: Type.Optional(Time),
    }),
  }),
  "events.subscribe": method({
    summary: "From now on the live events of every POS come to this socket too, not kept.",
    scope: "admin",
    params: exactly({ all: Type.Literal(true) }),
    result: Type.Object({}),
  }),
};
