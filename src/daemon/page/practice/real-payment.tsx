import { useState } from "preact/hooks";
import type { Money } from "../../../core/money.ts";
import type { TerminalOnWire } from "../../../protocol/terminal.ts";
import type { TransactionOnWire } from "../../../protocol/transaction.ts";
import { Dialog } from "../dialog.tsx";
import { faultText } from "../fault-text.ts";
import { amountFault, amountTyped } from "../form/amount.ts";
import { ChoiceField, FlagField, TextField } from "../form/fields.tsx";
import { amountIn } from "../language.ts";
import { Fault } from "../parts.tsx";
import { useLive } from "../use-live.ts";
import type { ViewProps } from "../view.ts";
import { Follow, useTransaction } from "./follow.tsx";
import { GiveBack } from "./give-back.tsx";
import { begin, lookFor, type OwnPayment } from "./own-payment.ts";
import { PRACTICE_WORDS } from "./words.ts";

/** A payment with a real card at a real terminal. It is asked for twice: once where and how much, once whether. */
export function RealPayment(props: ViewProps) {
  const { session, language } = props;
  const own = PRACTICE_WORDS[language];
  const terminals = useLive(session.terminals);
  const [chosen, setChosen] = useState<string>();
  const terminal = terminals.find(({ id }) => id === chosen) ?? terminals[0];
  /** With the terminal as it was when it was asked for: the list may change below the question. */
  const [asking, setAsking] = useState<{ readonly amount: Money; readonly id: string; readonly called: string }>();
  const { payment, working, fault, during } = usePayment(props, () => setAsking(undefined));
  if (terminal === undefined) return <p class="muted">{own.noTerminals}</p>;
  const { id, name } = terminal;
  return (
    <>
      <Order
        {...props}
        terminals={terminals}
        terminal={terminal}
        choose={setChosen}
        ask={(amount) => setAsking({ amount, id, called: name === undefined ? id : `${name} (${id})` })}
      />
      {payment?.kind === "stored" ? (
        <Charged key={payment.transaction.id} {...props} first={payment.transaction} />
      ) : null}
      {payment?.kind === "notBegun" ? <p>{own.notBegun}</p> : null}
      {payment?.kind === "notKnown" ? (
        <div class="matter matter-bad">
          <p>{own.lostTrack}</p>
          <button type="button" onClick={() => !working && during(() => lookFor(session, payment))}>
            {own.lookAgain}
          </button>
        </div>
      ) : null}
      {asking === undefined ? (
        <Fault text={fault} />
      ) : (
        <Confirm
          {...props}
          amount={asking.amount}
          terminal={asking.called}
          working={working}
          fault={fault}
          charge={() => during(() => begin(session, asking.id, { type: "sale", amount: asking.amount }))}
          closed={() => setAsking(undefined)}
        />
      )}
    </>
  );
}

/** What became of the one payment that was asked for here. */
function usePayment({ words }: ViewProps, done: () => void) {
  const [payment, setPayment] = useState<OwnPayment>();
  const [working, setWorking] = useState(false);
  const [fault, setFault] = useState<string>();
  const work = async (asked: () => Promise<OwnPayment>) => {
    setWorking(true);
    setFault(undefined);
    try {
      setPayment(await asked());
      done();
    } catch (error) {
      setFault(faultText(error, words));
    } finally {
      setWorking(false);
    }
  };
  return { payment, working, fault, during: (asked: () => Promise<OwnPayment>) => void work(asked) };
}

/** Where, and how much. */
function Order(
  props: ViewProps & {
    readonly terminals: readonly TerminalOnWire[];
    readonly terminal: TerminalOnWire;
    readonly choose: (terminal: string) => void;
    readonly ask: (amount: Money) => void;
  },
) {
  const { words, language, terminals, terminal, choose, ask } = props;
  const own = PRACTICE_WORDS[language];
  const [chosen, setCurrency] = useState<string>();
  const { currencies } = terminal.capabilities;
  const currency = currencies.find((each) => each === chosen) ?? currencies[0] ?? "";
  const [typed, setTyped] = useState("");
  const [isChecked, setChecked] = useState(false);
  const amount = amountTyped(typed, currency);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setChecked(true);
        if (amount !== undefined) ask(amount);
      }}
    >
      <div class="fields">
        <ChoiceField
          label={own.terminal}
          value={terminal.id}
          changed={choose}
          choices={terminals.map(({ id, name, state }) => ({
            value: id,
            text: `${name === undefined ? id : `${name} (${id})`} · ${words.states[state]}`,
          }))}
        />
        <TextField
          label={own.amount}
          value={typed}
          changed={setTyped}
          inputMode="decimal"
          fault={isChecked && amount === undefined ? amountFault(currency, words, language) : undefined}
        />
        <ChoiceField
          label={own.currency}
          value={currency}
          changed={setCurrency}
          choices={currencies.map((each) => ({ value: each, text: each }))}
        />
      </div>
      <div class="actions actions-start">
        <button type="submit">{own.ask}</button>
      </div>
    </form>
  );
}

function Charged(props: ViewProps & { readonly first: TransactionOnWire }) {
  const { session, language, first } = props;
  const transaction = useTransaction(session, first);
  return (
    <>
      <Follow {...props} first={first} under={PRACTICE_WORDS[language].under} />
      <GiveBack {...props} transaction={transaction} />
    </>
  );
}

function Confirm(
  props: ViewProps & {
    readonly amount: Money;
    readonly terminal: string;
    readonly working: boolean;
    readonly fault: string | undefined;
    readonly charge: () => void;
    readonly closed: () => void;
  },
) {
  const { language, amount, terminal, working, fault, charge, closed } = props;
  const own = PRACTICE_WORDS[language];
  const [isUnderstood, setUnderstood] = useState(false);
  const [isChecked, setChecked] = useState(false);
  const sum = amountIn(language, amount);
  const submit = () => {
    setChecked(true);
    if (isUnderstood && !working) charge();
  };
  return (
    <Dialog title={own.question(sum, terminal)} closed={closed}>
      <p class="question">{own.moneyMoves}</p>
      <FlagField
        label={own.understood}
        isOn={isUnderstood}
        changed={setUnderstood}
        fault={isChecked && !isUnderstood ? own.tick : undefined}
      />
      <Fault text={fault} />
      <div class="actions">
        <button type="button" onClick={closed}>
          {own.keep}
        </button>
        <button type="button" class="danger" aria-disabled={working} onClick={submit}>
          {own.charge(sum)}
        </button>
      </div>
    </Dialog>
  );
}
