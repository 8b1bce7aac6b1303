import { AlarmsView } from "../alarms/alarms.tsx";
import { DoubtsView } from "../doubts/doubts.tsx";
import { PaymentsView } from "../payments/payments.tsx";
import type { RouteKind } from "../routes.ts";
import { StartView } from "../start/start.tsx";
import { TerminalView } from "../terminals/terminal.tsx";
import { TerminalsView } from "../terminals/terminals.tsx";
import type { View } from "../component.ts";

/** The views of the first load: what is looked at when something is wrong at the counter. */
export const OWN_VIEWS: Readonly<Partial<Record<RouteKind, View>>> = {
  start: StartView,
  terminals: TerminalsView,
  terminal: TerminalView,
  payments: PaymentsView,
  doubts: DoubtsView,
  alarms: AlarmsView,
};
