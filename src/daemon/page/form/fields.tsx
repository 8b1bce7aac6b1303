/** Fields of forms, each with its label, its hint and what is wrong with it, told to a screen reader as well. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

type FieldProps = {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with what was typed. */
  readonly fault?: string | undefined;
  readonly value: string;
  readonly changed: (value: string) => void;
};

function Frame(props: {
  readonly id: string;
  readonly label: string;
  readonly hint: string | undefined;
  readonly fault: string | undefined;
  readonly children: ComponentChildren;
}) {
  const { id, label, hint, fault, children } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      <Notes id={id} hint={hint} fault={fault} />
    </div>
  );
}

/** What `described` points to. */
function Notes({ id, hint, fault }: { readonly id: string } & Pick<FieldProps, "hint" | "fault">) {
  return (
    <>
      {hint === undefined ? null : (
        <p id={`${id}-hint`} class="muted">
          {hint}
        </p>
      )}
      {fault === undefined ? null : (
        <p id={`${id}-fault`} class="field-fault">
          {fault}
        </p>
      )}
    </>
  );
}

function described(id: string, { hint, fault }: Pick<FieldProps, "hint" | "fault">) {
  const by = [hint === undefined ? "" : `${id}-hint`, fault === undefined ? "" : `${id}-fault`].join(" ").trim();
  return { id, "aria-invalid": fault !== undefined, ...(by === "" ? {} : { "aria-describedby": by }) };
}

/** A field for numbers swallows what is none, and nobody could be told: they are read as text. */
const INPUTS = { text: "text", secret: "password", number: "text", moment: "datetime-local" } as const;

/** `secret`: what is typed is not shown, and no browser keeps it. */
export function TextField(
  props: FieldProps & {
    readonly type?: keyof typeof INPUTS;
    readonly inputMode?: "decimal" | "numeric" | "text";
    readonly isRequired?: boolean;
  },
) {
  const { label, hint, fault, value, changed, type = "text", inputMode, isRequired } = props;
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} fault={fault}>
      <input
        {...described(id, props)}
        type={INPUTS[type]}
        inputMode={inputMode ?? (type === "number" ? "numeric" : "text")}
        autoComplete={type === "secret" ? "new-password" : "off"}
        spellcheck={false}
        aria-required={isRequired === true}
        value={value}
        onInput={(event) => changed(event.currentTarget.value)}
      />
    </Frame>
  );
}

export type Choice = { readonly value: string; readonly text: string };

export function ChoiceField(props: FieldProps & { readonly choices: readonly Choice[] }) {
  const { label, hint, fault, value, changed, choices } = props;
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} fault={fault}>
      <select {...described(id, props)} value={value} onChange={(event) => changed(event.currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.text}
          </option>
        ))}
      </select>
    </Frame>
  );
}

export function FlagField(props: Omit<FieldProps, "value" | "changed"> & Flag) {
  const { label, hint, fault, isOn, changed } = props;
  const id = useId();
  return (
    <div class="field flag">
      <input
        {...described(id, props)}
        type="checkbox"
        checked={isOn}
        onChange={(event) => changed(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      <Notes id={id} hint={hint} fault={fault} />
    </div>
  );
}

type Flag = { readonly isOn: boolean; readonly changed: (isOn: boolean) => void };
