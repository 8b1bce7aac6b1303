import { useCallback, useEffect, useState } from "preact/hooks";
import type { TransactionOnWire } from "../../../protocol/transaction.ts";
import { faultText } from "../fault-text.ts";
import { Empty, Fault, Title } from "../parts.tsx";
import { isOpen } from "../session/open-list.ts";
import { useLive } from "../use-live.ts";
import type { ViewProps } from "../view.ts";
import { PaymentList } from "./running.tsx";

const AT_ONCE = 20;

/** What runs, and what was before. */
export function PaymentsView(props: ViewProps) {
  const { session, words } = props;
  const open = useLive(session.open);
  return (
    <>
      <Title>{words.places.payments}</Title>
      <section aria-labelledby="running">
        <h2 id="running">{words.payments.running}</h2>
        {open.length === 0 ? (
          <Empty title={words.payments.none}>{words.payments.noneHint}</Empty>
        ) : (
          <PaymentList {...props} payments={open} />
        )}
      </section>
      <Recent {...props} />
    </>
  );
}

type Listed = { readonly transactions: readonly TransactionOnWire[]; readonly cursor?: string };

function Recent(props: ViewProps) {
  const { session, words } = props;
  const opened = useLive(session.opened);
  const [listed, setListed] = useState<Listed>();
  const [fault, setFault] = useState<string>();
  const load = useCallback(
    async (cursor?: string) => {
      try {
        const page = await session.ask("transactions.list", {
          state: "settled",
          limit: AT_ONCE,
          ...(cursor === undefined ? {} : { cursor }),
        });
        setListed((before) => ({
          ...page,
          transactions:
            cursor === undefined ? page.transactions : [...(before?.transactions ?? []), ...page.transactions],
        }));
        setFault(undefined);
      } catch (error) {
        setFault(faultText(error, words));
      }
    },
    [session, words],
  );
  useEffect(() => {
    if (opened > 0) void load();
    return session.listen(({ type }) => {
      if (type === "transaction.settled" || type === "transaction.resolved") void load();
    });
  }, [opened, load, session]);
  const past = listed?.transactions.filter((transaction) => !isOpen(transaction)) ?? [];
  const { cursor } = listed ?? {};
  return (
    <section aria-labelledby="recent">
      <h2 id="recent">{words.payments.recent}</h2>
      <Fault text={fault} />
      {past.length === 0 ? (
        <Empty title={listed === undefined ? words.shell.loading : words.payments.noneRecent} />
      ) : (
        <PaymentList {...props} payments={past} />
      )}
      {cursor === undefined ? null : (
        <button type="button" class="small" onClick={() => void load(cursor)}>
          {words.payments.more}
        </button>
      )}
    </section>
  );
}
