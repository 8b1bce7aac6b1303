import { useState } from "preact/hooks";
import type { TransactionOnWire } from "../../../protocol/transaction.ts";
import { Dialog } from "../dialog.tsx";
import { faultText } from "../fault-text.ts";
import { amountIn } from "../language.ts";
import { Fault } from "../parts.tsx";
import { useLive } from "../use-live.ts";
import type { ViewProps } from "../view.ts";
import { Follow } from "./follow.tsx";
import { begin, lookFor, wayBack, type OwnPayment } from "./own-payment.ts";
import { PRACTICE_WORDS } from "./words.ts";

/** Offers to give back what a real test payment has charged. */
export function GiveBack(props: ViewProps & { readonly transaction: TransactionOnWire }) {
  const { session, words, language, transaction } = props;
  const own = PRACTICE_WORDS[language];
  const terminal = useLive(session.terminals).find(({ id }) => id === transaction.terminal);
  const way = wayBack(transaction, terminal?.capabilities);
  const [asking, setAsking] = useState(false);
  const [working, setWorking] = useState(false);
  const [back, setBack] = useState<OwnPayment>();
  const [fault, setFault] = useState<string>();
  if (way === undefined) return null;
  const { outcome, operation, terminal: id } = transaction;
  const moved = outcome?.kind === "approved" ? (outcome.amounts?.approved ?? operation.amount) : undefined;
  const amount = moved === undefined ? "" : amountIn(language, moved);
  const work = async (asked: () => Promise<OwnPayment>) => {
    setWorking(true);
    setFault(undefined);
    try {
      setBack(await asked());
      setAsking(false);
    } catch (error) {
      setFault(faultText(error, words));
    } finally {
      setWorking(false);
    }
  };
  if (back?.kind === "stored") {
    return (
      <section>
        <h3>{own.giveBack.done}</h3>
        <Follow {...props} first={back.transaction} under={own.giveBack.running} />
      </section>
    );
  }
  if (back?.kind === "notKnown") {
    return (
      <div class="matter matter-warning">
        <p>{own.lostTrack}</p>
        <button type="button" onClick={() => !working && void work(() => lookFor(session, back))}>
          {own.lookAgain}
        </button>
      </div>
    );
  }
  return (
    <div class="matter matter-warning">
      <div>
        <p class="matter-text">{own.giveBack.hint}</p>
        {way === "none" ? <p>{own.giveBack.cannot}</p> : null}
        {back?.kind === "notBegun" ? <p>{own.notBegun}</p> : null}
      </div>
      {way === "none" ? null : (
        <button type="button" onClick={() => setAsking(true)}>
          {own.giveBack.offer} ({way === "void" ? own.giveBack.asVoid : own.giveBack.asRefund})
        </button>
      )}
      {asking && way !== "none" ? (
        <Dialog title={own.giveBack.question(amount, terminal?.name ?? id)} closed={() => setAsking(false)}>
          <Fault text={fault} />
          <div class="actions">
            <button type="button" onClick={() => setAsking(false)}>
              {words.payments.keep}
            </button>
            <button
              type="button"
              class="primary"
              aria-disabled={working}
              onClick={() =>
                !working &&
                void work(() => begin(session, id, { type: way, original: { transaction: transaction.id } }))
              }
            >
              {own.giveBack.confirm}
            </button>
          </div>
        </Dialog>
      ) : null}
    </div>
  );
}
