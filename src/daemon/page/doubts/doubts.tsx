import { useState } from "preact/hooks";
import { Badge, Empty, Title } from "../parts.tsx";
import { operationText, stageText, toneOfPayment } from "../payments/payment-text.ts";
import { hashOf } from "../routes.ts";
import { isInDoubt } from "../session/open-list.ts";
import { clockTime } from "../times.ts";
import { toneOf } from "../tones.ts";
import { useLive } from "../use-live.ts";
import { useNow } from "../use-now.ts";
import type { OpenTransaction, ViewProps } from "../view.ts";
import { LiftFence } from "./lift-fence.tsx";
import { Resolve } from "./resolve.tsx";

/** Payments of which somebody has to find out how they ended, and terminals that wait for it. */
export function DoubtsView(props: ViewProps) {
  const { session, words } = props;
  const doubts = useLive(session.open).filter(isInDoubt);
  const told = new Set(doubts.map(({ id }) => id));
  const fenced = useLive(session.terminals).filter(({ fence }) => fence !== undefined && !told.has(fence.transaction));
  return (
    <>
      <Title>{words.places.doubts}</Title>
      {doubts.length === 0 ? (
        <Empty title={words.doubts.none}>{words.doubts.noneHint}</Empty>
      ) : (
        <>
          <p class="lead">{words.doubts.intro}</p>
          {doubts.map((doubt) => (
            <Doubt key={doubt.id} {...props} doubt={doubt} />
          ))}
        </>
      )}
      {fenced.length === 0 ? null : (
        <section class="panel">
          <h2>{words.doubts.fenceOnly}</h2>
          <ul class="rows">
            {fenced.map((terminal) => (
              <li key={terminal.id} class="row">
                <a class="row-title" href={hashOf({ kind: "terminal", terminal: terminal.id })}>
                  {terminal.name ?? terminal.id}
                </a>
                <Badge tone={toneOf(terminal.state)}>{words.states[terminal.state]}</Badge>
                <LiftFence {...props} terminal={terminal} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Doubt({ doubt, ...props }: ViewProps & { readonly doubt: OpenTransaction }) {
  const { session, words, language } = props;
  const [isResolving, setResolving] = useState(false);
  const terminal = useLive(session.terminals).find(({ id }) => id === doubt.terminal);
  const nowMs = useNow(60_000);
  const { id, operation, pos, createdAt, recovering, contradicted, outcome } = doubt;
  const name = terminal?.name ?? doubt.terminal;
  const advice = outcome?.kind === "unknown" ? outcome.advice.text : undefined;
  return (
    <article class="panel doubt" aria-labelledby={`doubt-${id}`}>
      <header class="doubt-head">
        <h2 id={`doubt-${id}`}>{operationText(operation, words, language)}</h2>
        <Badge tone={toneOfPayment(doubt)}>{stageText(doubt, words)}</Badge>
      </header>
      <p class="muted">
        <a href={hashOf({ kind: "terminal", terminal: doubt.terminal })}>{name}</a> · {pos} ·{" "}
        <time dateTime={createdAt}>{clockTime(createdAt, nowMs, language)}</time>
        {operation.reference === undefined ? "" : ` · ${words.payments.reference} ${operation.reference}`}
      </p>
      <p>
        {contradicted === undefined
          ? recovering === true
            ? words.doubts.asking
            : words.doubts.person
          : words.doubts.contradicted(contradicted.evidence)}
      </p>
      {advice === undefined ? null : <p>{advice}</p>}
      <h3>{words.doubts.steps}</h3>
      <ol class="steps">
        <li>{words.doubts.stepLook(name)}</li>
        <li>{words.doubts.stepAsk}</li>
        <li>{words.doubts.stepDecide}</li>
      </ol>
      <div class="actions actions-start">
        <button type="button" class="primary" onClick={() => setResolving(true)}>
          {words.doubts.resolve}
        </button>
        {terminal?.fence?.transaction === id ? <LiftFence {...props} terminal={terminal} /> : null}
        <a class="button" href={hashOf({ kind: "transaction", transaction: id })}>
          {words.payments.timeline}
        </a>
      </div>
      {isResolving ? <Resolve {...props} transaction={doubt} closed={() => setResolving(false)} /> : null}
    </article>
  );
}
