import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { totalAsked } from "../../../core/total-asked.ts";
import type { TransactionOnWire } from "../../../protocol/transaction.ts";
import { announce } from "../announcing.ts";
import { Dialog } from "../dialog.tsx";
import { faultText } from "../fault-text.ts";
import { amountFault } from "../form/amount.ts";
import { amountIn } from "../language.ts";
import { Fault } from "../parts.tsx";
import { operationText } from "../payments/payment-text.ts";
import type { ViewProps } from "../view.ts";
import { DECISIONS, faultsOf, firstDraft, resolution, typedAmount, type Draft, type DraftField } from "./decision.ts";
import { Field } from "./field.tsx";
import { lastOperator, rememberOperator } from "./operator.ts";

type Props = ViewProps & { readonly transaction: TransactionOnWire; readonly closed: () => void };

/** A person says what happened: first what and how he knows, then once more in words, and only then it is written down. */
export function Resolve({ transaction, closed, ...props }: Props) {
  const { session, words, language } = props;
  const [draft, setDraft] = useState(() => firstDraft(transaction, lastOperator(sessionStorage)));
  const [step, setStep] = useState<"ask" | "confirm" | "working">("ask");
  const [shown, setShown] = useState<readonly DraftField[]>([]);
  const [fault, setFault] = useState<string>();
  const decide = async () => {
    const params = resolution(draft, transaction);
    if (params === undefined) return;
    setStep("working");
    setFault(undefined);
    try {
      await session.ask("transactions.resolve", params);
      rememberOperator(sessionStorage, params.operator);
      announce(words.doubts.resolved);
      closed();
    } catch (error) {
      setFault(faultText(error, words));
      setStep("confirm");
    }
  };
  const next = () => {
    const faults = faultsOf(draft, transaction);
    setShown(faults);
    if (faults.length === 0) setStep("confirm");
  };
  const what = operationText(transaction.operation, words, language);
  return (
    <Dialog title={words.doubts.resolveTitle(what)} closed={closed}>
      {step === "ask" ? (
        <Ask
          {...props}
          transaction={transaction}
          draft={draft}
          faults={shown}
          change={setDraft}
          next={next}
          back={closed}
        />
      ) : (
        <>
          <p class="question">{words.doubts.confirm}</p>
          <p>{confirmText(draft, transaction, props)}</p>
          <p class="muted">{words.doubts.forGood}</p>
          <Fault text={fault} />
          <div class="actions">
            <button type="button" onClick={() => setStep("ask")}>
              {words.doubts.back}
            </button>
            <button
              type="button"
              class="primary"
              aria-disabled={step === "working"}
              onClick={() => step !== "working" && void decide()}
            >
              {step === "working" ? words.doubts.working : words.doubts.decide}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function confirmText(draft: Draft, { operation }: TransactionOnWire, { words, language }: ViewProps): string {
  const asked = totalAsked(operation);
  const moved = asked === undefined ? undefined : typedAmount(draft.amount, asked.currency);
  if (draft.kind === "approved") {
    return words.doubts.confirmCharged(
      moved === undefined ? words.operations[operation.type] : amountIn(language, moved),
    );
  }
  return words.doubts.confirmNotCharged(
    asked === undefined ? words.operations[operation.type] : amountIn(language, asked),
  );
}

function Ask(props: {
  readonly words: ViewProps["words"];
  readonly language: ViewProps["language"];
  readonly transaction: TransactionOnWire;
  readonly draft: Draft;
  readonly faults: readonly DraftField[];
  readonly change: (draft: Draft) => void;
  readonly next: () => void;
  readonly back: () => void;
}) {
  const { words, language, transaction, draft, faults, change } = props;
  const form = useRef<HTMLFormElement>(null);
  const currency = totalAsked(transaction.operation)?.currency;
  const wrong = (field: DraftField) => (faults.includes(field) ? words.doubts.missing : undefined);
  const submit = (event: Event) => {
    event.preventDefault();
    props.next();
  };
  // With what is drawn, and not with the next picture: a page in the background draws none.
  useLayoutEffect(() => {
    if (faults.length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [faults]);
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Choices words={words} draft={draft} isMissing={faults.includes("kind")} change={change} />
      {draft.kind !== "approved" || currency === undefined ? null : (
        <>
          <Field
            name="amount"
            label={words.doubts.amount(currency)}
            hint={words.doubts.amountHint}
            fault={faults.includes("amount") ? amountFault(currency, words, language) : undefined}
            value={draft.amount}
            change={(amount) => change({ ...draft, amount })}
            maxLength={18}
            inputMode="decimal"
          />
          <Field
            name="approvalCode"
            label={words.doubts.approvalCode}
            value={draft.approvalCode}
            change={(approvalCode) => change({ ...draft, approvalCode })}
            maxLength={64}
          />
        </>
      )}
      <Field
        name="operator"
        label={words.doubts.operator}
        fault={wrong("operator")}
        value={draft.operator}
        change={(operator) => change({ ...draft, operator })}
        maxLength={64}
      />
      <Field
        name="reason"
        label={words.doubts.reason}
        hint={words.doubts.reasonHint}
        fault={wrong("reason")}
        value={draft.reason}
        change={(reason) => change({ ...draft, reason })}
        maxLength={500}
      />
      <div class="actions">
        <button type="button" onClick={props.back}>
          {words.shell.close}
        </button>
        <button type="submit" class="primary">
          {words.doubts.next}
        </button>
      </div>
    </form>
  );
}

function Choices(props: {
  readonly words: ViewProps["words"];
  readonly draft: Draft;
  readonly isMissing: boolean;
  readonly change: (draft: Draft) => void;
}) {
  const { words, draft, isMissing, change } = props;
  return (
    <fieldset aria-invalid={isMissing} tabIndex={-1}>
      <legend>{words.doubts.what}</legend>
      {DECISIONS.map((kind) => (
        <label key={kind} class="choice">
          <input
            type="radio"
            name="kind"
            value={kind}
            checked={draft.kind === kind}
            onChange={() => change({ ...draft, kind })}
          />
          {words.doubts.kinds[kind]}
        </label>
      ))}
      {isMissing ? <p class="field-fault">{words.doubts.missing}</p> : null}
    </fieldset>
  );
}
