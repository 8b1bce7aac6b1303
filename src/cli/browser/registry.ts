import { spawn } from "node:child_process";
import { once } from "node:events";
import { win32 } from "node:path";
import { PlaceFailure } from "./access.ts";

type Ran = { readonly code: number | null; readonly stdout: string };

/** Runs `reg.exe` with these words. A port, so that tests need no Windows. */
export type RunReg = (words: readonly string[]) => Promise<Ran>;

export const runReg: RunReg = async (words) => {
  // By its whole path, so that nothing of that name is found before it; without a shell, so that no word means anything else.
  const program = win32.join(process.env["SystemRoot"] ?? "C:\\Windows", "System32", "reg.exe");
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "ignore"], windowsHide: true });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout };
};

/** Values of one key, by their names. */
type Values = ReadonlyMap<string, string>;

export type Registry = {
  /** Nothing where the key is not there. */
  values(key: string): Promise<Values>;
  set(key: string, name: string, text: string): Promise<void>;
  unset(key: string, name: string): Promise<void>;
  /** Removes a key in which nothing is left. */
  removeEmpty(key: string): Promise<void>;
};

/** As programs of 64 bits see it, whatever we are. */
const VIEW = "/reg:64";
const VALUE = /^ {4}(.+?) {4}REG_SZ(?: {4}(.*))?$/;

export function createRegistry(run: RunReg): Registry {
  const query = async (key: string) => (await run(["query", key, VIEW])).stdout.split(/\r?\n/);
  const change = async (words: readonly string[], key: string) => {
    const { code } = await run([...words, "/f", VIEW]);
    if (code === 0) return;
    throw new PlaceFailure(
      `${key} cannot be changed. Open a command prompt with "Run as administrator" and say it again there.`,
    );
  };
  return {
    values: async (key) =>
      new Map(
        (await query(key)).flatMap((line): [string, string][] => {
          const [, name, text] = VALUE.exec(line) ?? [];
          return name === undefined ? [] : [[name, text ?? ""]];
        }),
      ),
    set: (key, name, text) => change(["add", key, "/v", name, "/t", "REG_SZ", "/d", text], key),
    unset: (key, name) => change(["delete", key, "/v", name], key),
    removeEmpty: async (key) => {
      const { code, stdout } = await run(["query", key, VIEW]);
      if (code === 0 && stdout.trim() === "") await change(["delete", key], key);
    },
  };
}
