import { realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import packageDescription from "../../../package.json" with { type: "json" };
import { RequestRefused } from "../../client/errors.ts";
import { asOwnerOf } from "../../home/owner.ts";
import { resolveHome } from "../../home/paths.ts";
import { packFiles } from "../../home/program/archive.ts";
import { installationOf, readTrial } from "../../home/program/installed.ts";
import { ownProgramFolder } from "../../home/program/program.ts";
import { configItem, programsItem } from "../bundle/configuration.ts";
import { contentsText, swept, type LeftOut } from "../bundle/contents.ts";
import { calledAddresses, daemonItems } from "../bundle/daemon-items.ts";
import { itemsOf, jsonItem, leftOut, textItem, type Item } from "../bundle/item.ts";
import { journalItems } from "../bundle/journal-items.ts";
import { namesIn, tailOf } from "../bundle/own-files.ts";
import { secretsOf } from "../bundle/secrets.ts";
import { createSweep } from "../bundle/sweep.ts";
import { systemItem, versionsItem } from "../bundle/system-facts.ts";
import { writtenItems } from "../bundle/written-files.ts";
import type { Call, Command } from "../call.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { writeNewFile } from "../new-file.ts";
import { withSession } from "../with-session.ts";
import { doctor } from "./doctor.ts";

/** One archive with all that support needs, with the daemon running or stopped, and nothing that nobody else may have. */
export const bundle: Command = async (call) => {
  const madeAt = new Date().toISOString();
  const name = `tillbridge-bundle-${madeAt.slice(0, 19).replaceAll(":", "-")}Z`;
  const file = resolve(call.text("out") ?? `${name}.tar.gz`);
  refuseInside(file, call.home.dataDirectory);
  // Who may not read a secret cannot tell whether it is in the bundle: this comes first.
  const secrets = await asOwner(call, () => secretsOf(call.home));
  const served = await servedItems(call);
  const items = [...(await asOwner(call, () => localItems(call))), ...served.items, ...(await doctorItems(call))];
  const { packed, left } = swept(items, createSweep([...secrets, ...served.secrets]));
  const about = { version: packageDescription.version, madeAt, home: call.home.dataDirectory };
  const contents = contentsText(packed, left, about);
  const files = [{ path: "CONTENTS.txt", text: contents }, ...packed];
  const archive = packFiles(
    files.map(({ path, text }) => ({ path: `${name}/${path}`, text })),
    new Date(madeAt),
  );
  writeNewFile(file, archive, call.yes ? "yes" : "never");
  const told = {
    path: file,
    bytes: archive.length,
    files: packed.map(({ path, what, text, finds }) => ({ path, what, bytes: Buffer.byteLength(text), masked: finds })),
    leftOut: left,
  };
  call.out.result(told, () => inWords(told, left));
  return EXIT.done;
};

function inWords(
  told: { readonly path: string; readonly bytes: number; readonly files: readonly object[] },
  left: readonly LeftOut[],
) {
  const missing = left.map(({ path, why }) => `  not in it: ${path}: ${why}`);
  return [
    `${told.path} is written: ${told.files.length} files, ${Math.ceil(told.bytes / 1024)} KB.`,
    ...missing,
    "Secrets, tokens and numbers of cards were looked for and masked. CONTENTS.txt in it tells what each file is: look at it before you send it.",
  ].join("\n");
}

/** What is in there is taken for the service's own: it is backed up, and counted, and a full disk there stops payments. */
function refuseInside(file: string, dataDirectory: string): void {
  const from = relative(real(dataDirectory), real(dirname(file)));
  if (from !== "" && (from === ".." || from.startsWith(`..${sep}`) || resolve(from) === from)) return;
  throw new CommandFailure(
    EXIT.refused,
    `${file} would be in the data folder of the service, ${dataDirectory}. Name another place with --out. Nothing was written.`,
  );
}

function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}

/** As root, what somebody else owns is read as that user: a link there leads nowhere else. */
function asOwner<Result>({ home }: Call, work: () => Promise<Result>): Promise<Result> {
  return asOwnerOf(home.dataDirectory, work).catch((error: unknown) => {
    if (error instanceof CommandFailure || !(error instanceof Error)) throw error;
    throw new CommandFailure(EXIT.refused, `${error.message} Nothing was written.`);
  });
}

async function localItems({ home, homeOption }: Call): Promise<readonly Item[]> {
  const { logsDirectory } = resolveHome(homeOption, process.env, process.platform);
  const parts = await Promise.all([
    itemsOf("versions.json", "versions", async () => [await versionsItem()]),
    itemsOf("system.json", "this machine", async () => [await systemItem([home.dataDirectory, logsDirectory])]),
    itemsOf("config.json", "the configuration", async () => [await configItem(home.configFile)]),
    itemsOf("pos.json", "the POS programs", async () => [await programsItem(join(home.dataDirectory, "pos.json"))]),
    itemsOf("update.json", UPDATES, updates),
    journalItems(home.dataDirectory),
    writtenItems(logsDirectory),
  ]);
  return parts.flat();
}

const UPDATES = "the versions that are installed, and the one that is on trial";
const UPDATE_LOG = "what was updated, and when";
const UPDATE_LOG_BYTES = 262_144;

async function updates(): Promise<readonly Item[]> {
  const installation = installationOf(join(ownProgramFolder(), "."));
  if (installation === undefined)
    return [leftOut("update.json", UPDATES, "this program runs from a folder of its own")];
  const versions = await namesIn(join(installation, "versions"), /^[^.]/);
  const log = await itemsOf("updates.log", UPDATE_LOG, async () => [
    textItem("updates.log", UPDATE_LOG, (await tailOf(join(installation, "updates.log"), UPDATE_LOG_BYTES)).text),
  ]);
  const facts = { installation, versions, trial: (await readTrial(installation)) ?? null };
  return [jsonItem("update.json", UPDATES, facts), ...log];
}

async function servedItems(
  call: Call,
): Promise<{ readonly items: readonly Item[]; readonly secrets: readonly string[] }> {
  try {
    return await withSession(call, async (daemon) => ({
      items: await daemonItems(call, daemon),
      secrets: await calledAddresses(daemon),
    }));
  } catch (error) {
    if (!(error instanceof CommandFailure || error instanceof RequestRefused)) throw error;
    return { items: [leftOut("daemon/", "what the running service says of itself", error.message)], secrets: [] };
  }
}

/** As `tillbridge doctor --json` says it. */
function doctorItems(call: Call): Promise<readonly Item[]> {
  const what = "what `tillbridge doctor` found, with what to do about it";
  return itemsOf("doctor.json", what, async () => {
    const told: unknown[] = [];
    const out = { ...call.out, json: true, result: (value: unknown) => void told.push(value) };
    const nothingTyped = { text: () => undefined, texts: () => [], flag: () => false };
    await doctor({ ...call, ...nothingTyped, arguments: [], out });
    return told.map((value) => jsonItem("doctor.json", what, value));
  });
}
