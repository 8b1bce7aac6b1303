import { useId } from "preact/hooks";

type FieldProps = {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with what stands there. */
  readonly fault?: string | undefined;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly maxLength: number;
  readonly inputMode?: "text" | "decimal";
  readonly name: string;
};

/** One line to type into, with its label, what it is for, and what is wrong with it. */
export function Field({ label, hint, fault, value, change, maxLength, inputMode = "text", name }: FieldProps) {
  const id = useId();
  const about = [hint === undefined ? undefined : `${id}-hint`, fault === undefined ? undefined : `${id}-fault`];
  const describedBy = about.filter((part) => part !== undefined).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        value={value}
        maxLength={maxLength}
        inputMode={inputMode}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={fault !== undefined}
        {...(describedBy === "" ? {} : { "aria-describedby": describedBy })}
        onInput={({ currentTarget }) => change(currentTarget.value)}
      />
      {hint === undefined ? null : (
        <p class="muted" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault === undefined ? null : (
        <p class="field-fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
}
