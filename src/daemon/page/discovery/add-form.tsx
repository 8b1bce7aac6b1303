import { useMemo, useState } from "preact/hooks";
import type { JsonObject } from "../../../core/json.ts";
import type { SightingOnWire, VendorDescription } from "../../../protocol/terminal.ts";
import { announce } from "../announcing.ts";
import { faultText } from "../fault-text.ts";
import { ChoiceField, FlagField, TextField } from "../form/fields.tsx";
import { fieldsOf, readSettings, type FieldFault, type SchemaField, type Typed } from "../form/schema-fields.ts";
import { Fault } from "../parts.tsx";
import { linkName } from "../terminals/terminals.tsx";
import { useLive } from "../use-live.ts";
import type { ViewProps } from "../view.ts";
import { addTerminal, LINK_FIELDS, NO_LINK, readLink, type TypedLink } from "./addition.ts";
import { freeId } from "./sightings.ts";
import { DISCOVERY_WORDS } from "./words.ts";

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

type Props = ViewProps & {
  readonly vendors: readonly VendorDescription[];
  /** Absent where everything is typed. */
  readonly seen?: SightingOnWire;
  readonly closed: () => void;
};

/** Adds a terminal: what discovery knows is filled in, and the vendor's own schema says what else there is. */
export function AddForm(props: Props) {
  const { words, language, vendors, seen, closed } = props;
  const own = DISCOVERY_WORDS[language].form;
  const form = useAddition(props);
  const { vendor, fields, terminal, setId, name, setName, typed, type, link, setLink, faults, fault, saving, save } =
    form;
  const shown = { typed, faults, unset: own.unset, secretHint: own.secretHint };
  const isFirst = (field: SchemaField) =>
    field.isRequired || seen?.missing?.includes(field.name) === true || isOwnSecret(field);
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!saving) void save();
      }}
    >
      <div class="fields">
        <TextField label={own.id} hint={own.idHint} value={terminal} changed={setId} fault={faults["id"]} isRequired />
        <TextField label={own.name} value={name} changed={setName} />
        {seen?.vendor === undefined ? (
          <ChoiceField
            label={own.vendor}
            value={vendor?.id ?? ""}
            changed={form.setVendor}
            choices={vendors.map((each) => ({ value: each.id, text: each.name }))}
          />
        ) : null}
        {seen?.link === undefined ? <LinkFields {...{ link, setLink, vendor, words, own, faults }} /> : null}
        {fields.filter(isFirst).map((field) => (
          <SettingField key={field.name} field={field} {...shown} type={type} />
        ))}
      </div>
      <details>
        <summary>{own.more}</summary>
        <div class="fields">
          {fields
            .filter((field) => !isFirst(field))
            .map((field) => (
              <SettingField key={field.name} field={field} {...shown} type={type} />
            ))}
        </div>
      </details>
      <Fault text={fault} />
      <div class="actions">
        <button type="button" onClick={closed}>
          {own.cancel}
        </button>
        <button type="submit" class="primary" aria-disabled={saving}>
          {saving ? own.saving : own.save}
        </button>
      </div>
    </form>
  );
}

/** What was typed so far, and what becomes of it. */
function useAddition(props: Props) {
  const { session, words, language, vendors, seen, closed, go } = props;
  const own = DISCOVERY_WORDS[language].form;
  const terminals = useLive(session.terminals);
  const [vendorId, setVendorId] = useState(seen?.vendor ?? vendors[0]?.id ?? "");
  const vendor = vendors.find(({ id }) => id === vendorId);
  const known = (seen?.settings ?? {}) as JsonObject;
  const fields = useMemo(() => fieldsOf(vendor?.settingsSchema, known), [vendor]);
  const [id, setId] = useState<string>();
  const terminal =
    id ??
    freeId(
      vendorId,
      terminals.map((each) => each.id),
    );
  const [name, setName] = useState("");
  const [typed, setTyped] = useState<Typed>({});
  const [link, setLink] = useState<TypedLink>({ ...NO_LINK, type: vendor?.links[0] ?? "" });
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const [fault, setFault] = useState<string>();
  const [saving, setSaving] = useState(false);
  const save = async () => {
    const read = readSettings(fields, typed, known);
    const where = seen?.link === undefined ? readLink(link) : ({ kind: "read", link: seen.link as never } as const);
    const wrong = {
      ...(ID.test(terminal) ? {} : { id: own.faults.badId }),
      ...(read.kind === "faulty" ? inWords(read.faults, own.faults) : {}),
      ...(where.kind === "faulty" ? inWords(where.faults, own.faults) : {}),
    };
    setFaults(wrong);
    if (read.kind === "faulty" || where.kind === "faulty" || Object.keys(wrong).length > 0) {
      setFault(own.mend);
      return;
    }
    setFault(undefined);
    setSaving(true);
    try {
      await addTerminal(session, { terminal, name: name.trim(), vendor: vendorId, link: where.link, read });
      announce(own.added(terminal));
      closed();
      go({ kind: "terminal", terminal });
    } catch (error) {
      setFault(faultText(error, words));
    } finally {
      setSaving(false);
    }
  };
  return {
    vendor,
    fields,
    terminal,
    setId,
    name,
    setName,
    typed,
    type: (field: string, value: string) => setTyped((before) => ({ ...before, [field]: value })),
    link,
    setLink,
    faults,
    fault,
    saving,
    save,
    setVendor: (next: string) => {
      setVendorId(next);
      setLink({ ...NO_LINK, type: vendors.find((each) => each.id === next)?.links[0] ?? "" });
      setTyped({});
    },
  };
}

/** Without it nobody gets into a vendor's cloud, although there may be more than one way in. */
function isOwnSecret({ kind, path }: SchemaField): boolean {
  return kind === "secret" && path.length === 1;
}

function LinkFields(props: {
  readonly link: TypedLink;
  readonly setLink: (link: TypedLink) => void;
  readonly vendor: VendorDescription | undefined;
  readonly words: ViewProps["words"];
  readonly own: (typeof DISCOVERY_WORDS)["en"]["form"];
  readonly faults: Readonly<Record<string, string>>;
}) {
  const { link, setLink, vendor, words, own, faults } = props;
  const media = (vendor?.links ?? []).filter((medium) => LINK_FIELDS[medium] !== undefined);
  return (
    <>
      <ChoiceField
        label={own.medium}
        value={link.type}
        changed={(type) => setLink({ ...NO_LINK, type })}
        choices={media.map((medium) => ({ value: medium, text: linkName(medium, words) }))}
      />
      {(LINK_FIELDS[link.type] ?? []).map((field) => (
        <TextField
          key={field}
          label={own[field]}
          value={link[field]}
          changed={(value) => setLink({ ...link, [field]: value })}
          fault={faults[field]}
          type={field === "port" ? "number" : "text"}
        />
      ))}
    </>
  );
}

function SettingField(props: {
  readonly field: SchemaField;
  readonly typed: Typed;
  readonly faults: Readonly<Record<string, string>>;
  readonly unset: string;
  readonly secretHint: string;
  readonly type: (field: string, value: string) => void;
}) {
  const { field, typed, faults, unset, secretHint, type } = props;
  const { name, hint, initial, isRequired } = field;
  const value = typed[name] ?? initial;
  const asField = { label: name, hint, fault: faults[name], changed: (text: string) => type(name, text) };
  switch (field.kind) {
    case "flag":
      return <FlagField {...asField} isOn={value === "true"} changed={(isOn) => type(name, String(isOn))} />;
    case "choice": {
      const choices = field.choices.map((choice) => ({ value: choice, text: choice }));
      return (
        <ChoiceField
          {...asField}
          value={value}
          choices={value === "" ? [{ value: "", text: unset }, ...choices] : choices}
        />
      );
    }
    case "secret":
      return (
        <TextField
          {...asField}
          hint={[hint, secretHint].filter((part) => part !== undefined).join(" — ")}
          type="secret"
          value={typed[name] ?? ""}
          isRequired={isRequired}
        />
      );
    case "number":
      return <TextField {...asField} type="number" value={value} isRequired={isRequired} />;
    case "text":
    case "json":
      return <TextField {...asField} value={value} isRequired={isRequired} />;
  }
}

function inWords(
  faults: Readonly<Record<string, FieldFault | undefined>>,
  words: Readonly<Record<FieldFault, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(faults).flatMap(([field, fault]) => (fault === undefined ? [] : [[field, words[fault]]])),
  );
}
