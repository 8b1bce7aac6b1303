import type { JsonObject } from "../core/json.ts";
import type { SchemaFault } from "../core/schema.ts";
import type { Medium } from "./terminal/medium.ts";

/** A terminal's `link`, checked and bound to its medium; or what is wrong with it. */
export type BoundLink =
  | { readonly kind: "bound"; readonly address: JsonObject; readonly medium: Medium }
  | { readonly kind: "faulty"; readonly faults: readonly SchemaFault[] };
