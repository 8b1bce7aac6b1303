import { useState } from "preact/hooks";
import type { AnswerOf } from "../../../client/calls.ts";
import type { TransactionOnWire } from "../../../protocol/transaction.ts";
import { download } from "../download.ts";
import { Fault } from "../parts.tsx";
import { useLive } from "../use-live.ts";
import type { ViewProps } from "../view.ts";
import { TRANSACTION_WORDS } from "./words.ts";

type Form = "html" | "txt";

/** The document for the customer or the acquirer. What makes it is loaded when somebody wants it. */
export function EvidenceFiles(
  props: ViewProps & { readonly transaction: TransactionOnWire; readonly timeline: AnswerOf<"transactions.timeline"> },
) {
  const { session, words, language, transaction, timeline } = props;
  const own = TRANSACTION_WORDS[language];
  const terminal = useLive(session.terminals).find(({ id }) => id === transaction.terminal);
  const [fault, setFault] = useState<string>();
  const save = async (form: Form) => {
    setFault(undefined);
    const made = await import("./evidence.ts").catch(() => undefined);
    if (made === undefined) {
      setFault(words.shell.notLoaded);
      return;
    }
    const name = terminal?.name ?? terminal?.model;
    const document = made.documentOf(form, transaction, timeline, {
      language,
      version: session.health.current()?.version ?? "",
      madeAt: new Date().toISOString(),
      ...(name === undefined ? {} : { terminalName: name }),
    });
    download(`payment-${transaction.id}.${form}`, document, form === "html" ? "text/html" : "text/plain;charset=utf-8");
  };
  return (
    <>
      <div class="actions actions-start">
        <button type="button" onClick={() => void save("html")}>
          {own.asHtml}
        </button>
        <button type="button" onClick={() => void save("txt")}>
          {own.asText}
        </button>
      </div>
      <Fault text={fault} />
    </>
  );
}
