import { useState } from "preact/hooks";
import { DEFAULT_SCOPES, SCOPES, type Scope } from "../../../core/pos.ts";
import { Dialog } from "../dialog.tsx";
import { FlagField, TextField } from "../form/fields.tsx";
import { Fault } from "../parts.tsx";
import type { ViewProps } from "../view.ts";
import { isPosName } from "./codes.ts";
import { PAIRING_WORDS } from "./words.ts";

export type NewPos = {
  readonly pos: string;
  readonly scopes: readonly Scope[];
  readonly shared: boolean;
  readonly lan: boolean;
};

/** Asks what a POS program is called and what it may do. */
export function AddPos(
  props: ViewProps & {
    readonly working: boolean;
    readonly fault: string | undefined;
    readonly add: (pos: NewPos) => void;
    readonly closed: () => void;
  },
) {
  const { language, working, fault, add, closed } = props;
  const own = PAIRING_WORDS[language];
  const [pos, setPos] = useState("");
  const [isChecked, setChecked] = useState(false);
  const [scopes, setScopes] = useState<readonly Scope[]>(DEFAULT_SCOPES);
  const [shared, setShared] = useState(false);
  const [lan, setLan] = useState(false);
  const wrong = isChecked && !isPosName(pos.trim()) ? own.badName : undefined;
  const submit = () => {
    setChecked(true);
    if (!working && isPosName(pos.trim()) && scopes.length > 0) add({ pos: pos.trim(), scopes, shared, lan });
  };
  return (
    <Dialog title={own.add} closed={closed}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField label={own.name} hint={own.nameHint} value={pos} changed={setPos} fault={wrong} isRequired />
        <fieldset>
          <legend>{own.may}</legend>
          {SCOPES.map((scope) => (
            <FlagField
              key={scope}
              label={own.scopes[scope]}
              isOn={scopes.includes(scope)}
              changed={(isOn) =>
                setScopes((before) => SCOPES.filter((each) => (each === scope ? isOn : before.includes(each))))
              }
            />
          ))}
        </fieldset>
        <FlagField label={own.shared} isOn={shared} changed={setShared} />
        <FlagField label={own.lan} isOn={lan} changed={setLan} />
        <Fault text={fault} />
        <div class="actions">
          <button type="button" onClick={closed}>
            {own.cancel}
          </button>
          <button type="submit" class="primary" aria-disabled={working}>
            {working ? own.making : own.makeCode}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
