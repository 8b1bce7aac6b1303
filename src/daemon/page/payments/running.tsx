import { isPractice } from "../../../core/practice.ts";
import { Badge } from "../parts.tsx";
import { hashOf } from "../routes.ts";
import { clockTime } from "../times.ts";
import { useNow } from "../use-now.ts";
import type { OpenTransaction, ViewProps } from "../view.ts";
import { isInDoubt } from "../session/open-list.ts";
import { Cancel } from "./cancel.tsx";
import { operationText, stageText, toneOfPayment } from "./payment-text.ts";

/** Payments as they go, step by step. */
export function PaymentList({ payments, ...props }: ViewProps & { readonly payments: readonly OpenTransaction[] }) {
  const nowMs = useNow(1_000);
  return (
    <ul class="rows">
      {payments.map((payment) => (
        <PaymentRow key={payment.id} {...props} payment={payment} nowMs={nowMs} />
      ))}
    </ul>
  );
}

function PaymentRow(props: ViewProps & { readonly payment: OpenTransaction; readonly nowMs: number }) {
  const { payment, words, language, nowMs } = props;
  const { id, operation, terminal, pos, createdAt, progress, endsAtMs, outcome } = payment;
  const secondsLeft = endsAtMs === undefined ? undefined : Math.ceil((endsAtMs - nowMs) / 1_000);
  return (
    <li class="row payment-row">
      <div class="row-main">
        <a class="row-title" href={hashOf({ kind: "transaction", transaction: id })}>
          {operationText(operation, words, language)}
        </a>
        <span class="muted">{operation.reference ?? ""}</span>
      </div>
      <div class="row-state">
        <Badge tone={toneOfPayment(payment)}>{stageText(payment, words)}</Badge>
        {progress?.text === undefined || outcome !== undefined ? null : <q class="muted detail">{progress.text}</q>}
        {secondsLeft === undefined || secondsLeft <= 0 || outcome !== undefined ? null : (
          <span class="muted" aria-live="off">
            {words.payments.timeLeft(secondsLeft)}
          </span>
        )}
      </div>
      <dl class="row-facts">
        <div>
          <dt>{words.payments.terminal}</dt>
          <dd>
            {isPractice(payment) ? (
              words.places.practice
            ) : (
              <a href={hashOf({ kind: "terminal", terminal })}>{terminal}</a>
            )}
          </dd>
        </div>
        <div>
          <dt>{words.payments.pos}</dt>
          <dd>{pos}</dd>
        </div>
        <div>
          <dt>{words.payments.since}</dt>
          <dd>
            <time dateTime={createdAt}>{clockTime(createdAt, nowMs, language)}</time>
          </dd>
        </div>
      </dl>
      {outcome === undefined && !isInDoubt(payment) ? (
        <Cancel {...props} payment={payment} />
      ) : (
        <a class="button small" href={hashOf({ kind: "transaction", transaction: id })}>
          {words.payments.timeline}
        </a>
      )}
    </li>
  );
}
