import type { HttpConnection } from "./http-connection.ts";
import type { StreamConnection } from "./stream-connection.ts";

/** What a terminal's messages leave through. */
export type Outlet<Message> =
  | { readonly kind: "stream"; readonly connection: StreamConnection<Message> }
  | { readonly kind: "http"; readonly connection: HttpConnection<Message> };
