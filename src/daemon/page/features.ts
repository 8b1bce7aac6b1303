import type { RouteKind } from "./routes.ts";
import type { View } from "./component.ts";

/**
 * The views that are not in the first load: each is a file of its own, loaded when somebody goes there. A place without a view
 * is not in the navigation.
 */
export const FEATURES: Readonly<Partial<Record<RouteKind, () => Promise<View>>>> = {
  transaction: async () => (await import("./transaction/transaction.tsx")).TransactionView,
  history: async () => (await import("./transaction/history.tsx")).HistoryView,
  discovery: async () => (await import("./discovery/discovery.tsx")).DiscoveryView,
  pos: async () => (await import("./pairing/pairing.tsx")).PairingView,
  practice: async () => (await import("./practice/practice.tsx")).PracticeView,
  doctor: async () => (await import("./doctor/doctor.tsx")).DoctorView,
  trace: async () => (await import("./trace/trace.tsx")).TraceView,
  day: async () => (await import("./day/day.tsx")).DayView,
};
