import type { SchemaFault } from "../../core/schema.ts";
import { fault, ok, unknown, warning, type Finding } from "../check.ts";
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
      `The service does not serve ${config.id}, although it is configured: another terminal has its address or its device, or it was entered after the service started.`,
      "`terminals.addresses` here tells whether it has a twin; else `tillbridge service stop` and `tillbridge service start` read config.json again.",
    );
  }
  const wanted = secretsIn(config.settings ?? {});
  const set = wanted.length === 0 ? new Set<string>() : await secrets();
  if (set === undefined) return unknown(id, "This user may not see which secrets are set.");
  const missing = wanted.filter((name) => !set.has(name));
  if (missing.length > 0) {
    return fault(
      id,
      `Its settings refer to ${missing.length === 1 ? "a secret that is" : "secrets that are"} not set: ${missing.join(", ")}.`,
      missing.map((name) => `\`tillbridge secret set ${name}\``).join(", "),
    );
  }
  if (config.disabled === true) {
    return warning(
      id,
      "It is disabled in config.json: nobody can pay at it.",
      `\`tillbridge terminals update ${config.id} --enable\``,
    );
  }
  return ok(id, wanted.length === 0 ? "Nothing lacks." : `Nothing lacks; its secrets are set: ${wanted.join(", ")}.`);
}

function faultySettings(terminal: ExaminedTerminal, faults: readonly SchemaFault[]): Finding {
  const said = faults.map(({ field, why }) => `${field} ${why}`).join("; ");
  const [{ field } = { field: "" }] = faults;
  const place = `terminals.${terminal.index}.${field}`;
  return fault(
    idOf(terminal, "settings"),
    `Its part of config.json cannot be used: ${said}.`,
    `\`tillbridge config set ${place} VALUE\`; \`tillbridge config check\` tells whether all is right then.`,
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

/** What it told of itself; nothing where it told nothing yet, or its vendor has no words for it. */
function deviceCheck(
  terminal: ExaminedTerminal,
  { model, identity = {}, serialNumber }: ServedTerminal,
): readonly Finding[] {
  const told = [
    ...(model === undefined ? [] : [`model ${model}`]),
    ...Object.entries(identity).map(([name, value]) => `${name} ${value}`),
    ...(serialNumber === undefined || identity["serialNumber"] === serialNumber
      ? []
      : [`serialNumber ${serialNumber} is what this terminal is to have`]),
  ];
  return told.length === 0 ? [] : [ok(idOf(terminal, "identity"), `It says of itself: ${told.join(", ")}.`)];
}

/** With these words a driver names the command for a setting that it lacks; it does not know how its terminal is called. */
const SETTING_LACKS = "tillbridge terminals update ID ";

function pairingCheck(terminal: ExaminedTerminal, { state, detail }: ServedTerminal): readonly Finding[] {
  const id = idOf(terminal, "pairing");
  switch (state) {
    case "unpaired":
      if (detail?.includes(SETTING_LACKS) === true) {
        const told = detail.replaceAll(SETTING_LACKS, `tillbridge terminals update ${terminal.config.id} `);
        return [fault(id, `It takes no payment yet: ${told}.`, "Say what is named there. No pairing mends it.")];
      }
      return [
        fault(
          id,
          `It is not paired, or its access was refused: ${detail ?? "the terminal does not say why"}.`,
          `\`tillbridge terminals pair ${terminal.config.id}\``,
        ),
      ];
    case "ready":
    case "busy":
      return [ok(id, "It takes our commands.")];
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
  if (fence === undefined) return ok(id, "No transaction in doubt keeps it from others.");
  const { transaction, since } = fence;
  const name = terminal.config.id;
  const asked = `\`tillbridge transactions show ${transaction}\` tells what is known`;
  if (state === "recovering") {
    return warning(
      id,
      `How transaction ${transaction} ended is not known since ${since}; the terminal is being asked, and takes no other one meanwhile.`,
      `Wait for the end of it; ${asked}.`,
    );
  }
  return fault(
    id,
    `Transaction ${transaction} is in doubt since ${since} and keeps the terminal from others.`,
    `${asked}. Look at the terminal, then \`tillbridge transactions resolve ${transaction} --outcome KIND --reason TEXT\` decides it; \`tillbridge terminals lift-fence ${name} --transaction ${transaction} --reason TEXT\` lets others pay before that.`,
  );
}

function queueCheck(terminal: ExaminedTerminal, { state, queue, busyWith }: ServedTerminal): Finding {
  const id = idOf(terminal, "queue");
  if (queue === 0)
    return ok(id, busyWith === undefined ? "Nothing waits." : `Transaction ${busyWith} runs; nothing waits behind it.`);
  const waiting = `${queue} ${queue === 1 ? "transaction waits" : "transactions wait"}`;
  if (busyWith !== undefined) return ok(id, `Transaction ${busyWith} runs, and ${waiting} behind it.`);
  return warning(
    id,
    `${waiting}, and none runs: the terminal is ${state}.`,
    "They are performed when it is ready, or end by themselves as not performed; `tillbridge transactions cancel ID` takes one out.",
  );
}
