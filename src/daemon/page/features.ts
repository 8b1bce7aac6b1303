import type { Place, RouteKind } from "./routes.ts";
import type { View } from "./view.ts";

/**
 * The views that are not in the first load: each is a file of its own, loaded when somebody goes there. A place without a view
 * is not in the navigation.
 */
export const FEATURES: Readonly<Partial<Record<RouteKind, () => Promise<View>>>> = {};

/** In the order of the navigation. */
export const NAVIGATION: readonly Place[] = [
  "start",
  "terminals",
  "payments",
  "doubts",
  "alarms",
  "discovery",
  "pos",
  "practice",
  "doctor",
  "trace",
  "day",
];
