import { useEffect, useState } from "preact/hooks";
import { announce } from "../announcing.ts";
import { faultText } from "../fault-text.ts";
import { ChoiceField, TextField } from "../form/fields.tsx";
import { Badge, Fault } from "../parts.tsx";
import { useLive } from "../use-live.ts";
import { useNow } from "../use-now.ts";
import type { ViewProps } from "../view.ts";
import { inHalves, secondsLeft } from "./codes.ts";
import { PAIRING_WORDS } from "./words.ts";

/** A person at the terminal answers: as long as the daemon waits, and a little. */
const LIMIT_MS = 125_000;

type Shown = { readonly code?: string; readonly text?: string; readonly expiresAt?: string };
type Stage = { readonly kind: "asks" | "pairs" } | { readonly kind: "paired"; readonly terminal: string };

const codeTyped = (code: string) => (code === "" ? {} : { code });

/** The vendor's own pairing of one terminal, with what it wants shown or compared. */
export function PairTerminal(props: ViewProps) {
  const { session, words, language } = props;
  const own = PAIRING_WORDS[language];
  const all = useLive(session.terminals);
  const terminals = [...all].sort((one, other) => rank(one.state) - rank(other.state));
  const [chosen, setChosen] = useState<string>();
  const terminal = chosen ?? terminals[0]?.id ?? "";
  const [code, setCode] = useState("");
  const [shown, setShown] = useState<Shown>();
  const [stage, setStage] = useState<Stage>({ kind: "asks" });
  const [fault, setFault] = useState<string>();
  const nowMs = useNow(1_000);
  useEffect(
    () =>
      session.listen((event) => {
        if (event.type !== "terminal.pairing" || event.terminal !== terminal) return;
        setShown(event);
        announce([event.text, event.code].filter((part) => part !== undefined).join(" "));
      }),
    [session, terminal],
  );
  const pair = async () => {
    // Whatever comes first in the list from now on, this one is paired, and its code is shown.
    setChosen(terminal);
    setStage({ kind: "pairs" });
    setFault(undefined);
    setShown(undefined);
    try {
      await session.ask("terminals.pair", { terminal, ...codeTyped(code.trim()) }, LIMIT_MS);
      setStage({ kind: "paired", terminal });
      announce(own.pairedTerminal(terminal));
    } catch (error) {
      setStage({ kind: "asks" });
      setFault(faultText(error, words));
    } finally {
      setShown(undefined);
      setCode("");
    }
  };
  if (terminals.length === 0) return <p class="muted">{own.noTerminals}</p>;
  const left = secondsLeft(shown?.expiresAt, nowMs);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (stage.kind !== "pairs") void pair();
      }}
    >
      <div class="fields">
        <ChoiceField
          label={own.terminal}
          value={terminal}
          changed={setChosen}
          choices={terminals.map(({ id, name, state }) => ({
            value: id,
            text: `${name === undefined ? id : `${name} (${id})`} · ${words.states[state]}`,
          }))}
        />
        <TextField label={own.code} hint={own.codeTypedHint} value={code} changed={setCode} />
      </div>
      {shown === undefined ? null : (
        <div class="well">
          {shown.code === undefined ? null : <p class="pairing-code">{inHalves(shown.code)}</p>}
          {shown.text === undefined ? null : <p>{shown.text}</p>}
          {left === undefined ? null : (
            <p class="muted" role="timer">
              {own.left(left)}
            </p>
          )}
        </div>
      )}
      <Fault text={fault} />
      {stage.kind === "paired" ? <Badge tone="good">{own.pairedTerminal(stage.terminal)}</Badge> : null}
      <div class="actions actions-start">
        <button type="submit" aria-disabled={stage.kind === "pairs"}>
          {stage.kind === "pairs" ? own.pairing : own.pair}
        </button>
      </div>
    </form>
  );
}

function rank(state: string): number {
  return state === "unpaired" ? 0 : 1;
}
