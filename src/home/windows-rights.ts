import { execFile } from "node:child_process";

/** Runs a program without a shell. Rejects where it cannot be run, or says that it failed. Answers what it wrote. */
type RunProgram = (program: string, args: readonly string[]) => Promise<string>;

export type WindowsRights = {
  readonly systemRoot: string;
  readonly run: RunProgram;
};

/** By their numbers: their names are another word in every language. */
const LOCAL_SYSTEM = "*S-1-5-18";
const ADMINISTRATORS = "*S-1-5-32-544";
/** `"shop\\till","S-1-5-21-..."` */
const USER_NUMBER = /"(S-1-[0-9-]+)"\s*$/;
const RUN_LIMIT_MS = 10_000;

/** What those rights are for in a folder: for it, and for what is and will be in it. */
const GRANTS = { folder: ":(OI)(CI)F", file: ":F" } as const;

/**
 * Gives a folder or a file to the system, the administrators and this user alone. What the folder above allows to other users ends
 * here. Answers why it could not be done; undefined where it was.
 */
export async function restrictOnWindows(
  path: string,
  kind: keyof typeof GRANTS,
  { systemRoot, run }: WindowsRights,
): Promise<string | undefined> {
  // Whole paths: what else stands in PATH under these names is never run.
  const programs = `${systemRoot}\\System32\\`;
  try {
    const user = USER_NUMBER.exec(await run(`${programs}whoami.exe`, ["/user", "/fo", "csv", "/nh"]))?.[1];
    if (user === undefined) return "the system does not say who this user is";
    const grants = [LOCAL_SYSTEM, ADMINISTRATORS, `*${user}`].map((owner) => `${owner}${GRANTS[kind]}`);
    await run(`${programs}icacls.exe`, [path, "/inheritance:r", "/grant:r", ...grants, "/q"]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const systemRights: WindowsRights = {
  systemRoot: process.env["SystemRoot"] ?? "C:\\Windows",
  run: (program, args) =>
    new Promise((resolve, reject) => {
      execFile(program, args, { timeout: RUN_LIMIT_MS, windowsHide: true }, (error, stdout) => {
        if (error === null) resolve(stdout);
        // What the program wrote may be long, and in any language.
        else reject(new Error(`${program} ended with ${error.code ?? error.signal ?? "no code"}`));
      });
    }),
};
