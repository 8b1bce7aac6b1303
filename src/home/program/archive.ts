import { createGunzip, gzipSync } from "node:zlib";
import { Header, Parser, Unpack, type ReadEntry } from "tar";
import { codeOf, failureOf, HomeFailure } from "../store.ts";
import { openToAll } from "./durable-tree.ts";
import { PROGRAM_FILE, programIn, type Program } from "./program.ts";

/** What a package may hold. A real one has a few hundred files and 200 MB. */
const MOST_ENTRIES = 20_000;
const MAX_UNPACKED_BYTES = 512 * 1_048_576;
const MAX_PROGRAM_FILE_BYTES = 65_536;
const MAX_PATH_CHARACTERS = 200;
const MAX_HEADER_BYTES = 65_536;

/** Names that mean the same on every system: no root, no way up, no drive, nothing hidden at the end. */
const SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9@._+-]{1,120}(?<!\.)$/;

/** A package that is in order, before anything of it is on the disk. */
export type Package = {
  readonly program: Program;
  readonly entries: number;
  /** What its files need on the disk. */
  readonly unpackedBytes: number;
  /** Into an empty folder. */
  unpack(folder: string): Promise<void>;
};

/**
 * Looks through a whole package: one folder named as its version, of ordinary files and folders, with a `program.json`.
 *
 * @param name for people
 * @throws HomeFailure where it is anything else
 */
export async function openPackage(bytes: Uint8Array, name: string): Promise<Package> {
  const refuse = (why: string): never => {
    throw new HomeFailure(`${name} is no package of Tillbridge: ${why}. Nothing was unpacked.`);
  };
  const names = new Set<string>();
  const found: { top?: string; program?: Buffer; unpackedBytes: number; fault?: string } = { unpackedBytes: 0 };
  const look = (entry: ReadEntry): void => {
    const fault = entryFault(entry, names, found.top);
    const [top = "", ...rest] = entry.path.split("/");
    found.top ??= top;
    names.add(folded(entry.path));
    found.unpackedBytes += onDisk(entry.size);
    if (fault !== undefined) found.fault ??= fault;
    if (names.size > MOST_ENTRIES) found.fault ??= `it holds more than ${MOST_ENTRIES} files`;
    if (rest.join("/") === PROGRAM_FILE && entry.size <= MAX_PROGRAM_FILE_BYTES) {
      const parts: Buffer[] = [];
      entry.on("data", (part) => parts.push(part));
      entry.on("end", () => (found.program = Buffer.concat(parts)));
    } else {
      entry.resume();
    }
  };
  const parser = new Parser({ strict: true, maxMetaEntrySize: MAX_HEADER_BYTES, onReadEntry: look });
  // Links to nowhere and kinds that nobody knows are passed over in silence otherwise.
  parser.on("ignoredEntry", (entry: ReadEntry) => {
    found.fault ??= `${shown(entry.path)} is of a kind that no program has`;
  });
  try {
    await feed(bytes, parser, () => found.fault);
  } catch (error) {
    refuse(found.fault ?? `it cannot be read as a .tar.gz (${error instanceof Error ? error.message : "unknown"})`);
  }
  if (found.fault !== undefined) refuse(found.fault);
  const program = found.program === undefined ? undefined : programIn(found.program.toString("utf8"));
  if (program === undefined) return refuse(`there is no ${PROGRAM_FILE} in it that describes a program`);
  if (found.top !== `tillbridge-${program.version}`) {
    refuse(`its folder is named ${shown(found.top ?? "")}, and the program in it says that it is ${program.version}`);
  }
  const { unpackedBytes } = found;
  return { program, entries: names.size, unpackedBytes, unpack: (folder) => unpack(bytes, folder) };
}

const TAR_BLOCK_BYTES = 512;
const MAX_PACKED_PATH_CHARACTERS = 99;

/** A .tar.gz of files that are texts in memory, which their owner alone may read. A path that does not fit is cut. */
export function packFiles(files: readonly { readonly path: string; readonly text: string }[], mtime: Date): Uint8Array {
  const blocks = files.flatMap(({ path, text }) => {
    const content = Buffer.from(text, "utf8");
    const header = Buffer.alloc(TAR_BLOCK_BYTES);
    const fitting = path.slice(0, MAX_PACKED_PATH_CHARACTERS);
    new Header({ path: fitting, type: "File", mode: 0o600, size: content.length, mtime, uid: 0, gid: 0 }).encode(
      header,
    );
    const padding = (TAR_BLOCK_BYTES - (content.length % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
    return [header, content, Buffer.alloc(padding)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * TAR_BLOCK_BYTES)]));
}

/** What is wrong with an entry; everything else that the format knows is refused by its kind. */
function entryFault({ type, path, size }: ReadEntry, names: ReadonlySet<string>, top?: string): string | undefined {
  if (type !== "File" && type !== "Directory")
    return `${shown(path)} is neither a file nor a folder (${shown(type)}): a program has no links and no devices`;
  const segments = (type === "Directory" ? path.replace(/\/$/, "") : path).split("/");
  if (path.length > MAX_PATH_CHARACTERS || !segments.every((segment) => SEGMENT.test(segment)))
    return `${shown(path)} is no name that a program's file has`;
  if (top !== undefined && segments[0] !== top) return `${shown(path)} lies outside its folder`;
  if (type === "File" && segments.length === 1) return `${shown(path)} lies outside its folder`;
  if (names.has(folded(path))) return `${shown(path)} is in it twice`;
  if (size > MAX_UNPACKED_BYTES) return `${shown(path)} is larger than a whole program`;
  return undefined;
}

/** Windows takes two names that differ in case for one. */
function folded(path: string): string {
  return path.replace(/\/$/, "").toLowerCase();
}

const MAX_SHOWN_CHARACTERS = 80;

function shown(text: string): string {
  const short = text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}...` : text;
  return JSON.stringify(short);
}

const BLOCK_BYTES = 4_096;

function onDisk(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES + BLOCK_BYTES;
}

async function unpack(bytes: Uint8Array, folder: string): Promise<void> {
  const unpacker = new Unpack({
    cwd: folder,
    strip: 1,
    strict: true,
    preserveOwner: false,
    noMtime: true,
  });
  try {
    await feed(bytes, unpacker, () => undefined);
    await openToAll(folder);
  } catch (error) {
    throw codeOf(error) === "" ? error : failureOf(systemError(error), folder, "written");
  }
}

/** What tar says of a file that cannot be written has the system's own word as its cause or in `errno`. */
function systemError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const inner = error.cause;
  if (codeOf(error).startsWith("TAR_") && inner instanceof Error && codeOf(inner) !== "") return inner;
  const named = /\b(ENOSPC|EDQUOT|EACCES|EPERM|EROFS|EMFILE)\b/.exec(error.message)?.[1];
  return named === undefined ? error : Object.assign(new Error(error.message), { code: named });
}

/** Unpacks the bytes into a reader of tar, which may stop it; ends when the reader has dealt with all of it. */
async function feed(bytes: Uint8Array, reader: Parser, stop: () => string | undefined): Promise<void> {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  reader.on("error", (error: unknown) => failed.reject(error));
  const state = { isOver: false };
  const over = new Promise<void>((resolve) => {
    reader.once("eof", () => {
      state.isOver = true;
      resolve();
    });
  });
  const ended = new Promise<void>((resolve) => reader.once(reader instanceof Unpack ? "close" : "end", resolve));
  const gunzip = createGunzip();
  gunzip.end(bytes);
  let length = 0;
  for await (const piece of gunzip) {
    length += (piece as Buffer).length;
    const fault = length > MAX_UNPACKED_BYTES ? "unpacked it is larger than any program" : stop();
    if (fault !== undefined) throw new HomeFailure(fault);
    // Behind its end an archive may hold what it wants, within the limit: nobody reads it.
    if (state.isOver) continue;
    if (!reader.write(piece as Buffer)) {
      await Promise.race([new Promise<void>((resolve) => reader.once("drain", resolve)), over, failed.promise]);
    }
  }
  reader.end();
  await Promise.race([ended, failed.promise]);
}
