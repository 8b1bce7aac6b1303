import { installerVersion, UPGRADE_CODE } from "./msi-identity.ts";

/** What Windows Installer knows and wixl does not, as statements for `msibuild --query`. */

const MIGRATE_FEATURES = 1;
const MAX_INCLUSIVE = 512;
const EXE_IN_PACKAGE = 2;
const EXE_INSTALLED = 18;
const IGNORE_FAILURE = 64;
const ROLLBACK = 256;
const IN_SCRIPT = 1_024;
const AS_SYSTEM = 2_048;

type Action = {
  readonly name: string;
  readonly type: number;
  readonly source: "Host" | "ServiceHostFile";
  readonly words: string;
  readonly when: string;
  /** InstallInitialize has 1500, StopServices 1900, RemoveFiles 3500, InstallFiles 4000, InstallServices 5800, StartServices 5900. */
  readonly at: number;
};

/** While the installer still looks, as the person who installs. */
const ASKING = 0;
const DOING = IN_SCRIPT + AS_SYSTEM;
const UNDOING = DOING + ROLLBACK + IGNORE_FAILURE;
const REMOVING = DOING + IGNORE_FAILURE;

const COMES = 'NOT REMOVE="ALL"';
/** For good: not while a newer version takes its place. */
const GOES = 'REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE';

/** Where Windows stops the service: `ServiceHost` goes or comes, also by a repair, or in place of an unpacked folder's. */
const STOPS = "$ServiceHost = 2 OR $ServiceHost = 3";

/** What the service host does for the installer (installers/windows/host/main.c). */
function actions(version: string): readonly Action[] {
  const installed = (name: string, type: number, words: string, when: string, at: number): Action => ({
    ...{ name, type: type + EXE_INSTALLED, source: "ServiceHostFile", words, when, at },
  });
  const brought = (name: string, type: number, words: string, when: string, at: number): Action => ({
    ...{ name, type: type + EXE_IN_PACKAGE, source: "Host", words, when, at },
  });
  return [
    brought("MayPlace", ASKING, `may-place ${version} "[INSTALLDIR]."`, COMES, 1_010),
    brought("UndoStop", UNDOING, "start-stopped", STOPS, 1_501),
    brought("StopWhenQuiet", DOING, "stop-when-quiet", STOPS, 1_502),
    installed("Forget", REMOVING, "uninstall", `${GOES} AND NOT REMOVEDATA="1"`, 2_010),
    installed("ForgetData", REMOVING, "uninstall --data", `${GOES} AND REMOVEDATA="1"`, 2_020),
    installed("Clear", REMOVING, "clear", GOES, 2_030),
    installed("UndoPlace", UNDOING, "take-back", COMES, 5_810),
    installed("Place", DOING, `place ${version}`, COMES, 5_820),
    installed("UndoService", UNDOING, "uninstall", `${COMES} AND NOT Installed AND NOT WIX_UPGRADE_DETECTED`, 5_830),
    installed("PutServiceRight", DOING, "install", COMES, 5_840),
  ];
}

/** The package's own description, in place of wixl's, which has the moment at which it was made and an id at random. */
export function summary(made: Date, packageCode: string, version: string): string {
  const time = made.toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ");
  const rows: readonly (readonly [number, string])[] = [
    [1, "1252"],
    [2, "Installation Database"],
    [3, "Card terminals for the POS programs of a shop"],
    [4, "The Tillbridge authors"],
    [5, "Installer"],
    [6, `Tillbridge ${version}`],
    [7, "x64;1033"],
    [9, `{${packageCode}}`],
    [12, time],
    [13, time],
    [14, "500"],
    [15, "2"],
    [18, "msitools"],
    [19, "2"],
  ];
  return [
    ["PropertyId", "Value"],
    ["i2", "l255"],
    ["_SummaryInformation", "PropertyId"],
    ...rows.map(([id, value]) => [String(id), value]),
  ]
    .map((cells) => `${cells.join("\t")}\r\n`)
    .join("");
}

/** Windows numbers 8.1 as 603, and so also what came later. */
const OLDEST_WINDOWS = "Installed OR VersionNT64 >= 603";

export function statements(version: string): readonly string[] {
  return [
    ...actions(version).flatMap(({ name, type, source, words, when, at }) => [
      insert("CustomAction", { Action: name, Type: type, Source: source, Target: words }),
      insert("InstallExecuteSequence", { Action: name, Condition: when, Sequence: at }),
    ]),
    // The command in every shell: `=` sets and removes it, `*` is the machine's, `[~];` is what was there.
    "CREATE TABLE `Environment` (`Environment` CHAR(72) NOT NULL, `Name` CHAR(255) NOT NULL LOCALIZABLE, " +
      "`Value` CHAR(255) LOCALIZABLE, `Component_` CHAR(72) NOT NULL PRIMARY KEY `Environment`)",
    insert("Environment", {
      Environment: "CommandPath",
      Name: "=-*PATH",
      Value: "[~];[INSTALLDIR]",
      Component_: "Command",
    }),
    insert("InstallExecuteSequence", { Action: "RemoveEnvironmentStrings", Sequence: 3_300 }),
    insert("InstallExecuteSequence", { Action: "WriteEnvironmentStrings", Sequence: 5_200 }),
    // What comes before is done at once: nothing is changed yet while it waits for payments.
    insert("InstallExecuteSequence", { Action: "InstallExecute", Sequence: 1_503 }),
    // Within the transaction: where the new version cannot be installed, the old one is there again.
    "UPDATE `InstallExecuteSequence` SET `Sequence` = 1504 WHERE `Action` = 'RemoveExistingProducts'",
    // Also one of the same three numbers: 1.0.0 takes the place of 1.0.0-rc.1, and the two never lie side by side.
    "DELETE FROM `Upgrade` WHERE `ActionProperty` = 'WIX_UPGRADE_DETECTED'",
    insert("Upgrade", {
      UpgradeCode: `{${UPGRADE_CODE}}`,
      VersionMax: installerVersion(version),
      Attributes: MIGRATE_FEATURES + MAX_INCLUSIVE,
      ActionProperty: "WIX_UPGRADE_DETECTED",
    }),
    "UPDATE `Property` SET `Value` = 'REMOVEDATA;WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED' WHERE `Property` = 'SecureCustomProperties'",
    insert("LaunchCondition", {
      Condition: OLDEST_WINDOWS,
      Description: "Tillbridge needs Windows 10, Windows Server 2016, or newer. Nothing was changed.",
    }),
  ];
}

function insert(name: string, row: Readonly<Record<string, string | number>>): string {
  const columns = Object.keys(row).map((column) => `\`${column}\``);
  const values = Object.values(row).map((value) => {
    if (typeof value === "number") return String(value);
    // The language of these statements has no way to write it.
    if (value.includes("'")) throw new Error(`An apostrophe cannot stand in ${value}`);
    return `'${value}'`;
  });
  return `INSERT INTO \`${name}\` (${columns.join(", ")}) VALUES (${values.join(", ")})`;
}
