import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Type, schemaFaults, type ValueOf } from "../../core/schema.ts";
import { codeOf, HomeFailure } from "../store.ts";

/** In the folder of a built program: which one it is, and what it was built of. */
export const PROGRAM_FILE = "program.json";

const NUMBER = "(0|[1-9]\\d{0,4})";
const PART = "(0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)";
/** As semver has it, which orders them and throws at anything else; without build metadata, and short enough for a folder's name. */
const VERSION_PATTERN = `^(?=.{5,60}$)${NUMBER}\\.${NUMBER}\\.${NUMBER}(-${PART}(\\.${PART})*)?$`;

const ProgramSchema = Type.Object({
  name: Type.Literal("tillbridge"),
  version: Type.String({ pattern: VERSION_PATTERN }),
  platform: Type.Union([Type.Literal("linux-x64"), Type.Literal("linux-arm64"), Type.Literal("win-x64")]),
  /** What it writes into the journal, and the oldest schema whose program can still read that. */
  journal: Type.Object({ schema: Type.Integer({ minimum: 1 }), oldestReader: Type.Integer({ minimum: 1 }) }),
  /** The public Ed25519 key that signs its successors, 32 bytes in base64. A program without one takes no update. */
  updateKey: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9+/]{43}=$" })),
});

/** One built folder: the bundled sources, the runtime and the native parts of one version for one platform. */
export type Program = ValueOf<typeof ProgramSchema>;

const VERSION = new RegExp(VERSION_PATTERN);

/** It is also the name of a folder. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/** The folder of the program that this process runs from. From a clone there is no `program.json` in it. */
export function ownProgramFolder(): string {
  return fileURLToPath(new URL("../", import.meta.url));
}

/** What a folder says of itself; undefined where it is no built program. */
export async function readProgram(folder: string): Promise<Program | undefined> {
  let text: string;
  try {
    text = await readFile(`${folder}/${PROGRAM_FILE}`, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw new HomeFailure(`${folder}/${PROGRAM_FILE} cannot be read: the system says ${codeOf(error)}.`, {
      cause: error,
    });
  }
  const program = programIn(text);
  if (program !== undefined) return program;
  throw new HomeFailure(`${folder}/${PROGRAM_FILE} does not describe a program. Unpack the package again.`);
}

/** What the text of a `program.json` says; undefined where it describes no program. */
export function programIn(text: string): Program | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return schemaFaults(ProgramSchema, document).length === 0 ? (document as Program) : undefined;
  } catch {
    return undefined;
  }
}
