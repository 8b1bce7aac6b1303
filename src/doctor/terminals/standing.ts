import type { SchemaFault } from "../../core/schema.ts";
import type { TurnedAway } from "../../core/terminal.ts";
import { asItIs, fault, ok, unknown, warning, type Finding, type Said } from "../check.ts";
import { idOf, type ExaminedTerminal, type ServedTerminal } from "./examined.ts";

export type StandingPorts = {
  readonly hasService: boolean;
  /** Names of secrets that were set; undefined where this user may not look. */
  readonly secrets: () => Promise<ReadonlySet<string> | undefined>;
};

/** What is known of a terminal without asking it: its settings, and where a service has it, how it stands there. */
export async function standingChecks(terminal: ExaminedTerminal, ports: StandingPorts): Promise<readonly Finding[]> {
  const { served } = terminal;
  const settings = await settingsCheck(terminal, ports);
  if (served === undefined) return [settings];
  return [
    settings,
    ...deviceCheck(terminal, served),
    ...pairingCheck(terminal, served),
    fenceCheck(terminal, served),
    queueCheck(terminal, served),
  ];
}

async function settingsCheck(terminal: ExaminedTerminal, { hasService, secrets }: StandingPorts): Promise<Finding> {
  const { config, faults, served } = terminal;
  const id = idOf(terminal, "settings");
  if (faults.length > 0) return faultySettings(terminal, faults);
  if (hasService && served === undefined) {
    return fault(
      id,
      ({ settings: words }) => words.notServed(config.id),
      ({ settings: words }) => words.seeTwin,
    );
  }
  const wanted = secretsIn(config.settings ?? {});
  const set = wanted.length === 0 ? new Set<string>() : await secrets();
  if (set === undefined) return unknown(id, ({ settings: words }) => words.hidden);
  const missing = wanted.filter((name) => !set.has(name));
  if (missing.length > 0) {
    return fault(
      id,
      ({ settings: words }) => words[missing.length === 1 ? "secretNotSet" : "secretsNotSet"](missing.join(", ")),
      asItIs(missing.map((name) => `\`tillbridge secret set ${name}\``).join(", ")),
    );
  }
  if (config.disabled === true) {
    return warning(
      id,
      ({ settings: words }) => words.disabled,
      asItIs(`\`tillbridge terminals update ${config.id} --enable\``),
    );
  }
  return ok(id, ({ settings: words }) => (wanted.length === 0 ? words.complete : words.secretsSet(wanted.join(", "))));
}

function faultySettings(terminal: ExaminedTerminal, faults: readonly SchemaFault[]): Finding {
  const said = faults.map(({ field, why }) => `${field} ${why}`).join("; ");
  const [{ field } = { field: "" }] = faults;
  const place = `terminals.${terminal.index}.${field}`;
  return fault(
    idOf(terminal, "settings"),
    ({ settings: words }) => words.faulty(said),
    ({ settings: words }) => words.setValue(place),
  );
}

/** `{"secret": "NAME"}`, wherever it stands in the settings. */
function secretsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === "secret" && typeof only[1] === "string") return [only[1]];
  return entries.flatMap(([, inner]) => secretsIn(inner));
}

/** What it told of itself, and which one it is to be; nothing where neither is known. */
function deviceCheck(terminal: ExaminedTerminal, served: ServedTerminal): readonly Finding[] {
  const { model, identity = {}, serialNumber, turnedAway } = served;
  const id = idOf(terminal, "identity");
  if (turnedAway?.kind === "otherDevice") return [otherDeviceFault(terminal, id, turnedAway)];
  const ofModel: readonly Said[] = model === undefined ? [] : [({ identity: words }) => words.model(model)];
  const told: readonly Said[] = [
    ...ofModel,
    ...Object.entries(identity).map(([name, value]) => asItIs(`${name} ${value}`)),
  ];
  const isTold = serialNumber === undefined || identity["serialNumber"] === serialNumber;
  const expected: readonly Said[] = isTold ? [] : [({ identity: words }) => words.expected(serialNumber)];
  const toldInWords: Said = (words) => words.identity.told(told.map((each) => each(words)).join(", "));
  const sentences = told.length === 0 ? expected : [toldInWords, ...expected];
  const evidence: Said = (words) => sentences.map((each) => each(words)).join(" ");
  if (sentences.length === 0) return [];
  return [told.length === 0 ? unknown(id, evidence) : ok(id, evidence)];
}

type OtherDevice = Extract<TurnedAway, { kind: "otherDevice" }>;

function otherDeviceFault({ config }: ExaminedTerminal, id: string, other: OtherDevice): Finding {
  const { told, expected, owner } = other;
  return fault(
    id,
    ({ identity: words }) => words.another(told, expected),
    ({ identity: words }) =>
      owner === undefined ? words.ifExchanged(config.id, told, expected) : words.changedPlaces(owner),
  );
}

function pairingCheck(terminal: ExaminedTerminal, { state, detail, lacksSetting }: ServedTerminal): readonly Finding[] {
  const id = idOf(terminal, "pairing");
  switch (state) {
    case "unpaired":
      if (lacksSetting === true) {
        return [
          fault(
            id,
            ({ pairing: words }) => words.lacksSetting(detail ?? words.noReason),
            ({ pairing: words }) => words.saySetting,
          ),
        ];
      }
      return [
        fault(
          id,
          ({ pairing: words }) => words.notPaired(detail ?? words.noReason),
          asItIs(`\`tillbridge terminals pair ${terminal.config.id}\``),
        ),
      ];
    case "ready":
    case "busy":
      return [ok(id, ({ pairing: words }) => words.obeys)];
    case "connecting":
    case "recovering":
    case "fenced":
    case "offline":
    case "disabled":
      return []; // Nobody knows before it is asked.
  }
}

function fenceCheck(terminal: ExaminedTerminal, { state, fence }: ServedTerminal): Finding {
  const id = idOf(terminal, "fence");
  if (fence === undefined) return ok(id, ({ fence: words }) => words.none);
  const { transaction, since } = fence;
  const name = terminal.config.id;
  if (state === "recovering") {
    return warning(
      id,
      ({ fence: words }) => words.asked(transaction, since),
      ({ fence: words }) => words.waitForIt(transaction),
    );
  }
  return fault(
    id,
    ({ fence: words }) => words.inDoubt(transaction, since),
    ({ fence: words }) => words.decide(transaction, name),
  );
}

function queueCheck(terminal: ExaminedTerminal, { state, queue, busyWith }: ServedTerminal): Finding {
  const id = idOf(terminal, "queue");
  if (queue === 0) return ok(id, ({ queue: words }) => (busyWith === undefined ? words.empty : words.runs(busyWith)));
  if (busyWith !== undefined) return ok(id, ({ queue: words }) => words.behind(busyWith, queue));
  return warning(
    id,
    (words) => words.queue.stuck(queue, words.states[state]),
    ({ queue: words }) => words.willRun,
  );
}
