import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { storeOf, type PosStore } from "./store.ts";

/** What the back office of a POS signs with, in Node. */
export { signPayment } from "./signing-node.ts";

/** What a POS program on Node has to remember, in one file: replaced whole, and on the disk before a payment leaves. */
export function fileStore(path: string): PosStore {
  return storeOf({
    read: async () => {
      try {
        return await readFile(path, "utf8");
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },
    write: async (text) => {
      const temporary = `${path}.new`;
      const file = await open(temporary, "w", 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
      await syncDirectory(dirname(path));
    },
  });
}

/** Makes the new name durable. Windows has no such call: its file system keeps names in its own journal. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
