import type { AccountTerminal, Effect } from "../driver.ts";
import type { CloudRequest, ListedTerminal, MercadoPagoMessage } from "./messages.ts";
import type { MercadoPagoSettings } from "./settings.ts";

/** Who wants to know: a terminal's device machine, or whoever works for this transaction there. */
export type Waiter = { readonly device: string; readonly ticket?: string };

type Sent = Effect<MercadoPagoMessage>;

const MOST_OTHERS = 8;

export function listQuestion({ api }: MercadoPagoSettings, offset: number): CloudRequest {
  return { kind: api === "intents" ? "listDevices" : "listTerminals", offset };
}

const tell = ({ device, ticket }: Waiter, message: MercadoPagoMessage): Sent => ({
  kind: "tell",
  to: ticket === undefined ? { kind: "device", device } : { kind: "ticket", ticket },
  message,
});

export function terminalTold(waiter: Waiter, known: readonly ListedTerminal[], user: string | undefined): Sent {
  const terminal = known.find(({ id }) => id === waiter.device);
  return tell(waiter, {
    kind: "terminalTold",
    ...(terminal === undefined ? {} : { terminal }),
    ...(user === undefined ? {} : { user }),
    others: known.slice(0, MOST_OTHERS).map(({ id }) => id),
  });
}

export const notTold = (waiter: Waiter, why: string): Sent => tell(waiter, { kind: "terminalNotTold", why });

export function accountTerminals(known: readonly ListedTerminal[]): readonly AccountTerminal[] {
  return known.map((terminal) => {
    const { id, externalPos } = terminal;
    const [model] = id.split("__");
    const fault = terminalFault(terminal);
    return {
      device: id,
      name: externalPos ?? id,
      ...(model === undefined ? {} : { model }),
      state: fault ?? "takes orders",
      settings: { terminalId: id },
    };
  });
}

/** Why a terminal takes no orders, and what has to be done; undefined where it does (mercado-pago.md 2). */
export function terminalFault({ mode, pos, store }: ListedTerminal): string | undefined {
  if (pos === undefined || store === undefined) {
    return "it belongs to no store and cash register: link it to one in the seller's Mercado Pago app, then pair it here";
  }
  if (mode === "PDV") return undefined;
  return `it works alone (${mode}): pair it here (\`tillbridge terminals pair ID\`), which switches it to PDV, then restart it`;
}
