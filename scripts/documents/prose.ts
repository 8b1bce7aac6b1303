import type { Scope } from "../../src/core/pos.ts";
import { DEFAULT_PORT, PROTOCOL_PATH, type CloseReason } from "../../src/protocol/version.ts";
import { EXAMPLE } from "./example.ts";

const dialogue = EXAMPLE.map(
  ({ from, message }) => `${from === "client" ? "->" : "<-"} ${JSON.stringify(message)}`,
).join("\n\n");

export const INTRODUCTION = `# The WebSocket protocol, version 1

Generated from \`src/protocol\` by \`npm run docs\`; do not edit. The same as [JSON Schema](tillbridge.schema.json) and as [AsyncAPI](asyncapi.json).

JSON-RPC 2.0 over \`ws://127.0.0.1:${DEFAULT_PORT}${PROTOCOL_PATH}\`: one JSON object in each text message, UTF-8. Times are RFC 3339 in UTC. Money is \`{"value": 1250, "currency": "EUR"}\`:
an integer in minor units of ISO 4217, so 12.50 EUR is 1250, and CLP has none. \`1250.0\` is the integer 1250; fractions, negatives, zero where money must move, a name twice in one object
and currencies that ISO 4217 does not know are refused.

## The golden rule

**If you don't know, ask again with the same \`requestId\`; never with a new one.** After an error, a time-out, a closed socket or a crash, send the same \`transactions.start\` again: it
answers with what is known, or joins the wait.

- An error to a start means that nothing was stored, except \`requestIdReused\` (the id is taken; the stored transaction comes along) and \`timeout\`, \`internal\`, \`shuttingDown\`
  (ask again with the same id).
- Any outcome closes the id. A new attempt of the same sale is a new \`requestId\` with the same \`reference\`.
- \`transactionNotFound\` is no permission to charge, and \`unknown\` is never "failed": show its \`advice\`.
- A \`requestId\` is never used twice in the life of the POS's name, also after a re-installation: take a UUID, not a counter.

## A sale

\`->\` is what the POS sends, \`<-\` what it gets. Other events may come between.

\`\`\`text
${dialogue}
\`\`\`

The acknowledgement tells that the POS has the outcome. Until then it is told again each time that a session is opened, in \`unacknowledged\`.

## Connecting

The server speaks first, with [hello](#hello). Then the POS opens its session; before that only \`session.open\` and \`session.pair\` are answered, and a socket without a session is closed
after 10 seconds. A POS that has no token is paired once: an operator runs \`tillbridge pos add till-1\`, which prints a code of 8 characters for 2 minutes, and the POS fetches its token with
\`session.pair\`. A browser's token is good for its Origin alone, and that Origin has to be in \`server.allowedOrigins\`.

Requests on one socket run side by side; replies come in any order and are matched by \`id\`. A request has an \`id\`; there are no batches. The server sends WebSocket pings and drops a peer
that is silent for 35 seconds. How large, how many and how fast messages may be is told in \`limits\`; what is too much is answered \`tooManyRequests\`, and nothing was done.

## Events and resuming

Kept events are numbered by \`seq\`, for each POS from 1, and survive restarts. Events that are not kept carry the \`seq\` of the last kept one. A POS that opens its session with \`resumeAfter\`
(and the \`journal\` that it knows from \`hello\`) gets the kept events after it behind the reply, then the live ones. \`"resume": "reset"\` says that the POS knows another past: \`open\` and
\`unacknowledged\` are the truth.

The reply to a start comes before the first event of its transaction on that socket; with \`"until": "settled"\` the events come as they happen and the reply is the end. A POS may ignore
every event and work with \`transactions.get\`.

## What changes later

The \`state\` of a transaction and the \`kind\` of an outcome are complete. Every other list may grow, and replies and events may get new fields: ignore what you do not know. Unknown
fields in a request are refused.`;

export const SCOPE_MEANINGS: Readonly<Record<Scope, string>> = {
  status: "to look at terminals and at the POS's own transactions",
  pay: "sales, preauthorizations and what belongs to them; cancel, acknowledge, answer",
  refund: "voids, and refunds that name their original, also one of another POS",
  unreferencedRefund: "refunds without an original",
  settle: "to close the batch",
  resolve: "to decide what is in doubt, and to lift a fence",
  trace: "to see the redacted wire",
  admin: "everything, and the transactions of every POS",
};

export const CLOSE_CODE_MEANINGS: Readonly<Record<CloseReason, string>> = {
  malformed: "three messages were no JSON",
  tooLarge: "a message was too large",
  internal: "the server cannot go on with this socket: connect again",
  restart: "the service ends or starts again: connect again",
  tokenRevoked: "the POS was revoked",
  noSession: "no session was opened in time",
  tooSlow: "the client does not read what it is sent",
  replaced: "the POS has a new token",
};
