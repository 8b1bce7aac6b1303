import { assert } from "../../core/assert.ts";
import type { OpenExchange } from "./http-connection.ts";
import type { OpenLink } from "./stream-connection.ts";

/** A terminal's link, bound to its address. */
export type Medium = {
  /** Before each new link, where its place has to be looked up first. */
  readonly choose?: () => Promise<void>;
} & ({ readonly kind: "stream"; readonly open: OpenLink } | { readonly kind: "http"; readonly open: OpenExchange });

type Stream = Extract<Medium, { kind: "stream" }>;
type Exchanges = Extract<Medium, { kind: "http" }>;

/** Opens whatever is current when it is asked to. */
export function mediumFollowing(kind: Medium["kind"], current: () => Medium): Stream | Exchanges {
  return kind === "http"
    ? { kind, open: (...asked) => exchangesOf(current()).open(...asked) }
    : { kind, open: (...asked) => streamOf(current()).open(...asked) };
}

function exchangesOf(medium: Medium): Exchanges {
  assert(medium.kind === "http", "a terminal that is asked by HTTP was found on a byte stream");
  return medium;
}

function streamOf(medium: Medium): Stream {
  assert(medium.kind === "stream", "a terminal on a byte stream was found on HTTP");
  return medium;
}
