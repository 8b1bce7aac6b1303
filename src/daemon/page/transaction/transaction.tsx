import { useEffect, useState } from "preact/hooks";
import type { AnswerOf } from "../../../client/calls.ts";
import { RequestRefused } from "../../../client/errors.ts";
import { isPractice } from "../../../core/practice.ts";
import type { TransactionOnWire } from "../../../protocol/transaction.ts";
import { faultText } from "../fault-text.ts";
import { amountIn } from "../language.ts";
import { Badge, Empty, Facts, Fault, Title } from "../parts.tsx";
import { operationText, stageText, toneOfPayment } from "../payments/payment-text.ts";
import { GiveBack } from "../practice/give-back.tsx";
import { hashOf } from "../routes.ts";
import { isInDoubt } from "../session/open-list.ts";
import { clockTime } from "../times.ts";
import { useLive } from "../use-live.ts";
import type { OpenTransaction, ViewProps } from "../view.ts";
import { EvidenceFiles } from "./evidence-files.tsx";
import { TRANSACTION_WORDS } from "./words.ts";

type Timeline = AnswerOf<"transactions.timeline">;
type Loaded =
  | { readonly kind: "found"; readonly transaction: TransactionOnWire; readonly timeline: Timeline }
  | { readonly kind: "gone" };

/** One transaction with everything that is known of it. */
export function TransactionView(props: ViewProps) {
  const { session, words, language, route } = props;
  const own = TRANSACTION_WORDS[language];
  const id = route.kind === "transaction" ? route.transaction : "";
  const { loaded, fault } = useTransaction(props, id);
  const open = useLive(session.open).find((each) => each.id === id);
  if (loaded?.kind !== "found") {
    return (
      <>
        <Title aside={<span class="code">{id}</span>}>{own.title}</Title>
        <Fault text={fault} />
        {loaded?.kind === "gone" ? <Empty title={own.gone}>{own.goneHint}</Empty> : null}
        {loaded === undefined && fault === undefined ? <Empty title={words.shell.loading} /> : null}
      </>
    );
  }
  const { timeline } = loaded;
  const transaction = loaded.transaction.outcome === undefined ? (open ?? loaded.transaction) : loaded.transaction;
  return (
    <>
      <Title>{operationText(transaction.operation, words, language)}</Title>
      <Fault text={fault} />
      <section class="panel" aria-label={words.payments.result} data-ready>
        <Badge tone={toneOfPayment(transaction)}>{stageText(transaction, words)}</Badge>
        {isPractice(transaction) ? <Badge tone="quiet">{own.practice}</Badge> : null}
        {transaction.contradicted === undefined ? null : <p>{transaction.contradicted.evidence}</p>}
        {isInDoubt(transaction) ? (
          <p>
            {own.toDecide} <a href={hashOf({ kind: "doubts" })}>{words.places.doubts}</a>
          </p>
        ) : null}
        <TransactionFacts {...props} transaction={transaction} />
      </section>
      <GiveBack {...props} transaction={transaction} />
      <TimelineList {...props} entries={timeline.entries} />
      <section class="panel" aria-labelledby="evidence">
        <h2 id="evidence">{own.evidence}</h2>
        <p class="muted">{own.evidenceHint}</p>
        <EvidenceFiles {...props} transaction={transaction} timeline={timeline} />
      </section>
    </>
  );
}

function TransactionFacts({ transaction, words, language }: ViewProps & { readonly transaction: OpenTransaction }) {
  const { facts: own, deciders } = TRANSACTION_WORDS[language];
  const { terminal, pos, operation, createdAt, dispatchedAt, settledAt, outcome, requestId, id, acknowledged } =
    transaction;
  const nowMs = Date.now();
  const time = (at: string | undefined) =>
    at === undefined ? undefined : <time dateTime={at}>{clockTime(at, nowMs, language)}</time>;
  const approved = outcome?.kind === "approved" ? outcome : undefined;
  const { card, vendor, decidedBy } = outcome ?? {};
  return (
    <Facts
      facts={[
        [
          words.payments.terminal,
          isPractice(transaction) ? terminal : <a href={hashOf({ kind: "terminal", terminal })}>{terminal}</a>,
        ],
        [words.payments.pos, pos],
        [words.payments.reference, operation.reference],
        [own.created, time(createdAt)],
        [own.sent, time(dispatchedAt)],
        [own.ended, time(settledAt)],
        [own.approved, approved?.amounts === undefined ? undefined : amountIn(language, approved.amounts.approved)],
        [own.tip, approved?.amounts?.tip === undefined ? undefined : amountIn(language, approved.amounts.tip)],
        [own.approvalCode, approved?.approvalCode],
        [own.card, card && [card.brand, card.last4 && `**** ${card.last4}`].filter(Boolean).join(" ")],
        [own.vendorSays, vendor && [vendor.code, vendor.text].filter(Boolean).join(" ")],
        [
          own.decidedBy,
          // What nobody knows is known by nobody, whoever wrote that down.
          decidedBy &&
            outcome?.kind !== "unknown" &&
            [deciders[decidedBy.kind] ?? decidedBy.kind, decidedBy.name].filter(Boolean).join(": "),
        ],
        [own.reason, decidedBy?.reason],
        ...Object.entries(outcome?.terminalReferences ?? {}),
        [own.acknowledged, outcome === undefined ? undefined : acknowledged ? own.yes : own.no],
        [own.id, <span class="code">{id}</span>],
        [own.request, <span class="code">{requestId}</span>],
      ]}
    />
  );
}

function TimelineList({ entries, language }: ViewProps & { readonly entries: Timeline["entries"] }) {
  const own = TRANSACTION_WORDS[language];
  const [isTechnical, setTechnical] = useState(false);
  const nowMs = Date.now();
  return (
    <section class="panel" aria-labelledby="timeline">
      <h2 id="timeline">{own.timeline}</h2>
      <div class="actions actions-start">
        <button type="button" class="small" aria-pressed={isTechnical} onClick={() => setTechnical(!isTechnical)}>
          {own.showTechnical}
        </button>
      </div>
      <ol class="timeline">
        {entries.map(({ at, what, text, detail }, index) => (
          <li key={`${index} ${at}`}>
            <time class="muted" dateTime={at} title={at}>
              {clockTime(at, nowMs, language)}
            </time>
            <div>
              <p>{text ?? what}</p>
              {isTechnical ? (
                <p class="muted code" aria-label={own.technical}>
                  {[what, detail].filter((part) => part !== undefined).join(" · ")}
                </p>
              ) : null}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Loaded anew whenever something happens to it, and with each new session. */
function useTransaction({ session, words }: ViewProps, id: string) {
  const opened = useLive(session.opened);
  const [loaded, setLoaded] = useState<Loaded>();
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    if (opened === 0) return undefined;
    let isWanted = true;
    const load = async () => {
      try {
        const [{ transaction }, timeline] = await Promise.all([
          session.ask("transactions.get", { transaction: id }),
          session.ask("transactions.timeline", { transaction: id }),
        ]);
        if (!isWanted) return;
        setLoaded({ kind: "found", transaction, timeline });
        setFault(undefined);
      } catch (error) {
        if (!isWanted) return;
        if (error instanceof RequestRefused && ["transactionNotFound", "invalidParams"].includes(error.reason))
          setLoaded({ kind: "gone" });
        else setFault(faultText(error, words));
      }
    };
    setLoaded(undefined);
    void load();
    const stop = session.listen((event) => {
      if (!("transaction" in event)) return;
      const about = typeof event.transaction === "string" ? event.transaction : event.transaction.id;
      if (about === id) void load();
    });
    return () => {
      isWanted = false;
      stop();
    };
  }, [session, opened, id, words]);
  return { loaded, fault };
}
