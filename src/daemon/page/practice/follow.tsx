import { useEffect, useState } from "preact/hooks";
import type { TransactionOnWire } from "../../../protocol/transaction.ts";
import { announce } from "../announcing.ts";
import { Badge } from "../parts.tsx";
import { operationText, stageText, toneOfPayment } from "../payments/payment-text.ts";
import { hashOf } from "../routes.ts";
import { useLive } from "../use-live.ts";
import type { OpenTransaction, ViewProps } from "../view.ts";
import { acknowledgeOwn } from "./own-payment.ts";
import { PRACTICE_WORDS } from "./words.ts";

/** The present state of one transaction, as it goes on and over lost connections. */
export function useTransaction(session: ViewProps["session"], first: TransactionOnWire): OpenTransaction {
  const [known, setKnown] = useState(first);
  const open = useLive(session.open).find(({ id }) => id === first.id);
  const opened = useLive(session.opened);
  useEffect(() => {
    setKnown(first);
    const stop = session.listen((event) => {
      if ("transaction" in event && typeof event.transaction === "object" && event.transaction.id === first.id)
        setKnown(event.transaction);
    });
    // What happened before somebody listened; where this fails, the next session asks again.
    session.ask("transactions.get", { transaction: first.id }).then(
      (answer) => setKnown(answer.transaction),
      () => undefined,
    );
    return stop;
  }, [session, first.id, opened]);
  return known.outcome === undefined ? (open ?? known) : known;
}

/** One payment of this page, step by step, to its end. */
export function Follow(props: ViewProps & { readonly first: TransactionOnWire; readonly under: string }) {
  const { session, words, language, first, under } = props;
  const own = PRACTICE_WORDS[language];
  const transaction = useTransaction(session, first);
  const { outcome, progress } = transaction;
  const text = stageText(transaction, words);
  useEffect(() => {
    announce(text);
    // It is told again with the next session where this fails.
    acknowledgeOwn(session, transaction).catch(() => undefined);
  }, [text]);
  return (
    <div class="panel followed" data-outcome={outcome?.kind}>
      <p class="row-title">{operationText(transaction.operation, words, language)}</p>
      <Badge tone={toneOfPayment(transaction)}>{text}</Badge>
      {outcome === undefined ? <p>{under}</p> : null}
      {progress?.text === undefined || outcome !== undefined ? null : <q class="muted">{progress.text}</q>}
      {outcome?.kind === "unknown" ? <p>{outcome.advice.text}</p> : null}
      <a href={hashOf({ kind: "transaction", transaction: transaction.id })}>{own.timeline}</a>
    </div>
  );
}
