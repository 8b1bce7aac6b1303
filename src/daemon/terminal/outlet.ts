import { assert } from "../../core/assert.ts";
import type { HttpConnection } from "./http-connection.ts";
import type { StreamConnection } from "./stream-connection.ts";

/** What a terminal's messages leave through. */
export type Outlet<Message> =
  { readonly kind: "stream"; readonly connection: StreamConnection<Message> } | HttpOutlet<Message>;

type HttpOutlet<Message> = {
  readonly kind: "http";
  readonly connection: HttpConnection<Message>;
  /** To the servers of its account, where the terminal itself is reached by another link. */
  readonly account?: HttpConnection<Message>;
};

/** Where an exchange goes: to the terminal, or to the account beside it. */
export function connectionOf<Message>(
  { connection, account }: HttpOutlet<Message>,
  via: "account" | undefined,
): HttpConnection<Message> {
  if (via === undefined) return connection;
  assert(account !== undefined, "a driver asked an account that its settings do not name");
  return account;
}
