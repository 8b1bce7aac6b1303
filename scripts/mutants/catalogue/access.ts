import type { Mutant } from "../mutant.ts";

const ACCESS = "test/daemon/server/access.test.ts";
const ATTEMPTS = "test/daemon/server/attempts.test.ts";
const PAIRING = "test/daemon/server/pairing.test.ts";

/** Who may move money: nobody who was not let in, or is not any more. */
export const accessMutants: readonly Mutant[] = [
  {
    id: "any-token-opens",
    rule: "access",
    breaks: "Every program of the PC is the till: it charges cards with a token that it made up.",
    file: "src/daemon/server/auth.ts",
    find: 'if (!sameToken) return stranger("wrong token");',
    replace: "void sameToken;",
    killedBy: {
      file: "test/daemon/server/session.test.ts",
      name: "a stranger learns nothing: unknown name, wrong token and revoked token are answered alike",
    },
  },
  {
    id: "administrator-from-the-lan",
    rule: "access",
    breaks:
      "The administrator's token was seen once, and from then on any tablet in the shop gives itself every right.",
    file: "src/daemon/server/auth.ts",
    find: 'if (from !== "thisMachine") return notFromLan("the administrator\'s token is good on this machine alone");',
    replace: "",
    killedBy: { file: ACCESS, name: "the administrator's token opens nothing, whatever page it comes from" },
  },
  {
    id: "every-till-from-the-lan",
    rule: "access",
    breaks: "A copied token of the till at the counter takes refunds from a telephone in the shop's Wi-Fi.",
    file: "src/daemon/server/auth.ts",
    find: 'return from === "thisMachine" || record.lan === true;',
    replace: "return true;",
    killedBy: {
      file: ACCESS,
      name: "only those come whom the administrator let in there, and a stranger hears no difference",
    },
  },
  {
    id: "revocation-leaves-sessions",
    rule: "access",
    breaks: "The till was stolen and is revoked, and its open session goes on charging until it is closed.",
    file: "src/daemon/server/administration-handlers.ts",
    find: 'server.sessions.closeAllOf(pos, "tokenRevoked", "an administrator revoked this POS");',
    replace: "",
    killedBy: { file: ACCESS, name: "ends what it listens to: other POS's events do not reach it any more" },
  },
  {
    id: "change-undoes-revocation",
    rule: "access",
    breaks:
      "One technician revokes the stolen till while another one changes its scopes, and its old token is good again.",
    file: "src/daemon/server/administration-handlers.ts",
    find: "asked.server.posTurns(params.pos, () => revokePos(params, asked))",
    replace: "revokePos(params, asked)",
    killedBy: {
      file: PAIRING,
      name: "a POS that is revoked while something of it is being changed stays revoked",
    },
  },
  {
    id: "two-clones-at-once",
    rule: "access",
    breaks: "Two PCs from one disk image are the same till: each acknowledges the other's payments.",
    file: "src/daemon/server/sessions.ts",
    find: "session.installation !== installation",
    replace: "session.installation === installation && false",
    killedBy: { file: ACCESS, name: "is one installation's at a time, also while its session is still being opened" },
  },
  {
    id: "guesses-all-at-once",
    rule: "access",
    breaks: "Whoever guesses sends all guesses at once and waits for none.",
    file: "src/daemon/server/connection.ts",
    find: "client.line.isOver() || attempts.areUsedUp()",
    replace: "client.line.isOver()",
    killedBy: {
      file: ATTEMPTS,
      name: "guesses that are sent all at once are looked at one by one, five of them, and the right one behind them never",
    },
  },
  {
    id: "dead-code-makes-no-lock",
    rule: "access",
    breaks:
      "A program of the PC waits for each new pairing code and guesses at it, as fast as an operator can make codes.",
    file: "src/daemon/server/lockout.ts",
    find: "return deaths < 2 ? 0 :",
    replace: "return deaths < 200 ? 0 :",
    killedBy: {
      file: PAIRING,
      name: "each code that dies doubles the time for which none of the name is taken, also a right new one",
    },
  },
  {
    id: "strangers-lock-names",
    rule: "access",
    breaks: "A web page tries codes of every till's name beforehand, and no till of the shop can be paired.",
    file: "src/daemon/server/pairing.ts",
    find: 'if (offer === undefined) return { kind: "wrong" };',
    replace: 'if (offer === undefined) {\n        lockout.codeDied(pos);\n        return { kind: "wrong" };\n      }',
    killedBy: { file: PAIRING, name: "a name that nobody made a code for cannot be locked beforehand" },
  },
];
