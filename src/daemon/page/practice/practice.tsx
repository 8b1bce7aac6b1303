import { useState } from "preact/hooks";
import { decimalsOf } from "../../../core/money.ts";
import { isPractice } from "../../../core/practice.ts";
import type { TransactionOnWire } from "../../../protocol/transaction.ts";
import { announce } from "../announcing.ts";
import { faultText } from "../fault-text.ts";
import { amountFault, amountTyped } from "../form/amount.ts";
import { ChoiceField, TextField } from "../form/fields.tsx";
import { Badge, Fault, Title } from "../parts.tsx";
import { stageText, toneOfPayment } from "../payments/payment-text.ts";
import { useLive } from "../use-live.ts";
import { useVendors } from "../use-vendors.ts";
import type { ViewProps } from "../view.ts";
import { Follow } from "./follow.tsx";
import { RealPayment } from "./real-payment.tsx";
import { PRACTICE_WORDS } from "./words.ts";

/** A simulator is started, and a payment taken: as long as the daemon gives it, and a little. */
const LIMIT_MS = 125_000;
const FIRST_CURRENCY = "CLP";

/** A payment without money, and one with. */
export function PracticeView(props: ViewProps) {
  const own = PRACTICE_WORDS[props.language];
  return (
    <>
      <Title>{own.title}</Title>
      <section class="panel" aria-labelledby="practice-simulated">
        <h2 id="practice-simulated">{own.simulated}</h2>
        <p class="muted">{own.simulatedHint}</p>
        <Badge tone="good">{own.noMoney}</Badge>
        <Simulated {...props} />
      </section>
      <section class="panel" aria-labelledby="practice-real">
        <h2 id="practice-real">{own.real}</h2>
        <p class="muted">{own.realHint}</p>
        <RealPayment {...props} />
      </section>
    </>
  );
}

function Simulated(props: ViewProps) {
  const { session, words, language } = props;
  const own = PRACTICE_WORDS[language];
  // Where they cannot be had the daemon chooses, and nobody has to be told.
  const { vendors: known = [] } = useVendors(props);
  // Those whose terminals can be simulated without an account in a cloud.
  const vendors = known.filter(({ links }) => links.some((link) => link !== "cloud"));
  const [vendor, setVendor] = useState<string>();
  const firstCurrency = useLive(session.terminals)[0]?.capabilities.currencies[0];
  const [currencyTyped, setCurrency] = useState<string>();
  const currency = (currencyTyped ?? firstCurrency ?? FIRST_CURRENCY).trim().toUpperCase();
  const [typed, setTyped] = useState("1500");
  const [isChecked, setChecked] = useState(false);
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState<string>();
  const [ended, setEnded] = useState<TransactionOnWire>();
  const stage = useLive(session.open).find((each) => isPractice(each));
  const amount = amountTyped(typed, currency);
  const isCurrency = decimalsOf(currency) !== undefined;
  const run = async () => {
    setChecked(true);
    if (amount === undefined) return;
    setRunning(true);
    setFault(undefined);
    setEnded(undefined);
    announce(own.running);
    try {
      const asked = { amount, ...(vendor === undefined ? {} : { vendor }) };
      setEnded((await session.ask("practice.run", asked, LIMIT_MS)).transaction);
    } catch (error) {
      setFault(faultText(error, words));
    } finally {
      setRunning(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!running) void run();
      }}
    >
      <div class="fields">
        <ChoiceField
          label={own.vendor}
          value={vendor ?? vendors[0]?.id ?? ""}
          changed={setVendor}
          choices={vendors.map(({ id, name }) => ({ value: id, text: name }))}
        />
        <TextField
          label={own.amount}
          value={typed}
          changed={setTyped}
          inputMode="decimal"
          fault={isChecked && isCurrency && amount === undefined ? amountFault(currency, words, language) : undefined}
        />
        <TextField
          label={own.currency}
          value={currencyTyped ?? currency}
          changed={setCurrency}
          fault={isChecked && !isCurrency ? own.badCurrency : undefined}
        />
      </div>
      <div class="actions actions-start">
        <button type="submit" class="primary" aria-disabled={running}>
          {running ? own.running : own.run}
        </button>
      </div>
      <Fault text={fault} />
      {running ? (
        <Badge tone={stage === undefined ? "quiet" : toneOfPayment(stage)}>
          {stage === undefined ? own.starting : stageText(stage, words)}
        </Badge>
      ) : null}
      {ended === undefined ? null : <Follow key={ended.id} {...props} first={ended} under="" />}
    </form>
  );
}
