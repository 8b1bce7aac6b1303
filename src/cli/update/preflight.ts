import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readConfig } from "../../home/config.ts";
import { freeOn } from "../../home/program/durable-tree.ts";
import { readIfThere } from "../../home/store.ts";
import { rehearse, rehearseReading } from "../../journal/rehearsal.ts";
import type { Composition, Home } from "../call.ts";
import type { Preflight } from "./ports.ts";
import { wordsOf } from "./words.ts";

/** Payments wait meanwhile: a journal that is larger is not copied, and only read. */
const MAX_COPIED_BYTES = 512 * 1_048_576;
const RESERVE_BYTES = 64 * 1_048_576;
const SCRATCH = "preflight-";
const MAX_CAUSES = 20;

/** Of this program, before it runs for the first time: could it? Changes nothing. */
export async function preflight(
  home: Home,
  { loadTerminalCheck, loadNativeParts }: Pick<Composition, "loadTerminalCheck" | "loadNativeParts">,
): Promise<Preflight> {
  const checks = [
    () => checkConfig(home, loadTerminalCheck),
    () => checkNativeParts(loadNativeParts),
    () => checkJournal(home),
  ];
  let note: string | undefined;
  for (const check of checks) {
    try {
      const found = await check();
      if (typeof found === "string") return { kind: "failed", why: found };
      note ??= found?.note;
    } catch (error) {
      const why = wordsOf(error);
      if (why === undefined) throw error;
      return { kind: "failed", why };
    }
  }
  return { kind: "passed", ...(note === undefined ? {} : { note }) };
}

async function checkConfig({ configFile }: Home, loadTerminalCheck: Composition["loadTerminalCheck"]) {
  const read = readConfig((await readIfThere(configFile)) ?? "{}", await loadTerminalCheck());
  if (read.kind === "valid") return undefined;
  return `${configFile} cannot be used: ${read.faults.join("; ")}. Mend it, and see with \`tillbridge config check\`.`;
}

async function checkNativeParts(loadNativeParts: Composition["loadNativeParts"]): Promise<string | undefined> {
  for (const { name, load } of await loadNativeParts()) {
    try {
      await load();
    } catch (error) {
      return `its native part ${name} does not load on this system: ${reasonOf(error).replace(/\.$/, "")}.`;
    }
  }
  return undefined;
}

/** A package looks in several places, and ends with the advice of npm. What the system said of a compiled file is the reason. */
function reasonOf(error: unknown): string {
  const messages: string[] = [];
  for (let cause = error; cause instanceof Error && messages.length < MAX_CAUSES; cause = cause.cause) {
    messages.push(cause.message.split("\n")[0] ?? "");
  }
  return messages.find((message) => /[/\\].*\.node[: ]/.test(message)) ?? messages[0] ?? String(error);
}

/** Why it would not go, in words; or what could not be tried. */
async function checkJournal({ dataDirectory }: Home): Promise<string | { readonly note: string } | undefined> {
  const file = join(dataDirectory, "journal.db");
  if (!existsSync(file)) return undefined;
  await removeScratches(dataDirectory);
  const bytes = await sizeOf(file, `${file}-wal`);
  if (bytes > MAX_COPIED_BYTES) return { note: notTried(bytes, rehearseReading(dataDirectory)) };
  const { bytes: free } = await freeOn(dataDirectory);
  const missing = 2 * bytes + RESERVE_BYTES - free;
  if (missing > 0) {
    return `the disk of ${dataDirectory} is too full to try it with a copy of the journal: ${Math.ceil(missing / 1_000_000)} MB more have to be free.`;
  }
  const scratch = await mkdtemp(join(dataDirectory, SCRATCH));
  try {
    await rehearse(dataDirectory, scratch);
    return undefined;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function notTried(bytes: number, read: ReturnType<typeof rehearseReading>): string {
  const size = `The journal has ${Math.ceil(bytes / 1_000_000)} MB, and more than ${Math.floor(MAX_COPIED_BYTES / 1_000_000)} MB are not copied while payments wait`;
  const tried =
    read === "folded"
      ? "so the new version was tried with what is not decided in it, and not with all of it"
      : "so its conversion for the new version was not tried: that is done at the start, as one step or not at all, and may take longer than the trial lasts";
  return `${size}, ${tried}. \`tillbridge journal verify\` tells whether it is whole.`;
}

async function sizeOf(...files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file)
        .then(({ size }) => size)
        .catch(() => 0),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** What a preflight that was broken off left. */
async function removeScratches(dataDirectory: string): Promise<void> {
  for (const name of await readdir(dataDirectory)) {
    if (name.startsWith(SCRATCH)) await rm(join(dataDirectory, name), { recursive: true, force: true });
  }
}
