import { useCallback, useEffect, useState } from "preact/hooks";
import { isPractice } from "../../../core/practice.ts";
import type { TransactionOnWire } from "../../../protocol/transaction.ts";
import { announce } from "../announcing.ts";
import { faultText } from "../fault-text.ts";
import { ChoiceField, TextField } from "../form/fields.tsx";
import { OUTCOME_NAMES } from "../outcome-names.ts";
import { Badge, Empty, Fault, Title } from "../parts.tsx";
import { operationText, stageText, toneOfPayment } from "../payments/payment-text.ts";
import { hashOf } from "../routes.ts";
import { clockTime } from "../times.ts";
import { useLive } from "../use-live.ts";
import type { ViewProps } from "../view.ts";
import { NO_FILTERS, queryOf, type Filters } from "./filters.ts";
import { TRANSACTION_WORDS } from "./words.ts";

type Listed = { readonly transactions: readonly TransactionOnWire[]; readonly cursor?: string };

/** Every payment that is kept, to search in. */
export function HistoryView(props: ViewProps) {
  const { session, words, language } = props;
  const own = TRANSACTION_WORDS[language].history;
  const opened = useLive(session.opened);
  const [filters, setFilters] = useState<Filters>(NO_FILTERS);
  const [asked, setAsked] = useState<Filters>(NO_FILTERS);
  const [listed, setListed] = useState<Listed>();
  const [working, setWorking] = useState(false);
  const [fault, setFault] = useState<string>();
  const load = useCallback(
    async (wanted: Filters, cursor?: string) => {
      const query = queryOf(wanted, cursor);
      if (query === undefined) {
        setFault(own.badTime);
        return;
      }
      setWorking(true);
      setFault(undefined);
      try {
        const page = await session.ask("transactions.list", query);
        setAsked(wanted);
        setListed((before) => ({
          ...page,
          transactions:
            cursor === undefined ? page.transactions : [...(before?.transactions ?? []), ...page.transactions],
        }));
        announce(own.shown(page.transactions.length));
      } catch (error) {
        setFault(faultText(error, words));
      } finally {
        setWorking(false);
      }
    },
    [session, words, own],
  );
  useEffect(() => {
    if (opened > 0) void load(asked);
  }, [opened, load]);
  const { transactions, cursor } = listed ?? {};
  return (
    <>
      <Title aside={transactions === undefined ? undefined : own.shown(transactions.length)}>
        {words.places.history}
      </Title>
      <FilterForm
        {...props}
        filters={filters}
        change={setFilters}
        working={working}
        search={(wanted) => void load(wanted)}
      />
      <Fault text={fault} />
      {transactions === undefined || transactions.length === 0 ? (
        <Empty title={transactions === undefined ? words.shell.loading : own.none}>
          {transactions === undefined ? undefined : own.noneHint}
        </Empty>
      ) : (
        <HistoryTable {...props} transactions={transactions} />
      )}
      {cursor === undefined ? null : (
        <div class="actions actions-start">
          <button type="button" aria-disabled={working} onClick={() => !working && void load(asked, cursor)}>
            {own.more}
          </button>
        </div>
      )}
    </>
  );
}

function FilterForm(
  props: ViewProps & {
    readonly filters: Filters;
    readonly change: (filters: Filters) => void;
    readonly working: boolean;
    readonly search: (filters: Filters) => void;
  },
) {
  const { session, words, language, filters, change, working, search } = props;
  const own = TRANSACTION_WORDS[language].history;
  const terminals = useLive(session.terminals);
  const any = { value: "", text: own.any };
  const put = (name: keyof Filters) => (value: string) => change({ ...filters, [name]: value });
  return (
    <form
      class="panel"
      role="search"
      aria-label={own.filters}
      onSubmit={(event) => {
        event.preventDefault();
        if (!working) search(filters);
      }}
    >
      <div class="fields">
        <ChoiceField
          label={own.terminal}
          value={filters.terminal}
          changed={put("terminal")}
          choices={[any, ...terminals.map(({ id, name }) => ({ value: id, text: name ?? id }))]}
        />
        <ChoiceField
          label={own.outcome}
          value={filters.outcome}
          changed={put("outcome")}
          choices={[any, ...OUTCOME_NAMES.map((each) => ({ value: each, text: words.outcomes[each] }))]}
        />
        <TextField label={own.pos} value={filters.pos} changed={put("pos")} />
        <TextField label={own.reference} value={filters.reference} changed={put("reference")} />
        <TextField label={own.from} type="moment" value={filters.from} changed={put("from")} />
        <TextField label={own.to} type="moment" value={filters.to} changed={put("to")} />
      </div>
      <div class="actions actions-start">
        <button type="submit" class="primary" aria-disabled={working}>
          {working ? own.searching : own.search}
        </button>
        <button
          type="button"
          onClick={() => {
            change(NO_FILTERS);
            search(NO_FILTERS);
          }}
        >
          {own.clear}
        </button>
      </div>
    </form>
  );
}

function HistoryTable(props: ViewProps & { readonly transactions: readonly TransactionOnWire[] }) {
  const { words, language, transactions } = props;
  const own = TRANSACTION_WORDS[language].history;
  const nowMs = Date.now();
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={words.places.history}>
      <table data-ready>
        <thead>
          <tr>
            {(["at", "what", "result", "terminal", "pos", "reference"] as const).map((column) => (
              <th key={column} scope="col">
                {own.columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {transactions.map((each) => (
            <tr key={each.id}>
              <td>
                <time dateTime={each.createdAt}>{clockTime(each.createdAt, nowMs, language)}</time>
              </td>
              <th scope="row">
                <a href={hashOf({ kind: "transaction", transaction: each.id })}>
                  {operationText(each.operation, words, language)}
                </a>
              </th>
              <td>
                <Badge tone={toneOfPayment(each)}>
                  {each.outcome === undefined ? own.running : stageText(each, words)}
                </Badge>
              </td>
              <td>{isPractice(each) ? words.places.practice : each.terminal}</td>
              <td>{each.pos}</td>
              <td>{each.operation.reference ?? ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
