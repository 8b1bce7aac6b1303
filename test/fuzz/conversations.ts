import { TILL_TOKEN } from "../support/protocol-server.ts";

export const call = (method: string, params?: object, id: unknown = 1) =>
  JSON.stringify({ jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) });
export const SALE = {
  terminal: "counter-1",
  requestId: "r1",
  operation: { type: "sale", amount: { value: 1250, currency: "EUR" } },
};
/** As POS programs and technicians have them: a request for each method. */
export const CONVERSATIONS: readonly (readonly string[])[] = [
  [call("ping"), call("terminals.list"), "[]", "{", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}'],
  [
    call("transactions.start", SALE),
    call("transactions.start", { ...SALE, until: "settled" }, 2),
    call("transactions.cancel", { requestId: "r1" }, 3),
  ],
  [
    call("transactions.start", {
      ...SALE,
      operation: { ...SALE.operation, reference: "A1", options: { print: true, timeoutSeconds: 30 } },
    }),
    call("transactions.get", { transaction: "T1" }, "two"),
    call("transactions.acknowledge", { transaction: "T1", revision: 1 }, 3),
    call("transactions.timeline", { requestId: "r1" }, 4),
    call("transactions.list", { limit: 5, outcome: ["unknown"], from: "2026-01-02T03:04:05Z" }, 5),
  ],
  [
    call("pos.add", { pos: "till-9", scopes: ["pay"], limits: [{ operation: "sale", currency: "EUR", each: 1000 }] }),
    call("pos.list", {}, 2),
    call("pos.revoke", { pos: "till-9" }, 3),
    call("secrets.set", { name: "one", value: "two" }, 4),
    call("secrets.list", {}, 5),
    call("events.subscribe", { all: true }, 6),
    call("diagnostics.health", {}, 7),
    call("diagnostics.trace", { enable: true }, 8),
  ],
  [
    call("terminals.add", {
      terminal: "counter-2",
      vendor: "acme",
      link: { type: "tcp", host: "127.0.0.1", port: 7000 },
    }),
    call("terminals.poll", { terminal: "counter-1" }, 2),
    call("terminals.pair", { terminal: "counter-1", code: "123456" }, 3),
    call("reports.run", { terminal: "counter-1", report: "totals" }, 4),
    call("device.display", { terminal: "counter-1", text: "hello" }, 5),
    call("discovery.scan", { seconds: 1 }, 6),
    call("vendors.list", {}, 7),
  ],
  [
    call("transactions.resolve", { transaction: "T1", outcome: { kind: "declined" }, operator: "ana", reason: "seen" }),
    call("transactions.answer", { transaction: "T1", prompt: "P1", value: "yes" }, 2),
    call("session.open", { protocol: 1, pos: "till-1", token: TILL_TOKEN }, 3),
    call("session.pair", { pos: "till-1", code: "ABCD1234" }, 4),
  ],
];
