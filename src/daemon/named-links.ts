import type { Json, JsonObject } from "../core/json.ts";
import type { LinkKind } from "../drivers/driver.ts";
import type { BoundLink } from "./bound-link.ts";
import { mediumFollowing, type Medium } from "./terminal/medium.ts";

type FoundService =
  | { readonly kind: "found"; readonly host: string; readonly port: number }
  /** For people. */
  | { readonly kind: "notFound"; readonly why: string };

/** A terminal, as it is announced on the network: a printer may have the same name. */
type AnnouncedService = { readonly name: string; readonly vendor: string; readonly type: LinkKind };

/** Where it is now. */
export type FindService = (service: AnnouncedService) => Promise<FoundService>;

type Bind = (address: JsonObject) => BoundLink;

/** Where nobody is: it checks the other fields of an address, and nothing is opened there. */
const NOWHERE = { host: "nowhere.invalid", port: 1 };
const MAX_NAME = 63;

/** A terminal by the name that it announces: where that is, is looked up before each link. */
export function byServiceName(
  mdns: Json,
  rest: JsonObject,
  bind: Bind,
  find: (name: string) => Promise<FoundService>,
): BoundLink {
  if (typeof mdns !== "string" || mdns === "" || mdns.length > MAX_NAME) {
    return { kind: "faulty", faults: [{ field: "link.mdns", why: `must be a name of 1 to ${MAX_NAME} characters` }] };
  }
  const checked = bind({ ...NOWHERE, ...rest });
  if (checked.kind === "faulty") return checked;
  let current = unplaced(checked.medium, "it has not been looked for yet");
  const choose = async (): Promise<void> => {
    const found = await find(mdns);
    const why = found.kind === "found" ? "what is announced there is no address" : found.why;
    const bound = found.kind === "found" ? bind({ ...rest, host: found.host, port: found.port }) : undefined;
    current = bound?.kind === "bound" ? bound.medium : unplaced(checked.medium, why);
  };
  const medium = { ...mediumFollowing(checked.medium.kind, () => current), choose };
  return { kind: "bound", address: { ...rest, mdns }, medium };
}

/** A terminal of which only the serial number is known: where it is, its route has to find. */
export function anywhere(rest: JsonObject, bind: Bind): BoundLink {
  const checked = bind({ ...rest, ...(rest["type"] === "serial" ? { path: NOWHERE.host } : NOWHERE) });
  if (checked.kind === "faulty") return checked;
  return { kind: "bound", address: rest, medium: unplaced(checked.medium, "it has not been found yet") };
}

function unplaced({ kind }: Medium, why: string): Medium {
  const remedy = "Check that it is switched on and in this network; `tillbridge discover` shows what is seen.";
  const open = () => Promise.resolve({ kind: "failed" as const, why, remedy });
  return kind === "http" ? { kind, open } : { kind, open };
}
