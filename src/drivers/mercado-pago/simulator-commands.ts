/** What can be asked, by method and path (mercado-pago.md 1.1, 2 to 5, 8). */
const ROUTES = [
  ["createOrder", "POST", "/v1/orders"],
  ["searchOrders", "GET", "/v1/orders"],
  ["getOrder", "GET", "/v1/orders/:id"],
  ["cancelOrder", "POST", "/v1/orders/:id/cancel"],
  ["refundOrder", "POST", "/v1/orders/:id/refund"],
  ["simulateEvent", "POST", "/v1/orders/:id/events"],
  ["getPayment", "GET", "/v1/payments/:id"],
  ["listTerminals", "GET", "/terminals/v1/list"],
  ["setupTerminal", "PATCH", "/terminals/v1/setup"],
  ["createAction", "POST", "/terminals/v1/actions"],
  ["getAction", "GET", "/terminals/v1/actions/:id"],
  ["cancelAction", "POST", "/terminals/v1/actions/:id/cancel"],
  ["token", "POST", "/oauth/token"],
  ["listDevices", "GET", "/point/integration-api/devices"],
  ["setDevice", "PATCH", "/point/integration-api/devices/:device"],
  ["createIntent", "POST", "/point/integration-api/devices/:device/payment-intents"],
  ["cancelIntent", "DELETE", "/point/integration-api/devices/:device/payment-intents/:id"],
  ["listIntentEvents", "GET", "/point/integration-api/payment-intents/events"],
  ["getIntent", "GET", "/point/integration-api/payment-intents/:id"],
  ["intentEvents", "GET", "/point/integration-api/payment-intents/:id/events"],
  ["refundIntent", "POST", "/point/integration-api/devices/:device/refund"],
  ["getRefundIntent", "GET", "/point/integration-api/refund/:id"],
  ["cancelRefundIntent", "DELETE", "/point/integration-api/devices/:device/refund/:id"],
] as const;

export type CommandName = (typeof ROUTES)[number][0];
export const COMMAND_NAMES: readonly CommandName[] = ROUTES.map(([name]) => name);

/** The older generation tells its errors in another form. */
export function isLegacyPath(path: string): boolean {
  return path.startsWith("/point/") || path.startsWith("/v1/payments/");
}

/** Without an `X-Idempotency-Key` these are refused (mercado-pago.md 1). */
const KEYED: ReadonlySet<CommandName> = new Set<CommandName>([
  "createOrder",
  "cancelOrder",
  "refundOrder",
  "createAction",
]);
export function needsKey(command: CommandName): boolean {
  return KEYED.has(command);
}

/** A path that was found, and what stands in it; empty where it has none. */
export type Route = {
  readonly command: CommandName;
  readonly id: string;
  readonly device: string;
  readonly query: Query;
};
export type Query = ReadonlyMap<string, string>;

export type Found = Route | "noSuchPath" | "otherMethod";

const SEGMENTS = ROUTES.map(([command, method, path]) => ({ command, method, segments: path.split("/") }));

export function routeOf(method: string, target: string): Found {
  const { path, query } = parted(target);
  const given = path.split("/");
  const fitting = SEGMENTS.filter(
    ({ segments }) =>
      segments.length === given.length &&
      segments.every((segment, index) => segment.startsWith(":") || segment === given[index]),
  );
  const route = fitting.find((candidate) => candidate.method === method);
  if (route === undefined) return fitting.length === 0 ? "noSuchPath" : "otherMethod";
  const named = (name: string): string => decoded(given[route.segments.indexOf(name)] ?? "");
  return { command: route.command, id: named(":id"), device: named(":device"), query };
}

function parted(target: string): { readonly path: string; readonly query: Query } {
  const mark = target.indexOf("?");
  if (mark < 0) return { path: target, query: new Map() };
  return { path: target.slice(0, mark), query: fieldsIn(target.slice(mark + 1)) };
}

/** `a=1&b=2`, in a query or as a form. */
export function fieldsIn(text: string): Query {
  const pairs = text.split("&").filter((pair) => pair !== "");
  return new Map(
    pairs.map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [decoded(name), decoded(value.join("="))] as const;
    }),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
