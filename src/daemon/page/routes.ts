/** Where somebody is on the page. It stands in the address behind `#`, so that a place can be kept and gone back to. */
export type Route =
  | { readonly kind: Exclude<RouteKind, "terminal" | "transaction"> }
  | { readonly kind: "terminal"; readonly terminal: string }
  | { readonly kind: "transaction"; readonly transaction: string };

/** In the order of the navigation. */
export const PLACES = [
  "start",
  "terminals",
  "payments",
  "history",
  "doubts",
  "alarms",
  "discovery",
  "pos",
  "practice",
  "doctor",
  "trace",
  "day",
] as const;
export type Place = (typeof PLACES)[number];
export type RouteKind = Place | "terminal" | "transaction";

/** The place of an address's `#...`; the start where it names none. */
export function routeOf(hash: string): Route {
  const [place = "", id = ""] = hash.replace(/^#\/?/, "").split("/", 2).map(decoded);
  if (place === "terminal" && id !== "") return { kind: "terminal", terminal: id };
  if (place === "transaction" && id !== "") return { kind: "transaction", transaction: id };
  const kind = PLACES.find((each) => each === place);
  return { kind: kind ?? "start" };
}

export function hashOf(route: Route): string {
  switch (route.kind) {
    case "start":
      return "#/";
    case "terminal":
      return `#/terminal/${encodeURIComponent(route.terminal)}`;
    case "transaction":
      return `#/transaction/${encodeURIComponent(route.transaction)}`;
    case "terminals":
    case "payments":
    case "doubts":
    case "alarms":
    case "discovery":
    case "pos":
    case "practice":
    case "doctor":
    case "trace":
    case "day":
    case "history":
      return `#/${route.kind}`;
  }
}

/** What cannot be decoded names nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
