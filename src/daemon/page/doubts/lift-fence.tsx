import { useState } from "preact/hooks";
import type { TerminalOnWire } from "../../../protocol/terminal.ts";
import { announce } from "../announcing.ts";
import { Dialog } from "../dialog.tsx";
import { faultText } from "../fault-text.ts";
import { Fault } from "../parts.tsx";
import type { ViewProps } from "../view.ts";
import { Field } from "./field.tsx";
import { lastOperator, rememberOperator } from "./operator.ts";

type Props = ViewProps & { readonly terminal: TerminalOnWire };

/** Lets a terminal work again, though it is not known how the one in doubt ended. */
export function LiftFence({ terminal, ...props }: Props) {
  const [asking, setAsking] = useState(false);
  const { words } = props;
  if (terminal.fence === undefined) return null;
  return (
    <>
      <button type="button" title={words.doubts.liftHint} onClick={() => setAsking(true)}>
        {words.doubts.liftFence}
      </button>
      {asking ? (
        <Question {...props} terminal={terminal} fenced={terminal.fence.transaction} closed={() => setAsking(false)} />
      ) : null}
    </>
  );
}

function Question(props: Props & { readonly fenced: string; readonly closed: () => void }) {
  const { session, words, terminal, fenced, closed } = props;
  const [operator, setOperator] = useState(() => lastOperator(sessionStorage));
  const [reason, setReason] = useState("");
  const [isShown, setShown] = useState(false);
  const [isWorking, setWorking] = useState(false);
  const [fault, setFault] = useState<string>();
  const lacks = (text: string) => (isShown && text.trim() === "" ? words.doubts.missing : undefined);
  const lift = async () => {
    setShown(true);
    if (operator.trim() === "" || reason.trim() === "") return;
    setWorking(true);
    setFault(undefined);
    try {
      const person = { operator: operator.trim(), reason: reason.trim() };
      await session.ask("terminals.liftFence", { terminal: terminal.id, transaction: fenced, ...person });
      rememberOperator(sessionStorage, person.operator);
      announce(words.doubts.lifted);
      closed();
    } catch (error) {
      setFault(faultText(error, words));
    } finally {
      setWorking(false);
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (!isWorking) void lift();
  };
  return (
    <Dialog title={words.doubts.liftTitle(terminal.name ?? terminal.id)} closed={closed}>
      <form onSubmit={submit} noValidate>
        <p>{words.doubts.confirmLift(terminal.name ?? terminal.id)}</p>
        <Field
          name="operator"
          label={words.doubts.operator}
          fault={lacks(operator)}
          value={operator}
          change={setOperator}
          maxLength={64}
        />
        <Field
          name="reason"
          label={words.doubts.reason}
          hint={words.doubts.reasonHint}
          fault={lacks(reason)}
          value={reason}
          change={setReason}
          maxLength={500}
        />
        <Fault text={fault} />
        <div class="actions">
          <button type="button" onClick={closed}>
            {words.shell.close}
          </button>
          <button type="submit" class="danger" aria-disabled={isWorking}>
            {isWorking ? words.doubts.working : words.doubts.lift}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
