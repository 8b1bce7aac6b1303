import { useState } from "preact/hooks";
import { announce } from "../announcing.ts";
import { Dialog } from "../dialog.tsx";
import { faultText } from "../fault-text.ts";
import { Fault } from "../parts.tsx";
import type { OpenTransaction, ViewProps } from "../view.ts";
import { operationText } from "./payment-text.ts";

/** Asks for a payment to be canceled, after a question: somebody may be holding a card. */
export function Cancel({ session, words, language, payment }: ViewProps & { readonly payment: OpenTransaction }) {
  const [asking, setAsking] = useState(false);
  const [working, setWorking] = useState(false);
  const [fault, setFault] = useState<string>();
  if (payment.cancelRequested === true) return <p class="muted">{words.payments.cancelAsked}</p>;
  const cancel = async () => {
    setWorking(true);
    setFault(undefined);
    try {
      await session.ask("transactions.cancel", { transaction: payment.id });
      announce(words.payments.cancelAsked);
      setAsking(false);
    } catch (error) {
      setFault(faultText(error, words));
    } finally {
      setWorking(false);
    }
  };
  const what = operationText(payment.operation, words, language);
  return (
    <>
      <button
        type="button"
        class="small"
        aria-label={`${words.payments.cancel}: ${what}`}
        onClick={() => setAsking(true)}
      >
        {words.payments.cancel}
      </button>
      {asking ? (
        <Dialog title={words.payments.cancelQuestion(what, payment.terminal)} closed={() => setAsking(false)}>
          <p>{words.payments.cancelHint}</p>
          <Fault text={fault} />
          <div class="actions">
            <button type="button" onClick={() => setAsking(false)}>
              {words.payments.keep}
            </button>
            <button type="button" class="danger" aria-disabled={working} onClick={() => !working && void cancel()}>
              {working ? words.payments.canceling : words.payments.cancelConfirm}
            </button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
