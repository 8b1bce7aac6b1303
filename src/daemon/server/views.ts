/** The daemon's values as the protocol shows them. */
import type { Outcome } from "../../core/outcome.ts";
import { stateOf, type Transaction } from "../../core/transaction.ts";
import { usbNumber } from "../../discovery/sighting.ts";
import type { Alarm } from "../../journal/journal.ts";
import type { EventBody } from "../../protocol/events.ts";
import type { SightingOnWire, TerminalOnWire } from "../../protocol/terminal.ts";
import type { OutcomeOnWire, TransactionOnWire } from "../../protocol/transaction.ts";
import type { LiveDetail, Seen, SightingView, TerminalView } from "../api.ts";
import { adviceOnFence, adviceOnUnknown, type Language } from "./advice.ts";

/** Of a transaction that is told from the journal: as of then, nothing live is known. */
export const NOT_LIVE: LiveDetail = { recovering: false };

export function transactionOnWire({ transaction, live }: Seen, language: Language): TransactionOnWire {
  const { dispatched, outcome, settledAt, contradicted } = transaction;
  return {
    id: transaction.id,
    pos: transaction.pos,
    requestId: transaction.requestId,
    terminal: transaction.terminal,
    operation: transaction.operation,
    state: stateOf(transaction),
    ...(live.recovering ? { recovering: true } : {}),
    ...(transaction.cancelRequested ? { cancelRequested: true } : {}),
    ...(live.progress === undefined || outcome !== undefined ? {} : { progress: live.progress }),
    ...(outcome === undefined ? {} : { outcome: outcomeOnWire(outcome, live, language) }),
    ...(contradicted === undefined ? {} : { contradicted: { evidence: contradicted.evidence } }),
    acknowledged: isAcknowledged(transaction),
    createdAt: transaction.createdAt,
    ...(dispatched === undefined ? {} : { dispatchedAt: dispatched.at, deadline: dispatched.deadline }),
    ...(settledAt === undefined ? {} : { settledAt }),
    ...(live.queuePosition === undefined ? {} : { queuePosition: live.queuePosition }),
  };
}

function outcomeOnWire(outcome: Outcome, live: LiveDetail, language: Language): OutcomeOnWire {
  if (outcome.kind !== "unknown") return outcome;
  const code = live.personNeeded === true ? "askOperator" : outcome.advice;
  return { ...outcome, advice: adviceOnUnknown(code, language) };
}

function isAcknowledged({ outcome, acknowledgedRevision }: Transaction): boolean {
  return outcome !== undefined && acknowledgedRevision >= outcome.revision;
}

export function terminalOnWire({ fence, lastSeen, ...terminal }: TerminalView, language: Language): TerminalOnWire {
  const { link, device: _device, linkWorks: _works, clock: _clock, ...known } = terminal;
  const { turnedAway, linkFault, lacksSetting, ...rest } = known;
  const reason = turnedAway?.kind ?? linkFault?.kind ?? (lacksSetting === undefined ? undefined : "settingLacks");
  const { type, ...medium } = link;
  return {
    ...rest,
    ...(reason === undefined ? {} : { reason }),
    link: { ...medium, type: typeof type === "string" ? type : "unknown" },
    ...(fence === undefined
      ? {}
      : { fence: { ...fence, advice: adviceOnFence(terminal.state === "recovering", language) } }),
    lastSeen: lastSeen ?? null,
  };
}

export function sightingOnWire({ sighting, ...view }: SightingView): SightingOnWire {
  if (sighting.kind === "mdns") {
    const { isOnLink: _isOnLink, ...seen } = sighting;
    return { ...seen, ...view };
  }
  if (sighting.kind === "account") return { ...sighting, ...view };
  const { usb, ...seen } = sighting;
  if (usb === undefined) return { ...seen, ...view };
  const { vendorId, productId, ...told } = usb;
  return { ...seen, ...told, vendorId: usbNumber(vendorId), productId: usbNumber(productId), ...view };
}

export function alarmOnWire(alarm: Alarm): Extract<EventBody, { type: "alarm" }> {
  return { type: "alarm", ...alarm };
}
