import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readConfig } from "../../home/config.ts";
import { freeOn } from "../../home/program/durable-tree.ts";
import { readIfThere } from "../../home/store.ts";
import { rehearse } from "../../journal/rehearsal.ts";
import { loadSerialLibrary } from "../../transports/serial.ts";
import { loadUsbLibrary } from "../../transports/usb-library.ts";
import type { Composition, Home } from "../call.ts";
import type { Preflight } from "./ports.ts";
import { wordsOf } from "./words.ts";

/** Payments wait meanwhile: a journal that is larger is not copied. It is opened at the start, which the trial looks at. */
const MAX_COPIED_BYTES = 512 * 1_048_576;
const RESERVE_BYTES = 64 * 1_048_576;
const SCRATCH = "preflight-";

/** Of this program, before it runs for the first time: could it? Changes nothing. */
export async function preflight(home: Home, { loadTerminalCheck }: Composition): Promise<Preflight> {
  const checks = [() => checkConfig(home, loadTerminalCheck), checkNativeParts, () => checkJournal(home)];
  for (const check of checks) {
    try {
      const why = await check();
      if (why !== undefined) return { kind: "failed", why };
    } catch (error) {
      const why = wordsOf(error);
      if (why === undefined) throw error;
      return { kind: "failed", why };
    }
  }
  return { kind: "passed" };
}

async function checkConfig({ configFile }: Home, loadTerminalCheck: Composition["loadTerminalCheck"]) {
  const read = readConfig((await readIfThere(configFile)) ?? "{}", await loadTerminalCheck());
  if (read.kind === "valid") return undefined;
  return `${configFile} cannot be used: ${read.faults.join("; ")}. Mend it, and see with \`tillbridge config check\`.`;
}

const NATIVE_PARTS = { serialport: loadSerialLibrary, usb: loadUsbLibrary };

async function checkNativeParts(): Promise<string | undefined> {
  for (const [name, load] of Object.entries(NATIVE_PARTS)) {
    try {
      await load();
    } catch (error) {
      const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
      return `its native part ${name} does not load on this system: ${why ?? ""}.`;
    }
  }
  return undefined;
}

async function checkJournal({ dataDirectory }: Home): Promise<string | undefined> {
  const file = join(dataDirectory, "journal.db");
  if (!existsSync(file)) return undefined;
  await removeScratches(dataDirectory);
  const bytes = await sizeOf(file, `${file}-wal`);
  if (bytes > MAX_COPIED_BYTES) return undefined;
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
